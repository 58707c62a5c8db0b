/**
 * @file hazard_column.h  Rules for a column that is added or changed by ALTER TABLE.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_COLUMN_H
#define PGM_MODEL_HAZARDS_HAZARD_COLUMN_H

#include "model/hazards/hazard_walk.h"

/** Behind ADD, when what is added is no constraint. */
void pgm__hazard_column_add(pgm__hazard_walk *walk);

/** Behind ALTER. */
void pgm__hazard_column_alter(pgm__hazard_walk *walk);

#endif
