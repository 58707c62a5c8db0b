/**
 * @file statement_kind.h  What a statement is, told by its key words.
 *
 * What cannot be told from the text (whether a table is partitioned, what a function does inside)
 * is taken for what it mostly is: where that was wrong the server refuses it, and nothing is lost
 * but a try.
 *
 * Layer: model, inside the scanner only. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_SQL_STATEMENT_KIND_H
#define PGM_MODEL_SQL_STATEMENT_KIND_H

#include "model/sql/lexer.h"

/** What a statement is, as far as a migrator has to know. */
typedef enum pgm__statement_kind {
    PGM__STATEMENT_ORDINARY,
    PGM__STATEMENT_BEGIN,          /* BEGIN, START TRANSACTION */
    PGM__STATEMENT_COMMIT,         /* COMMIT, END (also AND CHAIN) */
    PGM__STATEMENT_ROLLBACK,       /* ROLLBACK, ABORT, without TO */
    PGM__STATEMENT_SAVEPOINT,      /* SAVEPOINT, RELEASE, ROLLBACK TO: allowed everywhere */
    PGM__STATEMENT_TWO_PHASE,      /* PREPARE TRANSACTION */
    PGM__STATEMENT_PREPARED,       /* PREPARE, DEALLOCATE: the session's prepared statements */
    PGM__STATEMENT_COPY_IN,        /* COPY … FROM STDIN: data follows in the file */
    PGM__STATEMENT_COPY_OUT,       /* COPY … TO STDOUT */
    PGM__STATEMENT_NO_TRANSACTION, /* cannot run in a transaction; `what` names it */
    PGM__STATEMENT_PSQL            /* a backslash command; ends with its line. One in the middle of
                                      a statement cuts it: what is before it and what is behind it
                                      are returned too, the first one not terminated */
} pgm__statement_kind;

typedef struct pgm__statement_form {
    pgm__statement_kind kind;
    const char *what; /* as in pgm__statement */
} pgm__statement_form;

/**
 * Reads only as far as the answer needs.
 *
 * @param statement  Standing at the first token, its `len` cut to the statement's end.
 * @return Never PSQL.
 */
pgm__statement_form pgm__statement_kind_find(pgm__lexer statement);

#endif
