/**
 * @file other_runs.h  Other runs of pgmarch on the servers of this one: who asks for them, so that
 * each server is asked now and then, and told of once.
 *
 * A cap is of one run. Two runs on one server have both of theirs, and nothing keeps the sum below
 * the server's max_connections but somebody who knows.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_OTHER_RUNS_H
#define PGM_FLEET_OTHER_RUNS_H

#include "fleet/run_data.h"

/**
 * Room for every server of the run, in its arena; none where nobody is going to ask: a run that
 * only looks, or whose servers are meant to be shared.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__other_runs_start(pgm_run *run);

/**
 * Is this target, which is about to start, to ask? Of a server with several targets the first one,
 * and one every few seconds as long as there is no other run: who comes later is seen too.
 *
 * @param now_ms  By the loop's clock.
 * @return The cap of its server, for what is said; 0: it is not to ask.
 */
size_t pgm__other_runs_asked(pgm_run *run, size_t index, uint64_t now_ms);

/** The target's server has answered it, this question too. */
void pgm__other_runs_answered(pgm_run *run, size_t index);

/** There are some, and this target says so. */
void pgm__other_runs_told(pgm_run *run, size_t index);

/** This target has ended. */
void pgm__other_runs_ended(pgm_run *run, size_t index);

#endif
