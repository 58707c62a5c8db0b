/**
 * @file hazard_index.h  Rules for indexes and what else is built CONCURRENTLY or not.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_INDEX_H
#define PGM_MODEL_HAZARDS_HAZARD_INDEX_H

#include "model/hazards/hazard_walk.h"

/** Behind CREATE [UNIQUE] INDEX. */
void pgm__hazard_index_create(pgm__hazard_walk *walk);

/** Behind DROP INDEX. */
void pgm__hazard_index_drop(pgm__hazard_walk *walk);

/** Behind ALTER INDEX. */
void pgm__hazard_index_alter(pgm__hazard_walk *walk);

/** Behind REINDEX. */
void pgm__hazard_index_rebuild(pgm__hazard_walk *walk);

#endif
