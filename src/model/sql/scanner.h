/**
 * @file scanner.h  PostgreSQL's lexical rules, as psql applies them: where statements begin and
 * end.
 *
 * The server splits what we send; this scanner only analyses, so that a file's traps are known
 * before any target is touched: transaction control, statements that cannot run in a transaction,
 * COPY data, psql commands, text that never closes. Reference: psql's psqlscan.l (PostgreSQL 15).
 * Where scanner and server disagree all the same, a block's guard notices it: a statement that ends
 * the transaction unseen takes the guard's savepoint with it.
 *
 *     pgm__scanner scanner;
 *     pgm__scanner_init(&scanner, text, len, true);
 *     pgm__statement statement;
 *     while (pgm__scanner_next(&scanner, &statement))
 *         ...
 *     if (scanner.open != PGM__OPEN_NOTHING) ...
 *
 * Layer: model. Pure; linear time, no recursion, no allocation, no copy.
 */
#ifndef PGM_MODEL_SQL_SCANNER_H
#define PGM_MODEL_SQL_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/sql/lexer.h"
#include "model/sql/statement_kind.h"

/** One statement; offsets are bytes from the start of the text. */
typedef struct pgm__statement {
    pgm__statement_kind kind;
    const char
        *what;       /* kind in words for a message, "CREATE INDEX CONCURRENTLY"; static; or NULL */
    size_t begin;    /* first byte of the first token */
    size_t end;      /* one past the `;`, or past the last token when there is none */
    bool terminated; /* there is a `;` */
    bool empty;      /* a lone `;`: the server answers nothing to it */
    unsigned line;   /* of `begin`, 1-based */
    size_t data_begin; /* COPY_IN: first byte of the data, after the statement's line end */
    size_t data_end;   /* COPY_IN: first byte of the `\.` line */
    size_t data_after; /* COPY_IN: first byte after the `\.` line */
} pgm__statement;

/** The scanner's state; read only `open` and `open_line`, and only after next() returned false. */
typedef struct pgm__scanner {
    const char *text;
    size_t len;
    size_t at;
    unsigned line;
    bool standard_strings; /* standard_conforming_strings */
    pgm__open open;
    unsigned open_line; /* where it was opened, 1-based */
} pgm__scanner;

/**
 * @param text  Borrowed while scanning; any bytes; need not be NUL-terminated. A UTF-8 BOM at the
 *              start is skipped.
 */
void pgm__scanner_init(pgm__scanner *scanner, const char *text, size_t len, bool standard_strings);

/**
 * Finds the next statement. Comments and white space between statements belong to none.
 *
 * @return false at the end of the text; scanner->open then says whether it closes. A statement that
 *         is open at the end is still returned, with terminated = false.
 */
bool pgm__scanner_next(pgm__scanner *scanner, pgm__statement *out);

/**
 * Takes over what a statement of next() sets for the strings behind it: for text that is sent
 * statement by statement (model/sql/string_setting.h).
 */
void pgm__scanner_follow(pgm__scanner *scanner, const pgm__statement *statement);

/** At the first token of a statement that was found, with its end as the text's. */
pgm__lexer pgm__scanner_lexer_of(const pgm__scanner *scanner, const pgm__statement *statement);

#endif
