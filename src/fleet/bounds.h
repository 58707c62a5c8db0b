/**
 * @file bounds.h  What a rehearsal must not come to: the words of --fail-on, and who passes them.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_BOUNDS_H
#define PGM_FLEET_BOUNDS_H

#include "base/arena.h"
#include "pgmarch/rehearsal.h"

struct pgm__bound_word;

/** One of the list. */
typedef struct pgm__bound {
    const char *text; /* as it was written, without blanks around it */
    const struct pgm__bound_word *word;
    pgm_lock_mode mode; /* of a bound that names one */
    int64_t limit;      /* what is more passes it: microseconds, bytes, rows; -1: anything does */
} pgm__bound;

/** Zeroed: there is none, and nothing is passed. */
typedef struct pgm__bounds {
    const pgm__bound *items;
    size_t count;
} pgm__bounds;

/**
 * Reads "rewrite,access-exclusive>1s,wal>1GB".
 *
 * @param arena     Owns the list and its texts.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: the message says what is no bound, and what may have been meant;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__bounds_parse(pgm__arena *arena, const char *list, pgm__bounds *out,
                                            pgm_error *err);

/**
 * The bounds that a rehearsal passes: of each bound and migration the worst that was seen.
 *
 * @param arena     Owns the list, and the words of what was measured.
 * @param[out] out  In the order of the plan, then of the bounds; NULL where there is none.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__bounds_judge(pgm__arena *arena, const pgm__bounds *bounds,
                                            const pgm_rehearsal *rehearsal,
                                            const pgm_rehearsed_excess **out, size_t *count);

/** The words, in their order; lock modes among them. NULL behind the last. Static storage. */
const char *pgm__bounds_word(size_t place);

#endif
