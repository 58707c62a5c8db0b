/**
 * @file hazard_learn.h  What a statement says that later ones are judged by: types of columns,
 * which of them an index may have, and what kind of function one is.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_LEARN_H
#define PGM_MODEL_HAZARDS_HAZARD_LEARN_H

#include "model/hazards/hazard_folder.h"
#include "model/sql/cursor.h"

/** Adds it to what the folder says. ALTER TABLE is followed by its own rules. */
void pgm__hazard_learn(pgm__hazard_folder *folder, const char *text, pgm__cursor statement);

/**
 * The columns of a key, a UNIQUE or an EXCLUDE, in what ADD adds or CREATE TABLE lists.
 *
 * @param c  At the first word of the column or the constraint; read up to its end.
 */
void pgm__hazard_learn_key(pgm__hazard_folder *folder, const char *text, pgm__cut table,
                           pgm__cursor c);

#endif
