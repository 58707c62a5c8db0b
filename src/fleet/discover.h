/**
 * @file discover.h  The sources of a run are asked, and its targets are complete.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DISCOVER_H
#define PGM_FLEET_DISCOVER_H

#include "fleet/run_data.h"

/**
 * Asks all sources, adds what they find to run->targets, and tells of it in the summary.
 *
 * @return As pgm_run_discover().
 */
PGM_MUST_CHECK pgm_status pgm__fleet_discover(pgm_run *run, pgm_error *err);

#endif
