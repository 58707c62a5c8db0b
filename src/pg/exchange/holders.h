/**
 * @file holders.h  Who holds the tables that a statement did not get, asked when it has given up.
 *
 * While a statement waits, pg_blocking_pids() knows exactly for whom (waits.h); when
 * lock_timeout has ended the wait nobody does any more. What is asked then: which other sessions
 * hold locks on what the statement names.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_HOLDERS_H
#define PGM_PG_EXCHANGE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/files/script.h"
#include "pg/exchange/context.h"

/**
 * Adds a transaction of its own that asks; one row of is_answer(), its text NULL where there is
 * none.
 *
 * @param script    The file; NULL: nothing is added.
 * @param ordinal   The statement, counted as the server answers.
 * @return How many results with rows it brings.
 */
int pgm__holders_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__script *script,
                     size_t ordinal);

/** Is this reply the row? */
bool pgm__holders_is_answer(const pgm__context *context, const pgm__reply *reply);

#endif
