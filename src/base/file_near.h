/**
 * @file file_near.h  "did you mean …?" for a path that is not there.
 *
 * Layer: base. Reads the folder that the path would be in.
 */
#ifndef PGM_BASE_FILE_NEAR_H
#define PGM_BASE_FILE_NEAR_H

#include <stdbool.h>

#include "base/arena.h"

/**
 * The path beside `path` whose last part is spelt nearly so: "migrations" for "migratons".
 *
 * @param arena         Owns the result, and what was read for it.
 * @param only_folders  Files are not meant.
 * @return NULL when none is near, the folder cannot be read, or memory ran out: it is only advice.
 */
const char *pgm__file_near(pgm__arena *arena, const char *path, bool only_folders);

/**
 * Adds it to the message of a failure to read `path` that has err->sys == ENOENT; else, and where
 * none is near, the message stays.
 */
void pgm__file_near_context(pgm__arena *arena, const char *path, pgm_error *err);

#endif
