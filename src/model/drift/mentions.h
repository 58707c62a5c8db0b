/**
 * @file mentions.h  Which migrations of a folder mention an object of the catalog.
 *
 * By its words: a name stands in a file, in or out of quotes, or within the code of a function.
 * That is a hint where to look, and no proof.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_MENTIONS_H
#define PGM_MODEL_DRIFT_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/migrations.h"
#include "pgmarch/error.h"

/** The words of every up file of a folder. */
typedef struct pgm__mentions pgm__mentions;

/**
 * @param arena     Owns it.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__mentions_make(pgm__arena *arena, const pgm__migrations *migrations,
                                             pgm__mentions **out);

/**
 * @param name    As the catalog's rows have it: "users.email", "f(a integer)", "\"Odd\"".
 * @param schema  Its first part is a schema's, which files need not name.
 * @param[out] versions  Those that have all its parts, in the order of the folder; in the arena.
 * @return How many there are; SIZE_MAX: out of memory.
 */
size_t pgm__mentions_find(const pgm__mentions *mentions, pgm__arena *arena, const char *name,
                          bool schema, const char *const **versions);

#endif
