/**
 * @file sample.h  A rehearsal of some targets only: of each group with the same plan the largest,
 * and what that says of the others.
 *
 * Two passes: the first looks at every plan and how large each target is, the second rehearses
 * those that were chosen.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SAMPLE_H
#define PGM_FLEET_SAMPLE_H

#include "fleet/run_data.h"

/** Is it asked for? */
bool pgm__sample_wanted(const pgm_run *run);

/** Both passes, in place of pgm__execute(). @return As that. */
PGM_MUST_CHECK pgm_status pgm__sample_execute(pgm_run *run, pgm_error *err);

/** In the second pass: was this target not chosen? */
bool pgm__sample_passes_by(const pgm_run *run, size_t index);

/** In the first: how large it is. */
void pgm__sample_note(pgm_run *run, size_t index, const pgm__march_result *result);

#endif
