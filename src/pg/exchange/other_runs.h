/**
 * @file other_runs.h  Which other runs of pgmarch are at work on the server, in whatever database
 * and as whatever role: their caps and ours add up there.
 *
 * Every session is named after its run, and every role sees the names and the locks of all
 * sessions. A pooler's idle connection keeps the name of a run that ended long ago; so a run counts
 * where one of its sessions holds a lock, as each does in a transaction, and while it has a
 * target's ledger to itself.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_OTHER_RUNS_H
#define PGM_PG_EXCHANGE_OTHER_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"

/** What is known of them; zeroed: there is none. */
typedef struct pgm__other_runs {
    size_t runs;
    size_t sessions; /* of all of these together */
} pgm__other_runs;

/** Adds a transaction of its own that asks. @return How many results with rows it brings. */
int pgm__other_runs_sql(pgm__strbuf *sql, const pgm__context *context);

/** Is this reply the answer? Then what it says is filled in. */
bool pgm__other_runs_feed(pgm__other_runs *found, const pgm__context *context,
                          const pgm__reply *reply);

#endif
