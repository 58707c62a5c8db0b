/**
 * @file hazard_words.h  Steps of a cursor that several rules take.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_WORDS_H
#define PGM_MODEL_HAZARDS_HAZARD_WORDS_H

#include <stdbool.h>

#include "model/sql/cursor.h"

/** Steps over IF EXISTS or IF NOT EXISTS when it is there. */
bool pgm__hazard_take_if_exists(pgm__cursor *c);

/** Steps over all of these key words, or over none. @param words In capitals, a blank between. */
bool pgm__hazard_take_words(pgm__cursor *c, const char *words);

/** A comma outside parentheses, or the end. */
bool pgm__hazard_at_part_end(const pgm__cursor *c);

/** Steps over what stands in parentheses here, if anything does. */
void pgm__hazard_skip_parentheses(pgm__cursor *c);

/** Does this key word stand outside parentheses in what is left of the statement? */
bool pgm__hazard_has_word(pgm__cursor c, const char *word);

#endif
