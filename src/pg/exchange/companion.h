/**
 * @file companion.h  How far a file without a transaction has come: the companion table,
 * `pgmarch_progress`.
 *
 * It lies beside the ledger and is written before and after each statement, so that the ledger only
 * ever lists what is applied, and a run that was cut off knows where to go on.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_COMPANION_H
#define PGM_PG_EXCHANGE_COMPANION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/plan/ledger_row.h"
#include "pg/exchange/context.h"
#include "pg/exchange/facts.h"
#include "pg/exchange/reply.h"
#include "pg/exchange/statements.h"

/** Creates the table in a transaction of its own. */
void pgm__companion_sql_prepare(pgm__strbuf *sql, const pgm__context *context);

/**
 * Reads its rows of this ledger: version, down, statement, running, checksum, run_id; fails with
 * PGM__MARK_STRANGER where it is a stranger's.
 *
 * @return Results before it.
 */
int pgm__companion_sql_read(pgm__strbuf *sql, const pgm__context *context);

/** Takes one of these rows into the facts. False: out of memory. */
bool pgm__companion_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply);

/**
 * Fails with PGM__MARK_BUSY while the run that left this row is still there, with or without its
 * lock: a file may let go of that. Before the lock is taken, or the two would wait for each other.
 */
void pgm__companion_sql_rival(pgm__strbuf *sql, const pgm__context *context,
                              const pgm__progress_row *was);

/**
 * Behind the lock: fails with PGM__MARK_TAKEN unless ledger and companion table are still as they
 * were read, pins the session's settings, takes the row.
 *
 * @param was  The row that was read, or NULL for none; what it says of `running` stays.
 */
void pgm__companion_sql_begin(pgm__strbuf *sql, const pgm__context *context,
                              const pgm__statements *file, const pgm__progress_row *was);

/**
 * Notes that the statements before `file->statement` are done, and whether it is about to run:
 * then it takes the lock again first, which a statement may have let go of. Fails with
 * PGM__MARK_TAKEN when the row is another run's now.
 */
void pgm__companion_sql_mark(pgm__strbuf *sql, const pgm__context *context,
                             const pgm__statements *file, bool running);

/**
 * Notes that all statements are done; then a transaction of the verify file's own, that leaves
 * nothing behind.
 */
void pgm__companion_sql_verify(pgm__strbuf *sql, const pgm__context *context,
                               pgm__statements *file);

/** Writes (down: removes) the ledger's row and drops the progress, in one transaction; `ms` = how
 *  long the migration took. */
void pgm__companion_sql_record(pgm__strbuf *sql, const pgm__context *context,
                               const pgm__statements *file, uint64_t ms);

#endif
