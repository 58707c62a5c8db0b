/**
 * @file layout_settings.h  Files that other tools keep beside migrations, to say how to run them.
 *
 * A setting that is not known is refused, and not passed over: it could change what is run, or
 * where.
 *
 * Layer: model.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_SETTINGS_H
#define PGM_MODEL_FILES_LAYOUT_SETTINGS_H

#include <stdbool.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/**
 * Reads Prisma's migration_lock.toml, where there is one: it names the database that the migrations
 * are for.
 *
 * @param arena  For the file's path.
 * @return PGM_OK; PGM_EIO; PGM_EPARSE (file:line) when it is another one than PostgreSQL;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__layout_check_lock(pgm__arena *arena, const char *dir,
                                                 pgm_error *err);

/**
 * Reads what diesel's metadata.toml or Flyway's V1__name.sql.conf says of its migration.
 *
 * @param path       For messages.
 * @param text       The file's text, NUL-terminated.
 * @param[out] alone Whether it runs without a transaction. Untouched on failure.
 * @return PGM_OK; PGM_EPARSE (file:line) for a setting that changes more than this.
 */
PGM_MUST_CHECK pgm_status pgm__layout_settings(const char *path, const char *text, bool *alone,
                                               pgm_error *err);

#endif
