/**
 * @file create.h  A new, empty migration.
 *
 * Layer: public.
 */
#ifndef PGMARCH_CREATE_H
#define PGMARCH_CREATE_H

#include "pgmarch/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The pair of files that pgm_create() wrote. */
typedef struct pgm_created {
    char up_file[1024];
    char down_file[1024];
} pgm_created;

/**
 * Writes an empty migration: `<dir>/<YYYYMMDDHHMMSS>_<name>.up.sql` and `.down.sql`, UTC.
 * Makes `dir` when it is missing, never overwrites, never hands out a version twice.
 *
 * @param name  lowercase letters, digits and underscores, beginning with a letter.
 * @return PGM_OK, PGM_EUSAGE (bad name), PGM_EIO.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_create(const char *dir, const char *name, pgm_created *out,
                                             pgm_error *err);

#ifdef __cplusplus
}
#endif
#endif
