/**
 * @file neon_rehearsal.h  Branches that rehearsals make: how they are called, and which of them are
 * left over.
 *
 * A branch that a rehearsal has made is known by its name alone, and wholly: what somebody else has
 * called "pgmarch-rehearsal-notes" is theirs.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_REHEARSAL_H
#define PGM_DISCOVER_NEON_REHEARSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "discover/neon_list.h"

#define PGM__NEON_REHEARSAL_PREFIX "pgmarch-rehearsal-"

/** So long a branch of a rehearsal lives, in seconds, should nobody delete it: Neon does then. */
enum { PGM__NEON_REHEARSAL_LIVES = 24 * 60 * 60 };

/** "pgmarch-rehearsal-RUN-NUMBER"; NULL when out of memory. */
const char *pgm__neon_rehearsal_name(pgm__arena *arena, const char *run_id, size_t number);

/** Is it such a name? */
bool pgm__neon_is_rehearsal(const char *name);

/** Is it an id, as the API makes them? No other goes to a terminal, or back to the API. */
bool pgm__neon_is_id(const char *text);

/** Room for "2026-01-02T03:04:05Z". */
enum { PGM__NEON_MOMENT = 32 };

/** A moment as the API writes and takes it. False: no year of four digits. */
bool pgm__neon_moment(int64_t unix_seconds, char out[PGM__NEON_MOMENT]);

/** What is to be done with a branch that is there. */
typedef enum pgm__neon_leftover {
    PGM__NEON_LEFTOVER_NOT_OURS, /* it is none of a rehearsal: nobody touches it */
    PGM__NEON_LEFTOVER_IN_USE,   /* a rehearsal may still run on it */
    PGM__NEON_LEFTOVER_OLD       /* whoever made it is gone */
} pgm__neon_leftover;

/**
 * Judges a branch. It is in use while its compute is awake, or is being made: a rehearsal keeps it
 * so, and five minutes behind the last one Neon puts it to sleep. One that was made less than ten
 * minutes ago, or nobody knows when, may be about to be used.
 *
 * @param now  Of the wall clock.
 */
pgm__neon_leftover pgm__neon_judge_leftover(const pgm__neon_branch *branch,
                                            const pgm__neon_endpoints *endpoints,
                                            int64_t now_unix_seconds);

#endif
