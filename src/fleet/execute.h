/**
 * @file execute.h  Marches every target on the loop, within the caps.
 *
 * It knows neither SQL nor libpq: what one target does is pg/march's, who may start is
 * engine/scheduler's, and this brings the two together.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_EXECUTE_H
#define PGM_FLEET_EXECUTE_H

#include "fleet/run_data.h"

/**
 * Marches every target, or only looks at it (surveying, dry run, status); returns when all have
 * ended.
 *
 * @return PGM_OK, also when targets failed: that is in their results. PGM_ENOMEM: no more was
 *         started once memory had run out, and the results are not complete; what was under way has
 *         gone on to its end.
 */
PGM_MUST_CHECK pgm_status pgm__execute(pgm_run *run, pgm_error *err);

/**
 * Listens for pgm_run_stop() on the loop, without keeping the loop alive.
 *
 * @return 0, or libuv's error, behind which `wake` is no handle and must not be closed.
 */
int pgm__execute_watch_stop(pgm_run *run);

#endif
