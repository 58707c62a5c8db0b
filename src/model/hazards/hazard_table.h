/**
 * @file hazard_table.h  Rules for ALTER TABLE.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_TABLE_H
#define PGM_MODEL_HAZARDS_HAZARD_TABLE_H

#include "model/hazards/hazard_walk.h"

/** Behind ALTER TABLE. */
void pgm__hazard_table_alter(pgm__hazard_walk *walk);

#endif
