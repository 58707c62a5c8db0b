/**
 * @file rehearsal.h  What a march measured in a rehearsal, kept for as long as the run is there.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_REHEARSAL_H
#define PGM_FLEET_REHEARSAL_H

#include "fleet/run_data.h"

/**
 * What cannot be asked of a rehearsal of these targets.
 *
 * @return PGM_OK or PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__rehearsal_check(const pgm_run *run, const pgm_options *options,
                                               pgm_error *err);

/** A copy with all its texts; NULL of NULL, and where memory has run out, which the run notes. */
const pgm_rehearsal *pgm__keep_rehearsal(pgm_run *run, const pgm_rehearsal *rehearsal);

#endif
