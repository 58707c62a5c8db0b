/**
 * @file hazard_constraint.h  Rules for constraints that ALTER TABLE adds.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_CONSTRAINT_H
#define PGM_MODEL_HAZARDS_HAZARD_CONSTRAINT_H

#include "model/hazards/hazard_walk.h"

/** Behind ADD. False when what is added is no table constraint; the cursor is where it was. */
bool pgm__hazard_constraint_add(pgm__hazard_walk *walk);

/** Behind VALIDATE CONSTRAINT. */
void pgm__hazard_constraint_validate(pgm__hazard_walk *walk);

#endif
