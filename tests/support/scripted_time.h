/**
 * @file scripted_time.h  A clock that stands until the test moves it: libuv's timers, its closing
 * of handles, uv_now() and uv_hrtime(), without a loop.
 *
 * A test program lists support/scripted_time.c among its sources and links with the options of
 * pgm_add_rim_test (tests/rim/CMakeLists.txt), which send the code under test here.
 */
#ifndef PGM_TESTS_SCRIPTED_TIME_H
#define PGM_TESTS_SCRIPTED_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Forgets every timer; the clock stands at a time that is not 0. */
void clock_reset(void);

uint64_t clock_now(void);

/** Milliseconds until the next timer fires; UINT64_MAX = none is running. */
uint64_t clock_until_next(void);

/** Moves the clock, and fires what is due in between, in order, each at its own time. */
void clock_advance(uint64_t ms);

/** Calls `fn` on the next turn, as libuv calls a close callback. */
void clock_later(void (*fn)(void *data), void *data);

/** Takes turns until nothing is waiting for one any more. */
void clock_turn(void);

/** Timers that are running. */
size_t clock_timers(void);

/** Is something waiting for the next turn? */
bool clock_is_due(void);

#endif
