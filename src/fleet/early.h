/**
 * @file early.h  Logins that begin while a large folder is still read.
 *
 * Those who will start first are logged in to, within the caps of the run, and nothing is asked
 * there: a session waits for its march, or is closed when the folder turns out to be wrong. A login
 * that fails meanwhile is its march's first attempt, and no other one is made beside it: wrong
 * passwords may be counted.
 *
 * Layer: fleet.
 * Threads: the run's.
 */
#ifndef PGM_FLEET_EARLY_H
#define PGM_FLEET_EARLY_H

#include "fleet/run_data.h"

/** Where nobody may be logged in to before the folder is known, as a rehearsal on branches: false.
 */
bool pgm__early_wanted(const pgm_options *options);

/** Begins; the targets are chosen, and the loop is open. What cannot be begun is left to the
 *  marches. */
void pgm__early_begin(pgm_run *run);

/** The session of a target, for its march, which may still be logging in; or none. */
pgm__handover pgm__early_take(pgm_run *run, size_t index);

/** Closes what nobody has taken; the loop has to turn once more. Where nothing was begun, a no-op.
 */
void pgm__early_end(pgm_run *run);

/** The same, with the loop turned until nothing is left: where no march goes on. */
void pgm__early_drop(pgm_run *run);

#endif
