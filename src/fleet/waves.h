/**
 * @file waves.h  The waves of a run: who goes in which, how many of each at once, how many may
 * fail.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_WAVES_H
#define PGM_FLEET_WAVES_H

#include "fleet/run_data.h"

/**
 * Fills in the run's waves, the summary's, and each result's; items, caps and servers are there.
 *
 * @param options  Borrowed for the call.
 * @return PGM_OK; PGM_EUSAGE: --canary or --max-failures is none, or a pattern of --canary chooses
 *         no selected target; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__fleet_waves(pgm_run *run, const pgm_options *options,
                                           pgm_error *err);

#endif
