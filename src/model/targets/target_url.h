/**
 * @file target_url.h  A target's name, where only its URL says one.
 *
 * The URL is not checked here: pg/conninfo/url.h does.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_URL_H
#define PGM_MODEL_TARGETS_TARGET_URL_H

#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"

/**
 * The database's name in a URL or keyword string, as far as it can be told for sure that it is not
 * a piece of a badly written password; else "database".
 *
 * @param arena  Owns the name.
 * @return NULL when out of memory.
 */
const char *pgm__target_url_name(pgm__arena *arena, const char *url);

/** Adds `len` bytes of a URL, "%41" as "A"; what is no such sequence stays. out->failed says that
 *  memory ran out. */
void pgm__target_url_decode(pgm__strbuf *out, const char *text, size_t len);

#endif
