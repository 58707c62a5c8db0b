/**
 * @file block.h  The transactions of a string: one for each migration, one that makes the ledger,
 * one that only looks, one that only flushes.
 *
 * Everything here is text out; how the replies are followed is batch.h.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_BLOCK_H
#define PGM_PG_EXCHANGE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/files/migration.h"
#include "pg/exchange/context.h"

/** How a transaction of ours begins. It names level and mode because the defaults of database or
 *  role may differ. */
#define PGM__BEGIN_WRITING "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
#define PGM__BEGIN_READING "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"

/** What makes a COMMIT return before its WAL is flushed: the next COMMIT without it flushes for
 *  both. In every migration's commit, unless flush_each. */
#define PGM__ASYNC_COMMIT "SET LOCAL synchronous_commit=off;"

/** What every other COMMIT needs, whatever a file has SET. Not longer than the one above. */
#define PGM__SYNC_COMMIT "RESET synchronous_commit;"

/**
 * Prepared statements for what comes in every block: the server parses and plans it once. A file
 * with PREPARE or DEALLOCATE of its own must not see them (pgm__script.prepares).
 */
typedef enum pgm__names {
    PGM__NAMES_NONE,
    PGM__NAMES_GIVEN, /* in this block's preamble */
    PGM__NAMES_KNOWN  /* by a block before it */
} pgm__names;

/** How a migration's block stands in its string. */
typedef struct pgm__turn {
    bool first; /* the session may have run nothing yet */
    bool tells; /* in any case of the block before, and not only where that was late (claim.h) */
    pgm__names names;
} pgm__turn;

/** Ends what the string before left open. @return How many replies it brings. */
size_t pgm__block_sql_end_open(pgm__strbuf *sql, pgm__transaction transaction);

/**
 * Opens a transaction that only looks, with times as ISO and UTC and the target's schema. It
 * keeps what was read before a SELECT that fails, and keeps every SET local, so that nothing leaks
 * behind a pooler.
 */
void pgm__block_sql_look(pgm__strbuf *sql, const pgm__context *context);

/**
 * Opens a transaction of ours that runs no file: the lock where it is the transaction's, timeouts.
 *
 * @return How many replies it brings.
 */
size_t pgm__block_sql_open(pgm__strbuf *sql, const pgm__context *context);

/** What has to be there before the first migration. Schemas that are missing come with each. */
typedef enum pgm__prepares {
    PGM__PREPARES_NOTHING,
    PGM__PREPARES_SCHEMAS, /* alone: the ledger lies elsewhere, and is whole */
    PGM__PREPARES_COLUMNS, /* the ledger's table lacks some of ours */
    PGM__PREPARES_TABLE
} pgm__prepares;

/** Adds what makes what is missing, for a transaction that is open. @return How many replies it
 *  brings. */
size_t pgm__block_sql_missing(pgm__strbuf *sql, const pgm__context *context, pgm__prepares what);

/** Makes what is missing, in a transaction of its own; not for NOTHING. @return How many replies it
 *  brings. */
size_t pgm__block_sql_prepare(pgm__strbuf *sql, const pgm__context *context, pgm__prepares what);

/**
 * Opens the transaction of one migration, pins the settings, claims the version. Not in the first
 * block: where it is time for that, a NOTICE tells the client what has ended.
 *
 * @param turn  Its names are not NONE only for `up`, and not behind a pooler.
 * @return How many replies it brings before the file's own.
 */
size_t pgm__block_sql_begin(pgm__strbuf *sql, const pgm__context *context,
                            const pgm__migration *migration, bool down, pgm__turn turn);

/**
 * The guard, and the commit. The guard's first statement fails unless the transaction is still the
 * one that begin opened; its last ones are those of claim.h: the row must be as it is to stay.
 *
 * @param named  The prepared statements are there, also behind the file.
 */
void pgm__block_sql_commit(pgm__strbuf *sql, const pgm__context *context,
                           const pgm__migration *migration, bool down, bool named);

/** A transaction that changes nothing, and whose COMMIT flushes all WAL before it. @return How many
 *  replies it brings. */
size_t pgm__block_sql_flush(pgm__strbuf *sql);

#endif
