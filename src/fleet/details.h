/**
 * @file details.h  What is known of each target before anything is connected, for whoever asks for
 * the fleet itself (pgmarch/fleet.h).
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DETAILS_H
#define PGM_FLEET_DETAILS_H

#include "fleet/run_data.h"

/**
 * Fills in run->details and run->fleet; items, caps and logins are there.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__details_make(pgm_run *run, pgm_error *err);

#endif
