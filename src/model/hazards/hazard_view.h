/**
 * @file hazard_view.h  Rules for views.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_VIEW_H
#define PGM_MODEL_HAZARDS_HAZARD_VIEW_H

#include "model/hazards/hazard_walk.h"

/** Behind ALTER [MATERIALIZED] VIEW. */
void pgm__hazard_view_alter(pgm__hazard_walk *walk);

/** Behind REFRESH MATERIALIZED VIEW. */
void pgm__hazard_view_refresh(pgm__hazard_walk *walk);

#endif
