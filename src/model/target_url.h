/**
 * @file target_url.h  Inside of the target files: a name for a target that has only a URL.
 *
 * Layer: model, private to target*.c. Pure. The URL is not checked here: pg/conninfo.h does.
 */
#ifndef PGM_MODEL_TARGET_URL_H
#define PGM_MODEL_TARGET_URL_H

#include "base/arena.h"

/**
 * The database's name in a URL or keyword string, as far as it can be told for sure that it is not
 * a piece of a badly written password; else "database".
 *
 * @return NULL when out of memory.
 */
const char *pgm__target_url_name(pgm__arena *arena, const char *url);

#endif
