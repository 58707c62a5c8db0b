/**
 * @file results.h  What became of each target, as plain data that lives as long as the run.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_RESULTS_H
#define PGM_FLEET_RESULTS_H

#include "fleet/run_data.h"

/**
 * Copies a march's result into the run's arena.
 *
 * @param item  Of this march; what was filled in when the run was opened (name, server, warnings of
 *              the connection) stays.
 * @param result  Borrowed for the call.
 * @return false when out of memory: what could be kept is there, run->no_memory is set, and no
 *         other target should be started.
 */
bool pgm__results_keep(pgm_run *run, pgm__fleet_item *item, const pgm__march_result *result);

/** Counts the outcomes of all targets into the run's summary; may be called again. */
void pgm__results_count(pgm_run *run);

#endif
