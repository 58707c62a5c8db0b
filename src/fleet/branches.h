/**
 * @file branches.h  A rehearsal at Neon: each target's march goes to a branch that is made for it.
 *
 * The branch is asked for when the target's turn has come, and the turn ends when it is deleted: so
 * the caps of a run (`--jobs`, groups) are also how many branches there are at once.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_BRANCHES_H
#define PGM_FLEET_BRANCHES_H

#include "fleet/run_data.h"

/** Told from the loop. */
typedef struct pgm__branches_fns {
    /** It is there. pgm__branches_release() follows. Target and conninfo are borrowed from the run:
     *  the same target, but on the branch. */
    void (*ready)(pgm_run *run, size_t index, const pgm__target *target,
                  const pgm__conninfo *conninfo);
    /** It is deleted, or left, or could not be had: the item's result says all that. */
    void (*over)(pgm_run *run, size_t index);
} pgm__branches_fns;

/**
 * May what was chosen be rehearsed at Neon? Where `neon` is not set, always.
 *
 * @return PGM_OK; PGM_EUSAGE: a target has no branch, or another command is asked for.
 */
PGM_MUST_CHECK pgm_status pgm__branches_check(const pgm_run *run, const pgm_options *options,
                                              pgm_error *err);

/** Before the first target starts. Does nothing where no branches are wanted, or it is a survey.
 *  PGM_OK; PGM_ENOMEM; PGM_EIO; PGM_EUSAGE: the API cannot be asked. */
PGM_MUST_CHECK pgm_status pgm__branches_begin(pgm_run *run, const pgm__branches_fns *fns,
                                              pgm_error *err);

/** Is the target to be marched on a branch that is still to be made? */
bool pgm__branches_wanted(const pgm_run *run);

/** Asks for the branch of a target; `ready` or `over` follows. PGM_OK; PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__branches_want(pgm_run *run, size_t index);

/** Its march has ended, and the result is kept; `over` follows. */
void pgm__branches_release(pgm_run *run, size_t index);

/** Gives up branches that are not ready; `hard`: leaves where they are those that are to be
 * deleted.
 */
void pgm__branches_stop(pgm_run *run, bool hard);

/** Behind the last target; turns the loop. */
void pgm__branches_end(pgm_run *run);

#endif
