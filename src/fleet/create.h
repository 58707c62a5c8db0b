/**
 * @file create.h  pgm_create() with the clock passed in, so that tests can live in any second.
 *
 * It writes files and connects to nothing: a new migration is the same for every target.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_CREATE_H
#define PGM_FLEET_CREATE_H

#include <time.h>

#include "pgmarch/pgmarch.h"

/**
 * As pgm_create(); the first version tried is that of `now`.
 *
 * @param dir  NULL or "" = "migrations".
 * @param now  Seconds since 1970, UTC.
 * @param[out] out  Paths of the two files; untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: a bad name, too long a path, or a folder that is laid out for another
 *         tool; PGM_EIO: the folder or a file cannot be made, the clock is not set, or more than a
 *         day's versions are taken; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__create_at(const char *dir, const char *name, time_t now,
                                         pgm_created *out, pgm_error *err);

#endif
