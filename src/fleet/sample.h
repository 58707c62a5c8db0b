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

/** Before the first pass. @return false: out of memory. */
bool pgm__sample_begin(pgm_run *run);

/** Between the two: which are rehearsed. */
void pgm__sample_choose(pgm_run *run);

/** Behind the second: what it says of the others. */
void pgm__sample_tell(pgm_run *run);

/** In the second pass: was this target not chosen? */
bool pgm__sample_passes_by(const pgm_run *run, size_t index);

/** In the first: how large it is. */
void pgm__sample_note(pgm_run *run, size_t index, const pgm__march_result *result);

#endif
