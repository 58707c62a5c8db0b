/**
 * @file catalogs.h  `status` and `plan` with `drift`: which targets have another catalog than the
 * others, as findings. In what they differ is pgm_drift_find()'s to tell.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_CATALOGS_H
#define PGM_FLEET_CATALOGS_H

#include "fleet/run_data.h"

/** @return PGM_OK; PGM_EUSAGE: a run with these options does not just look. */
PGM_MUST_CHECK pgm_status pgm__catalogs_check(const pgm_options *options, pgm_error *err);

/** Before the run is executed: catalogs are asked for, if they are wanted. @return PGM_OK or
 *  PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__catalogs_begin(pgm_run *run, pgm_error *err);

/** Behind it, once all targets have ended: findings, warnings, and the summary's counts. @return
 *  PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__catalogs_tell(pgm_run *run, pgm_error *err);

#endif
