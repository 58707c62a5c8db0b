/**
 * @file waves.h  Which target goes in which wave, in which order the waves go, and how many of each
 * may fail.
 *
 * The canary goes first, whatever else is said; then the numbered waves, then the targets that have
 * no number. Who starts within a wave is the scheduler's.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_WAVES_H
#define PGM_ENGINE_WAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/amount.h"
#include "base/arena.h"
#include "pgmarch/error.h"

/** One target, before it is in a wave. */
typedef struct pgm__member {
    const char *name;
    bool canary;   /* it goes in the first wave, whatever its number */
    bool has_wave; /* else it goes behind all that have one */
    int64_t wave;  /* lower first */
} pgm__member;

typedef enum pgm__wave_kind {
    PGM__WAVE_CANARY,
    PGM__WAVE_NUMBERED,
    PGM__WAVE_REST /* those without a number */
} pgm__wave_kind;

/** Targets that go together. */
typedef struct pgm__wave {
    pgm__wave_kind kind;
    int64_t number; /* of a numbered one */
    size_t targets; /* at least 1 */
    size_t limit;   /* so many may fail; or PGM__NO_LIMIT (engine/scheduler.h) */
} pgm__wave;

typedef struct pgm__waves {
    const pgm__wave *items; /* in the order in which they go */
    size_t count;
    const uint32_t *of; /* of each member, the place of its wave in `items` */
} pgm__waves;

typedef struct pgm__wave_rules {
    const pgm__amount *max_failures; /* of each wave but the canary; NULL: none in every wave but
                                        the last, in which any number may fail */
    bool reverse;                    /* the last one first; the canary goes first all the same */
} pgm__wave_rules;

/**
 * @param arena    Owns what `out` points to.
 * @param members  Borrowed for the call. None: no waves.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__waves_make(pgm__arena *arena, const pgm__member *members,
                                          size_t count, const pgm__wave_rules *rules,
                                          pgm__waves *out);

/**
 * Makes so many of the members the canary, by a hash of their names: the same ones each time, also
 * when others come or go, and ones that have nothing to do with shards.
 *
 * @param wanted  More than there are: all of them.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__waves_pick_canary(pgm__member *members, size_t count, size_t wanted);

/** How many the canary is to have: a percentage of all, but never none. */
size_t pgm__waves_canary_size(pgm__amount amount, size_t count);

#endif
