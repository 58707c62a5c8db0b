/**
 * @file unmatched.h  What is said of a pattern, or a wave, that no target has.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_UNMATCHED_H
#define PGM_FLEET_UNMATCHED_H

#include "model/targets/targets.h"
#include "pgmarch/options.h"

/**
 * "no target matches "tenat_*" (--only); the nearest name is "tenant_01"".
 *
 * @param origin  Where the pattern was said. What may be a password that went to the wrong place is
 *                not shown.
 * @return PGM_EUSAGE.
 */
pgm_status pgm__unmatched_pattern(const pgm__targets *targets, const char *pattern,
                                  const char *origin, pgm_error *err);

/**
 * "no target is of wave 7 (--wave); there are 1, 2 and rest".
 *
 * @param wave  As in pgm_options.
 * @return PGM_EUSAGE, or PGM_ENOMEM.
 */
pgm_status pgm__unmatched_wave(const pgm__targets *targets, int64_t wave, pgm_error *err);

/**
 * "2 of the 40 targets of "r.json" are no longer in the fleet, "a", "b": ..."; where none of them
 * is there, that it is of another fleet.
 *
 * @param gone  For each of the names of the options, whether no target has it; one at least has it
 *              not.
 * @return PGM_EUSAGE, or PGM_ENOMEM.
 */
pgm_status pgm__unmatched_names(const pgm_options *options, const bool *gone, pgm_error *err);

#endif
