/**
 * @file drift_norm.h  What targets are compared with: most of them, one of them, a file, or what
 * the migrations make (drift_march.h).
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_NORM_H
#define PGM_FLEET_DRIFT_NORM_H

#include "fleet/drift_data.h"

/** Before anything is opened. @return PGM_OK, PGM_EPARSE, PGM_EUSAGE (it was made with other
 *  options), PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_read_baseline(pgm_drift *d, const pgm_drift_options *options,
                                                   pgm_error *err);

/** Before anything is asked. @return PGM_OK; PGM_EUSAGE: no selected target has that name. */
PGM_MUST_CHECK pgm_status pgm__drift_find_norm(pgm_drift *d, const pgm_drift_options *options,
                                               pgm_error *err);

/** Behind the first pass: all whose fingerprints are known. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_list_members(pgm_drift *d, pgm_error *err);

/** The target of a group whose objects stand for all; SIZE_MAX: it has none. */
size_t pgm__drift_shown(const pgm_drift *d, const pgm__drift_group *group);

/** The baseline that is in a group; NULL: none is. */
const pgm__baseline *pgm__drift_baseline_of(const pgm_drift *d, const pgm__drift_group *group);

/** As pgm_drift_baseline(). */
PGM_MUST_CHECK pgm_status pgm__drift_write_baseline(pgm_drift *d, const char **text,
                                                    pgm_error *err);

#endif
