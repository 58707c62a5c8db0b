/**
 * @file lock.h  The advisory lock that keeps two runs from marching one target at once.
 *
 * It is always asked for with the try form: waiting for it inside the server would deadlock with a
 * holder that runs CREATE INDEX CONCURRENTLY, which waits for every older snapshot, the waiter's
 * too (docs/inside/facts.md, "Locks and non-transactional migrations").
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_LOCK_H
#define PGM_PG_EXCHANGE_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"

/** Lets go of every advisory lock of the session. One statement that returns a row. */
#define PGM__UNLOCK_ALL "SELECT pg_catalog.pg_advisory_unlock_all();"

/** Two statements that end a string's own transaction: a string is one until it says BEGIN, and
 *  behind its first SELECT it is too late to choose isolation level or access mode. A COMMIT alone
 *  would bring a warning. */
#define PGM__END_OF_OWN_TRANSACTION "BEGIN;COMMIT;"

/** The lock's key: FNV-1a of "pgmarch:" and the ledger's name, the same in every version. */
int64_t pgm__lock_key(const char *schema, const char *table);

/**
 * What a string begins with: takes the lock for the session, or fails with PGM__MARK_BUSY; looks
 * whose ledger it is, or fails with PGM__MARK_STRANGER.
 *
 * @param lock   Not behind a pooler.
 * @param owner  Where there is a ledger already.
 * @return How many replies it brings; 0 where it is to do neither.
 */
size_t pgm__lock_sql_enter(pgm__strbuf *sql, const pgm__context *context, bool lock, bool owner);

/** In a transaction of our own: takes the session's lock again, or fails with PGM__MARK_BUSY. */
void pgm__lock_sql_again(pgm__strbuf *sql, const pgm__context *context);

/**
 * Adds a SELECT, without its semicolon, that takes the lock inside a block or fails with
 * PGM__MARK_BUSY. Behind a pooler it is the transaction's; else it is the session's, and all other
 * advisory locks of the session are let go first: the file before may have taken some.
 */
void pgm__lock_add_of_block(pgm__strbuf *sql, const pgm__context *context);

/**
 * Ends a session of this very run that still holds the lock and waits for its client, idle or
 * inside a COPY: what a lost connection leaves when the server was not told of the loss.
 *
 * @return How many replies it brings.
 */
size_t pgm__lock_sql_end_orphan(pgm__strbuf *sql, const pgm__context *context);

#endif
