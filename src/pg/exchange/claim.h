/**
 * @file claim.h  A migration's row in the ledger: it is claimed before the file runs, and looked at
 * once more behind it.
 *
 * The claim comes first in the transaction: it waits for an orphan that still holds the row, and
 * then fails (up) or finds nothing (down). This is what makes a migration exactly once.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CLAIM_H
#define PGM_PG_EXCHANGE_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "model/files/migration.h"
#include "pg/exchange/context.h"

/**
 * One INSERT that fails when the row is there, or (with `ms`, where no guard follows) does not come
 * back as it was sent: PGM__MARK_REFUSED. Of a repeatable migration also an UPDATE of its row,
 * which fails with PGM__MARK_TAKEN when another run has renewed it.
 *
 * @param ms  How long the migration took, where it has run already; NULL: the guard will say it.
 */
void pgm__claim_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__migration *migration,
                    const uint64_t *ms);

/** Down: one DELETE that fails with PGM__MARK_TAKEN when the row is not there. */
void pgm__claim_sql_remove(pgm__strbuf *sql, const pgm__context *context, const char *version);

/** Not empty where the block before took a tenth of a second, so that its end is to be told now
 *  (block.c). Of two dots: no variable of a user has that name. */
#define PGM__LATE_SETTING "pgmarch.own.late"

/**
 * The guard, up: notes in the row how long the migration took, and looks the row up. Fails with
 * PGM__MARK_ERASED when the row is gone, with PGM__MARK_REFUSED when it does not change. Its last
 * statement is the row of is_guard(); where a session's settings last, it also sets
 * PGM__LATE_SETTING.
 */
void pgm__claim_sql_finish(pgm__strbuf *sql, const pgm__context *context,
                           const pgm__migration *migration);

/**
 * Behind all triggers: fails with PGM__MARK_REFUSED unless the row stands there with its duration
 * (down: is gone). The last statement of every guard; also for a claim that has no guard.
 */
void pgm__claim_sql_recorded(pgm__strbuf *sql, const pgm__context *context,
                             const pgm__migration *migration, bool down);

/** Takes back the claim of a migration that ended our transaction: its own commit kept the row. */
void pgm__claim_sql_disclaim(pgm__strbuf *sql, const pgm__context *context, const char *version);

/** Makes prepared statements of claim and guard, which the server then parses and plans once.
 *  @return How many replies it brings. */
size_t pgm__claim_sql_prepare(pgm__strbuf *sql, const pgm__context *context);

/** pgm__claim_sql() of a migration that is not repeatable, by its prepared statement. */
void pgm__claim_sql_by_name(pgm__strbuf *sql, const pgm__migration *migration);

/** pgm__claim_sql_finish() by its prepared statements. */
void pgm__claim_sql_finish_by_name(pgm__strbuf *sql, const char *version);

/** Is this reply (ROW or ROWS_END) the guard's? Its column has the run's id in its name. */
bool pgm__claim_is_guard(const pgm__context *context, const pgm__reply *reply);

#endif
