/**
 * @file verify.h  A verify file inside a string: its statements, their replies, what it finds
 * wrong.
 *
 * Behind a savepoint, under the settings that a file begins with; then back to the savepoint, so
 * that whatever it does, nothing of it stays.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_VERIFY_H
#define PGM_PG_EXCHANGE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/files/script.h"
#include "pg/exchange/context.h"
#include "pg/exchange/reply.h"
#include "pg/exchange/spot.h"

/** Zeroed = there is none. */
typedef struct pgm__verify {
    const pgm__context *context;
    const pgm__script *script;
    size_t ahead;   /* characters of the string before its text */
    size_t chars;   /* of its text */
    bool running;   /* the server is at its statements, or behind them */
    size_t replies; /* statements of it that ended */
} pgm__verify;

/** What stands around its statements: a savepoint, and a session as files find it; then back. */
void pgm__verify_begin(pgm__strbuf *sql, const pgm__context *context);
void pgm__verify_end(pgm__strbuf *sql);

/** Adds the file to a string; *out follows it. */
void pgm__verify_add(pgm__verify *out, pgm__strbuf *sql, const pgm__context *context,
                     const pgm__script *script);

/**
 * Takes a reply in, errors left out; those before its own statements too.
 *
 * @return true: a row of it says that something is wrong.
 */
bool pgm__verify_feed(pgm__verify *verify, const pgm__reply *reply);

/** Where an error came from: by its position in the string, else the statement at work; line 0 =
 *  none of the file's. */
pgm__origin pgm__verify_origin(const pgm__verify *verify, size_t position);

/** What is wrong with such a row: `verification failed: "filled" is false`. In the arena; NULL =
 * out of memory. */
const char *pgm__verify_message(pgm__arena *arena, const pgm__reply *reply);

/** The row's other values: `table = users, rows = 3`; NULL when there are none. In the arena. */
const char *pgm__verify_row(pgm__arena *arena, const pgm__reply *reply);

#endif
