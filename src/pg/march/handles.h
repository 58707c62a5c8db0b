/**
 * @file handles.h  What of the loop a march owns: its timers; and the count of all that has to be
 * closed before its end.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_HANDLES_H
#define PGM_PG_MARCH_HANDLES_H

#include "pg/march/parts.h"

/** The loop's time, ms. */
uint64_t pgm__march_now(const pgm__march *march);

/** Microseconds, for what takes less than the loop's clock can tell; of a clock of its own. */
uint64_t pgm__march_now_us(void);

/** 32 bits, for jitter. */
uint32_t pgm__march_random(const pgm__march *march);

/** For the march's beginning and end; CLOSED is fed when all of it is closed. */
void pgm__march_open_handles(pgm__march *march);
void pgm__march_close_handles(pgm__march *march);

/** One more handle that the end waits for; and the callback of its end, `data` is the march. */
void pgm__march_hold(pgm__march *march);
void pgm__march_release(void *data);
/** It is another one's now: not waited for any more. */
void pgm__march_let_go(pgm__march *march);

/** Starts the state's timer; 0 = no limit: the timer is stopped. */
void pgm__march_set_timer(pgm__march *march, uint64_t ms);

/** Starts the limit of the whole target. */
void pgm__march_set_deadline(pgm__march *march, uint64_t ms, uv_timer_cb passed);

#endif
