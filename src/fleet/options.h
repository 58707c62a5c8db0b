/**
 * @file options.h  The caller's options, whichever header it was compiled against.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_OPTIONS_H
#define PGM_FLEET_OPTIONS_H

#include "pgmarch/drift.h"
#include "pgmarch/options.h"
#include "pgmarch/validate.h"

/**
 * Copies what the caller's struct says; of fields that it is too old to have, nothing is given.
 *
 * @param[out] out  Its size is that of this library from here on. Strings stay the caller's.
 *                  Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: it was never set up, or something is set behind the fields that are
 *         known here.
 */
PGM_MUST_CHECK pgm_status pgm__options_take(pgm_options *out, const pgm_options *given,
                                            pgm_error *err);

/**
 * The same for pgm_validate().
 *
 * @param given  NULL: nothing is given, as pgm_validate_options_init() leaves it.
 * @param[out] out  Untouched on failure.
 * @return As pgm__options_take().
 */
PGM_MUST_CHECK pgm_status pgm__options_take_validate(pgm_validate_options *out,
                                                     const pgm_validate_options *given,
                                                     pgm_error *err);

/** The same for pgm_drift_find(). */
PGM_MUST_CHECK pgm_status pgm__options_take_drift(pgm_drift_options *out,
                                                  const pgm_drift_options *given, pgm_error *err);

#endif
