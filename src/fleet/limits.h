/**
 * @file limits.h  How long anything may take on one target.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_LIMITS_H
#define PGM_FLEET_LIMITS_H

#include "fleet/run_data.h"

/** The limits of a target that is chosen, and has its login: all set, of flag, file or default.
 * Made anew each time, since most targets have the same ones. */
pgm_limits pgm__limits_of(const pgm_run *run, const pgm__fleet_item *item);

#endif
