/**
 * @file hazard_rows.h  Rules for statements that change, empty or lock a whole table.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_ROWS_H
#define PGM_MODEL_HAZARDS_HAZARD_ROWS_H

#include "model/hazards/hazard_walk.h"

/** Behind UPDATE or DELETE FROM. */
void pgm__hazard_rows_change(pgm__hazard_walk *walk);

/** Behind WITH, which may stand before these. */
void pgm__hazard_rows_with(pgm__hazard_walk *walk);

/** Behind ALTER ... ALL IN TABLESPACE. */
void pgm__hazard_rows_move(pgm__hazard_walk *walk);

/** Behind TRUNCATE. */
void pgm__hazard_rows_truncate(pgm__hazard_walk *walk);

/** Behind LOCK. */
void pgm__hazard_rows_lock(pgm__hazard_walk *walk);

/** Behind VACUUM. */
void pgm__hazard_rows_vacuum(pgm__hazard_walk *walk);

/** Behind CLUSTER. */
void pgm__hazard_rows_cluster(pgm__hazard_walk *walk);

#endif
