/**
 * @file globs.h  Lists of globs over names, as target files have them.
 *
 * A glob is fnmatch(3)'s: `*`, `?`, `[ab]`; upper and lower case differ, as they do in names.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_GLOBS_H
#define PGM_MODEL_TARGETS_GLOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/** Zeroed: none. */
typedef struct pgm__globs {
    const char *const *items;
    size_t count;
} pgm__globs;

/**
 * Splits at commas; blanks around them do not count.
 *
 * @param arena     Owns the list.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EPARSE: there is nothing between two commas, or a control character (`err`
 *         is for the caller to fill, who knows what is expected); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__globs_parse(pgm__arena *arena, const char *text, pgm__globs *out);

/** Is it a name as it is, and nothing but that name? */
bool pgm__glob_is_plain(const char *glob);

/** Does the glob match the whole of `text`? */
bool pgm__glob_matches(const char *glob, const char *text);

#endif
