/**
 * @file march.h  One target's way through its plan: performs the state table's actions and feeds it
 * the next event.
 *
 * Layer: pg.
 * Threads: the loop's thread.
 */
#ifndef PGM_PG_MARCH_MARCH_H
#define PGM_PG_MARCH_MARCH_H

#include "pg/march/types.h"
#include "pgmarch/error.h"

/**
 * Starts a march; everything else happens on the loop.
 *
 * @param[out] out  For pgm__march_stop(), valid until `ended`.
 * @return PGM_OK (then `ended` will follow) or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__march_start(pgm__march **out, const pgm__march_env *env,
                                           const pgm__march_target *target, pgm_error *err);

/** Asks it to end: rolls back what can be; `hard` also cancels what cannot. */
void pgm__march_stop(pgm__march *march, bool hard);

#endif
