/**
 * @file ahead.h  How far a string is ahead of what we have heard of it, asked on a session beside
 * it.
 *
 * The ends of quick migrations may wait in the server's buffer while a slow one behind them is at
 * work (block.c says when they do not). Other sessions see their rows as soon as they are
 * committed.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_AHEAD_H
#define PGM_PG_EXCHANGE_AHEAD_H

#include "base/strbuf.h"
#include "pg/exchange/batch.h"

/** The first column of the row that answers; the second is the number. */
#define PGM__AHEAD "ahead"

/**
 * Adds the question: of the blocks that have not been heard of, how many are in the ledger with the
 * name of this run? They are its first ones, for they commit in their order. For the end of a
 * string: it may fail where the ledger is locked, or the role may not read it.
 */
void pgm__ahead_sql(pgm__strbuf *sql, const pgm__batch *batch);

#endif
