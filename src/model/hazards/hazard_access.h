/**
 * @file hazard_access.h  Rules for who may see and do what.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_ACCESS_H
#define PGM_MODEL_HAZARDS_HAZARD_ACCESS_H

#include "model/hazards/hazard_walk.h"

/** Behind REVOKE. */
void pgm__hazard_access_revoke(pgm__hazard_walk *walk);

/** Behind ALTER SCHEMA. */
void pgm__hazard_access_schema(pgm__hazard_walk *walk);

#endif
