/**
 * @file durations.h  How long one migration took on the targets that have it.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_DURATIONS_H
#define PGM_ENGINE_DURATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

/** Zeroed = none yet. To be freed by pgm__durations_fini(). */
typedef struct pgm__durations {
    uint64_t *sample; /* the first so many: for a middle, more would tell nothing new */
    size_t kept;
    size_t capacity;
    size_t count; /* all of them */
    uint64_t longest;
} pgm__durations;

/** @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__durations_add(pgm__durations *durations, uint64_t ms);

/** The one in the middle, of an even number the longer one of the two; 0 where there is none. */
uint64_t pgm__durations_median(pgm__durations *durations);

void pgm__durations_fini(pgm__durations *durations);

#endif
