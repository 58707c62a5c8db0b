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
 * Begins a pass: every target marches, or is only looked at (surveying, dry run, status). The loop
 * is turned then for as long as it has something to wait for, and behind that comes
 * pgm__pass_end(); where this has failed, at once.
 *
 * @return PGM_OK, PGM_ENOMEM, or as pgm__branches_begin().
 */
PGM_MUST_CHECK pgm_status pgm__pass_begin(pgm_run *run, pgm_error *err);

/**
 * All have ended.
 *
 * @param status  What pgm__pass_begin() returned.
 * @return PGM_OK, also when targets failed: that is in their results. PGM_ENOMEM: no more was
 *         started once memory had run out, and the results are not complete; what was under way has
 *         gone on to its end. Else `status`.
 */
PGM_MUST_CHECK pgm_status pgm__pass_end(pgm_run *run, pgm_status status, pgm_error *err);

/** A whole pass, with the loop turned in between. */
PGM_MUST_CHECK pgm_status pgm__execute(pgm_run *run, pgm_error *err);

/**
 * Listens for pgm_run_stop() on the loop, without keeping the loop alive.
 *
 * @return 0, or libuv's error, behind which `wake` is no handle and must not be closed.
 */
int pgm__execute_watch_stop(pgm_run *run);

#endif
