/**
 * @file nearest.h  The migration that somebody may have meant who named one that there is not.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_NEAREST_H
#define PGM_MODEL_FILES_NEAREST_H

#include "model/files/migrations.h"

/** The migrations with a number that stand around a version; NULL where none is on that side. */
typedef struct pgm__neighbours {
    const char *before; /* or of the same number */
    const char *after;
} pgm__neighbours;

/** They are borrowed from `migrations`. */
pgm__neighbours pgm__migrations_around(const pgm__migrations *migrations, const char *version);

/**
 * The version that begins so, has that number, or is spelt nearly so.
 *
 * @param[out] meant  Borrowed from `migrations`; NULL when none is near.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__migrations_meant(const pgm__migrations *migrations,
                                                const char *version, const char **meant,
                                                pgm_error *err);

#endif
