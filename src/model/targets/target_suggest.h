/**
 * @file target_suggest.h  What was meant by a key that a target file cannot have.
 *
 * It only advises. A key is never taken for another one, however near: what decides where a
 * migration goes is honoured or refused.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_SUGGEST_H
#define PGM_MODEL_TARGETS_TARGET_SUGGEST_H

#include <stdbool.h>

/** The known key that was probably meant, or NULL. Static storage. */
const char *pgm__target_suggest(const char *key);

/** A keyword of some libpq, perhaps a newer one? */
bool pgm__target_is_newer_keyword(const char *key);

#endif
