#include "engine/durations.h"

#include <stdlib.h>

#include "base/mem.h"

/* Of a fleet of ten thousand with a thousand migrations, all of them would be a hundred MB. */
enum { SAMPLE = 1001 };

pgm_status pgm__durations_add(pgm__durations *durations, uint64_t ms) {
    if (durations->kept < SAMPLE) {
        uint64_t *grown = pgm__grow(durations->sample, durations->kept, &durations->capacity,
                                    sizeof *grown);
        if (grown == NULL) {
            return PGM_ENOMEM;
        }
        durations->sample = grown;
        durations->sample[durations->kept++] = ms;
    }
    durations->count++;
    durations->longest = ms > durations->longest ? ms : durations->longest;
    return PGM_OK;
}

static int ascending(const void *a, const void *b) {
    const uint64_t *left = a;
    const uint64_t *right = b;
    return (*left > *right) - (*left < *right);
}

uint64_t pgm__durations_median(pgm__durations *durations) {
    if (durations->kept == 0) {
        return 0;
    }
    qsort(durations->sample, durations->kept, sizeof *durations->sample, ascending);
    return durations->sample[durations->kept / 2];
}

void pgm__durations_fini(pgm__durations *durations) {
    pgm__free(durations->sample);
    *durations = (pgm__durations){0};
}
