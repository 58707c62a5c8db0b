/**
 * @file waiting.h  What passes by itself: a lock that another run holds, an error that may not come
 * again.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_WAITING_H
#define PGM_PG_MARCH_WAITING_H

#include "pg/march/parts.h"

/** A passing error or a busy lock: is there time left to try again? Starts the clock. */
bool pgm__march_may_wait(pgm__march *march);

/** May what failed with this verdict be tried again? Counts the try. */
bool pgm__march_may_retry(pgm__march *march, pgm__verdict verdict);

/** What the saved error means where a statement of a file was at work. */
pgm__verdict pgm__march_judge_file(const pgm__march *march);

/** The lock is held elsewhere: BUSY, or FAILED when the wait is over. */
pgm__event pgm__march_busy(pgm__march *march);

/** LOCK_WAIT and RETRY_WAIT begin: the pause is started. @return NONE. */
pgm__event pgm__march_wait_lock(pgm__march *march);
pgm__event pgm__march_wait_retry(pgm__march *march);

/** Nothing is done for so many milliseconds; then the state's limit is over. */
void pgm__march_pause(pgm__march *march, uint64_t ms);

/** Tells the observer "<message>; trying again". */
void pgm__march_tell_retry(pgm__march *march, const char *message);

/** What a migration took includes the tries that came to nothing: this was one. */
void pgm__march_note_try(pgm__march *march, const char *version);

/** It is done now: how long those tries and their pauses took is told with it. */
void pgm__march_note_waited(pgm__march *march, const char *version);

/** A migration is done: waits and tries are counted anew. */
void pgm__march_stop_waiting(pgm__march *march);

#endif
