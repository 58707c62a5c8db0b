/**
 * @file schedule.h  The run's waves and caps, as the scheduler wants them.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SCHEDULE_H
#define PGM_FLEET_SCHEDULE_H

#include "fleet/run_data.h"

/** PGM_OK; PGM_ENOMEM. Freed with pgm__scheduler_free(); untouched on failure. */
PGM_MUST_CHECK pgm_status pgm__schedule_make(const pgm_run *run, pgm__scheduler **out,
                                             pgm_error *err);

#endif
