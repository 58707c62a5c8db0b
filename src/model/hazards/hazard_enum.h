/**
 * @file hazard_enum.h  Rules for values of enum types.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_ENUM_H
#define PGM_MODEL_HAZARDS_HAZARD_ENUM_H

#include "model/hazards/hazard_walk.h"

/** Behind ALTER TYPE. */
void pgm__hazard_enum_alter(pgm__hazard_walk *walk);

/** Looks for values that the file has added: at every statement. */
void pgm__hazard_enum_use(pgm__hazard_walk walk);

#endif
