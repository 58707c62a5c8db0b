/**
 * @file sizes.h  How large the databases are: asked once for each login, however many targets share
 * it.
 *
 * The server looks at every file of a database to know its size. Three thousand schemas of one
 * database would ask it three thousand times for the same number.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SIZES_H
#define PGM_FLEET_SIZES_H

#include "fleet/run_data.h"

/**
 * Room for every login of the run, in its arena; none where nobody is going to ask.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__sizes_start(pgm_run *run);

/** Is this target, which is about to start, to ask? */
bool pgm__sizes_wanted(pgm_run *run, size_t index);

/** This is the ping that its result hands out; or NULL. */
void pgm__sizes_note(pgm_run *run, size_t index, pgm_ping *ping);

/** This target has ended, and its result is kept. */
void pgm__sizes_ended(pgm_run *run, size_t index);

/** All have ended: what one has learned is told of all that share its login. */
void pgm__sizes_share(pgm_run *run);

#endif
