/**
 * @file drift_march.h  What the migrations of the folder make, as a norm: a database on a scratch
 * server marches through them, and is looked at wherever targets stand.
 *
 * One database for the whole databases of the fleet, and one for its single schemas: it goes as far
 * as the targets that have the fewest migrations, is looked at, and goes on.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_MARCH_H
#define PGM_FLEET_DRIFT_MARCH_H

#include "fleet/drift_data.h"

/**
 * Is the scratch server fit, and is somebody there? Nothing is made yet.
 *
 * @return PGM_OK, also where no migrations are to be compared with; PGM_EUSAGE; PGM_ECONNECT,
 *         PGM_ETIMEOUT: the server cannot be reached; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__drift_prepare_march(pgm_drift *d, const pgm_drift_options *options,
                                                   pgm_error *err);

/**
 * Behind the first pass: makes d->baselines of what the migrations make at the versions of the
 * targets that were read, and says in d->wishes why one could not be made. What it made there is
 * dropped, also behind a failure; what could not be is in d->warnings.
 *
 * @param ask  What was asked of the targets.
 * @return PGM_OK, also where it was stopped; PGM_ECONNECT, PGM_ESQL: no database could be made
 *         there; PGM_ENOMEM, PGM_EIO, PGM_EUSAGE: as pgm_run_open().
 */
PGM_MUST_CHECK pgm_status pgm__drift_march(pgm_drift *d, const pgm_options *given,
                                           const pgm_drift_options *options,
                                           const pgm__compare_ask *ask, pgm_error *err);

#endif
