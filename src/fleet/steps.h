/**
 * @file steps.h  What a run does, one pass over its targets behind the other, until it has ended.
 *
 * Between two calls the loop is turned, by whoever it belongs to: pgm__steps_run() does so until
 * all is done, embed.c a little at a time. Neither knows what the steps are.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_STEPS_H
#define PGM_FLEET_STEPS_H

#include "fleet/run_data.h"

/** What there is to do. */
typedef enum pgm__steps_kind {
    PGM__STEPS_SURVEY,   /* pgm_run_survey() */
    PGM__STEPS_EXECUTION /* pgm_run_execute(), pgm_run_start() */
} pgm__steps_kind;

/** Is it its time? @return PGM_OK, PGM_EINTERNAL. */
PGM_MUST_CHECK pgm_status pgm__steps_check(const pgm_run *run, pgm__steps_kind kind,
                                           pgm_error *err);

/** Before the first step, behind a check that went well. From here on the run is used up for this
 *  kind, whatever comes of it: one that failed for want of memory has touched targets. */
void pgm__steps_begin(pgm_run *run, pgm__steps_kind kind);

/**
 * Ends the step whose work is done and begins the next one. Called at first, and then whenever
 * run->loop has nothing to wait for any more.
 *
 * @return False: there is none left; run->progress.error has what came of all.
 */
bool pgm__steps_go_on(pgm_run *run);

/** All of it, from pgm__steps_check() on; turns the loop itself, and returns when all is done. */
PGM_MUST_CHECK pgm_status pgm__steps_run(pgm_run *run, pgm__steps_kind kind, pgm_error *err);

#endif
