/**
 * @file hazard_made.h  What a statement makes: CREATE, and SELECT ... INTO.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_MADE_H
#define PGM_MODEL_HAZARDS_HAZARD_MADE_H

#include "model/hazards/hazard_folder.h"
#include "model/sql/cursor.h"

/** Adds it to the set of its space in `made`, which has PGM__SPACE_COUNT of them. */
void pgm__hazard_made_note(pgm__table_names *made, const char *text, pgm__cursor statement);

/** Is it ALTER TYPE from RENAME TO to? The two are filled in only then. */
bool pgm__hazard_made_rename(pgm__cursor statement, pgm__table_name *from, pgm__table_name *to);

/** Steps behind the name of CREATE TABLE ...; false, when it is none. */
bool pgm__hazard_made_table(pgm__cursor *c, pgm__table_name *name);

#endif
