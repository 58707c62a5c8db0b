/**
 * @file repair.h  What repair changes in a ledger.
 *
 * Layer: model. Pure; the rules stand in edits.h.
 */
#ifndef PGM_MODEL_PLAN_REPAIR_H
#define PGM_MODEL_PLAN_REPAIR_H

#include "model/plan/edit_work.h"

/** Collects the edits, or the refusal. */
void pgm__repair_make(pgm__edit_work *work);

#endif
