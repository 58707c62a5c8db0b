/**
 * @file create.h  pgm_create() with the clock passed in.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_CREATE_H
#define PGM_FLEET_CREATE_H

#include <time.h>

#include "pgmarch/pgmarch.h"

/** As pgm_create(); the first version tried is that of `now`. */
PGM_MUST_CHECK pgm_status pgm__create_at(const char *dir, const char *name, time_t now,
                                         pgm_created *out, pgm_error *err);

#endif
