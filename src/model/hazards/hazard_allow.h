/**
 * @file hazard_allow.h  Warnings that the folder's pgmarch.conf allows.
 *
 * A comment in a file does the same for what is written now; in a file that is applied it would
 * change the checksum, and `up` would stop.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_ALLOW_H
#define PGM_MODEL_HAZARDS_HAZARD_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/migrations.h"

/** Is it a code that can be allowed? "*" is one, and so is that of a note. */
bool pgm__hazard_allow_knows(const char *code);

/**
 * Is the pattern for this migration? It is a version as a user may write it, a glob of versions, or
 * one of up files as `ignore` takes it: by name, with a slash by path, with one at its end a folder
 * (model/files/layout_folder.h).
 *
 * @param dir  Of the migrations, as they were loaded.
 */
bool pgm__hazard_allow_matches(const char *pattern, const pgm__migrations *migrations,
                               const char *dir, size_t index);

/**
 * Does pgmarch.conf allow it of this migration?
 *
 * @param error  It fails for certain: only a line that names its code allows that.
 */
bool pgm__hazard_allow_has(const pgm__migrations *migrations, const char *dir, size_t index,
                           const char *code, bool error);

#endif
