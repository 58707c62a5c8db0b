/**
 * @file survey.h  A look at every target before anything is touched: what a run would do, for
 * somebody to judge.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SURVEY_H
#define PGM_FLEET_SURVEY_H

#include "fleet/run_data.h"

/**
 * Before a survey: keeps every result as it is; false when out of memory, and then nothing has
 * changed.
 */
bool pgm__survey_begin(pgm_run *run);

/**
 * While surveying: keeps what was found of target `index`; otherwise does nothing.
 *
 * @param result  Borrowed for the call.
 * @return false when out of memory: run->no_memory is set, by which the survey as a whole fails.
 */
bool pgm__survey_keep(pgm_run *run, size_t index, const pgm__march_result *result);

/** Puts every result back to what it was before the survey, if there was one. */
void pgm__survey_forget(pgm_run *run);

#endif
