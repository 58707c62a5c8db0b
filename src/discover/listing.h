/**
 * @file listing.h  What a command lists: a target a line, as JSON or as name and URL.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_LISTING_H
#define PGM_DISCOVER_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/targets/source_row.h"
#include "pgmarch/error.h"

/** Takes the columns of a line; valid inside. False: no more is wanted. */
typedef bool (*pgm__listing_fn)(const pgm__source_column *columns, size_t count, size_t line,
                                void *data);

/**
 * Reads all of it.
 *
 * A line is a JSON object ("var" may be an object, "tags" a list; whole numbers and booleans are
 * taken as they are written, null is not given), or a name, a tab and a URL. Every line ends, the
 * last one too: else somebody may have cut it off.
 *
 * @param text  text[len] is '\0'.
 * @return PGM_OK, also when no more was wanted; PGM_EPARSE, with the line and without its text;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__listing_read(const char *text, size_t len, pgm__listing_fn take,
                                            void *data, pgm_error *err);

/**
 * Splits a command into its words as a shell does: at blanks, but for those in quotes and behind a
 * backslash. Nothing else of a shell is known.
 *
 * @param arena      Owns the words.
 * @param[out] argv  NULL-terminated.
 * @return PGM_OK; PGM_EPARSE: a quote is not closed, there is no word; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__listing_words(pgm__arena *arena, const char *command, char ***argv,
                                             pgm_error *err);

#endif
