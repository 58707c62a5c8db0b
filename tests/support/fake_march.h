/**
 * @file fake_march.h  Marches that do what a test says, in place of those of src/pg: what
 * src/fleet decides is seen without a server, and without waiting.
 *
 * A test program that lists support/fake_march.c among its sources gets its marches and
 * sessions instead of the library's.
 */
#ifndef PGM_TESTS_FAKE_MARCH_H
#define PGM_TESTS_FAKE_MARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "pg/march/march.h"

/** What the march of one target does. Zeroed: it ends in the first turn of the loop, APPLIED. */
typedef struct fake_march {
    pgm__march_result result; /* what it ends with; `handover` is not looked at */
    unsigned turns;           /* of the loop that it takes beyond the first */
    bool crowded;             /* in its first turn the server has no room for it */
    bool reached;             /* in its first turn the server answers */
    bool other_runs;          /* in its first turn it tells of some */
    const char *place;        /* in its first turn it arrives there: SKIPPED behind another */
    void (*before)(void);     /* called before it arrives */
    bool leaves_session;      /* for the next one */
    bool used;                /* the session has run files */
    bool deaf;                /* the first stop does not end it */
    bool refused;             /* it cannot be started: out of memory */
} fake_march;

/** From here on target i does scripts[i]; those behind them do as a zeroed one. Clears the log. */
void fake_play(const fake_march *scripts, size_t count);

/**
 * What happened, in order, with a space before each: "+a" started, "+a<1" with session 1 of
 * another,
 * "-a" ended, "-a>1" leaving session 1, "!a" asked to stop, "!!a" at once, "x1" session 1 is
 * closed.
 */
const char *fake_log(void);

/** The limits that the march of target `index` was last started with, and what it was bound to. */
const pgm__march_target *fake_target(size_t index);

#endif
