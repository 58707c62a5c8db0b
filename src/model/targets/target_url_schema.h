/**
 * @file target_url_schema.h  Parameters of a URL that name a schema: they decide where a target is,
 * so they are taken as its schema, or refused.
 *
 * Layer: model, targets. Pure. No message holds a value: it may be a piece of a badly written
 * password.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_URL_SCHEMA_H
#define PGM_MODEL_TARGETS_TARGET_URL_SCHEMA_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/targets/target.h"

/**
 * Takes `schema`, `search_path` or `currentSchema` of the target's URL as its schema.
 *
 * @param arena   Owns the name.
 * @param target  Its url may be NULL; its schema is untouched on failure.
 * @return PGM_OK, also where there is none; PGM_EPARSE: empty, more than one, or another than the
 *         target has (the message holds no value); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_url_schema(pgm__arena *arena, pgm__target *target,
                                                 pgm_error *err);

/** Is this the name of a parameter that pgm__target_url_schema() takes? Then libpq must not see it,
 *  which would refuse the whole URL. */
bool pgm__target_url_is_schema(const char *name);

#endif
