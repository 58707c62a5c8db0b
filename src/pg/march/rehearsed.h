/**
 * @file rehearsed.h  What a rehearsal has measured, as the report will say it: migration by
 * migration, statement by statement.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_REHEARSED_H
#define PGM_PG_MARCH_REHEARSED_H

#include "pg/march/parts.h"

/** All begins, or begins again: nothing is measured but what was kept on a copy. @return false: out
 * of memory. */
bool pgm__rehearsed_begin(pgm__march *march);

/** The step's migration is at work. @return false: out of memory. */
bool pgm__rehearsed_enter(pgm__march *march);

/** A statement of it has ended; `us` is what it took. */
void pgm__rehearsed_ran(pgm__march *march, uint64_t us);

/** What the look behind it has brought. */
void pgm__rehearsed_looked(pgm__march *march);

/** The check of what its COMMIT would check took so long, and did what the look behind it brought:
 *  told as a statement of its own where there is anything to tell. */
void pgm__rehearsed_checked(pgm__march *march, uint64_t us);

/** The migration was only looked at: what its statements name. */
void pgm__rehearsed_glanced(pgm__march *march);

/** The migration has come so far. */
void pgm__rehearsed_end(pgm__march *march, pgm_rehearsed state);

/** How long the migration that has ended last took, in microseconds. */
int64_t pgm__rehearsed_took(const pgm__march *march);

/** The step is left to ALONE; and it has come back from there, done. */
void pgm__rehearsed_leave_alone(pgm__march *march);
void pgm__rehearsed_came_back(pgm__march *march);

/** What a reader of the migration's figures must know; static or in the arena. */
void pgm__rehearsed_note(pgm__march *march, const char *text);

/** All has been measured; what cannot be taken back is named. */
void pgm__rehearsed_leaves(pgm__march *march);

/** An earlier migration that was only looked at; NULL: there is none. */
const char *pgm__rehearsed_left_out(const pgm__march *march);

/** For the result; NULL where nothing was rehearsed. */
const pgm_rehearsal *pgm__rehearsed_found(const pgm__march *march);

void pgm__march_free_rehearsal(pgm__march *march);

#endif
