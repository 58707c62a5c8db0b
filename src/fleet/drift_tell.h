/**
 * @file drift_tell.h  What was found, as plain data.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_TELL_H
#define PGM_FLEET_DRIFT_TELL_H

#include "fleet/drift_data.h"

/** Behind the second pass: fills in summary and cohorts. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_tell(pgm_drift *d, const pgm_options *given, pgm_error *err);

#endif
