/**
 * @file other_runs.h  Other runs of pgmarch on the server: asked for in front of a reading, where
 * the run wants to know, and told as a warning.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_OTHER_RUNS_H
#define PGM_PG_MARCH_OTHER_RUNS_H

#include "pg/march/parts.h"

/** Asked in this string, where it is to be. @return How many results with rows it brings. */
int pgm__march_ask_other_runs(pgm__march *march, pgm__strbuf *sql);

/** The answer, where this reply is it. */
void pgm__march_hear_other_runs(pgm__march *march, const pgm__reply *reply);

/** The string in which they were asked for has failed: this march does without. */
void pgm__march_forget_other_runs(pgm__march *march);

#endif
