/**
 * @file hazard_drop.h  Rules for DROP.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_DROP_H
#define PGM_MODEL_HAZARDS_HAZARD_DROP_H

#include "model/hazards/hazard_walk.h"

/** Behind DROP. */
void pgm__hazard_drop(pgm__hazard_walk *walk);

#endif
