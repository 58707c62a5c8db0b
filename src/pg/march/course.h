/**
 * @file course.h  What is to be done on this target, and how far the march has come.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_COURSE_H
#define PGM_PG_MARCH_COURSE_H

#include "pg/march/parts.h"

/** From the ledger that was read: what is pending, and what stops. @return false: out of memory. */
bool pgm__march_plan(pgm__march *march);

/** A reading begins: nothing is planned. */
void pgm__march_forget_plan(pgm__march *march);

/**
 * down: the survey or the first plan decides what goes down; after a loss, what is gone from the
 * ledger is done.
 *
 * @return false: out of memory.
 */
bool pgm__march_fix_steps(pgm__march *march);

/** up in a dry run: only what lies within --to counts as pending. */
void pgm__march_count_within(pgm__march *march);

/** The step is done. */
void pgm__march_step_done(pgm__march *march);

/** WORK, WORK_ALONE or DONE, by the plan's next step. */
pgm__event pgm__march_next(pgm__march *march);

/** A step of the plan, and its file for the direction of the run. */
const pgm__migration *pgm__march_step_at(const pgm__march *march, size_t step);
const pgm__script *pgm__march_script_at(const pgm__march *march, size_t step);
bool pgm__march_goes_down(const pgm__march *march);

/** Does the plan hold a step that a transaction pooler cannot serve? Then the march has failed. */
bool pgm__march_refuse_pooled(pgm__march *march);

void pgm__march_free_course(pgm__march *march);

#endif
