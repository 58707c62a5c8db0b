/**
 * @file rollout.h  What follows at the end of a wave: the next one, a wait, or the end of the run.
 *
 * The scheduler (engine/scheduler.h) lets nothing start once a wave is over; here it is decided,
 * by how many failed, by who asked to stop, and by the gate (fleet/gate.h). Execution asks after
 * every end of a march, and whenever the loop is woken.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_ROLLOUT_H
#define PGM_FLEET_ROLLOUT_H

#include "fleet/run_data.h"

/** Where nothing is written: waves hold nothing back, and pending migrations are no fault. */
bool pgm__rollout_looks_only(const pgm_run *run);

/** The scheduler is there, and nothing has started: tells of the first wave. */
void pgm__rollout_begin(pgm_run *run);

/** A target that the scheduler let start has ended; its result is complete. */
void pgm__rollout_ended(pgm_run *run, size_t index);

/** Nothing starts any more. Of several causes the first one is reported. */
void pgm__rollout_halt(pgm_run *run, pgm__halt halt);

/**
 * Decides, where the current wave is over; does nothing as long as it is not.
 *
 * @return True: the next wave has begun, and its targets are to be started.
 */
bool pgm__rollout_goes_on(pgm_run *run);

/** Everything has ended: targets that never started get their reason. */
void pgm__rollout_end(pgm_run *run);

#endif
