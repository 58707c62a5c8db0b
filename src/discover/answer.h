/**
 * @file answer.h  One question to a server: the string that is sent, and what may come back.
 *
 * The question is a single statement that returns rows, in a transaction that only reads. Rows
 * count when all of it has come: they are an answer only with the end of their statement, of the
 * transaction and of the string.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_ANSWER_H
#define PGM_DISCOVER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "pg/exchange/reply.h"
#include "pgmarch/error.h"

/** Is it one statement? PGM_OK; PGM_EUSAGE: none, or several. */
PGM_MUST_CHECK pgm_status pgm__question_check(const char *sql, pgm_error *err);

/**
 * Adds the string. Policies must not make the answer smaller: with row_security off the server
 * refuses where one would.
 *
 * @param limit_ms  The server gives up after that.
 * @return Where the question begins in it, in characters: what the server's places are to be
 *         counted from.
 */
size_t pgm__question_sql(pgm__strbuf *out, const char *sql, uint64_t limit_ms);

/** All databases of the server, and all schemas of a database that are not the server's own: the
 *  columns are those of pgm__catalog_column. Static storage. */
extern const char pgm__databases_sql[];
extern const char pgm__schemas_sql[];

typedef enum pgm__catalog_column {
    PGM__CATALOG_NAME,
    PGM__CATALOG_OWNER,
    PGM__CATALOG_DATABASE, /* the one that is asked */
    PGM__CATALOG_UNUSABLE  /* a number of pgm__unusable, or NULL; of databases only */
} pgm__catalog_column;

/** Why a database cannot be a target, in the plural; NULL for what the server did not mean to say.
 *  Static storage. */
const char *pgm__catalog_unusable(const char *number);

/** Where an answer stands. Zeroed = nothing has come. */
typedef struct pgm__answered {
    size_t opened; /* of the statements in front of the question */
    size_t rows;
    bool rows_ended; /* the question's statement has */
    bool closed;     /* the transaction has ended */
} pgm__answered;

typedef enum pgm__answer_piece {
    PGM__ANSWER_PART, /* nothing to be taken */
    PGM__ANSWER_ROW,  /* a row */
    PGM__ANSWER_WRONG /* it is no answer to one question; `err` says why */
} pgm__answer_piece;

/** Takes in a reply that is no error. */
pgm__answer_piece pgm__answer_feed(pgm__answered *answer, const pgm__reply *reply, pgm_error *err);

/** The string has ended. Is all of it there? */
bool pgm__answer_is_whole(const pgm__answered *answer, pgm__transaction transaction);

#endif
