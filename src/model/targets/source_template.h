/**
 * @file source_template.h  {COLUMN} in a text: what a row has there. {{ and }} are single braces.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_SOURCE_TEMPLATE_H
#define PGM_MODEL_TARGETS_SOURCE_TEMPLATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/targets/source_row.h"

/** Is every brace of the text doubled, or around a name? PGM_OK or PGM_EPARSE. */
PGM_MUST_CHECK pgm_status pgm__template_check(const char *text, pgm_error *err);

/** Does the text hold {COLUMN}, of any name? */
bool pgm__template_has_any(const char *text);

/** Does the text hold {column}? */
bool pgm__template_has(const char *text, const char *column);

/**
 * Fills a checked text with a row.
 *
 * @param arena  Owns *out, where that is not the very text: one without a brace is as it is.
 * @return PGM_OK; PGM_EPARSE: the row has no such column (the message has those that it has), or
 *         nothing in it; PGM_ENOMEM. No message holds a value.
 */
PGM_MUST_CHECK pgm_status pgm__template_fill(const char *text, const pgm__source_row *row,
                                             pgm__arena *arena, const char **out, pgm_error *err);

#endif
