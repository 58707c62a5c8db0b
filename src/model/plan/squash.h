/**
 * @file squash.h  A history becomes one file: what squash changes in a ledger.
 *
 * Layer: model. Pure; the rules stand in edits.h.
 */
#ifndef PGM_MODEL_PLAN_SQUASH_H
#define PGM_MODEL_PLAN_SQUASH_H

#include "model/plan/edit_work.h"

/** Collects the edits, or the refusal. */
void pgm__squash_make(pgm__edit_work *work);

#endif
