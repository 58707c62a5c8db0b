/**
 * @file oom.h  Runs a scenario again and again, with the 1st, 2nd, 3rd … allocation failing, until
 * it gets through. Every failure must be answered with PGM_ENOMEM, and leak nothing (run it under
 * ASan).
 *
 * Include it in one file of a test program that is linked with
 *     LINKER:--wrap=malloc,--wrap=calloc,--wrap=realloc
 * What the static library allocates through base/mem.h then fails; the allocations inside of libc,
 * libcrypto and cmocka go past it.
 */
#ifndef PGM_TESTS_OOM_H
#define PGM_TESTS_OOM_H

#include "support/cmocka_all.h"

#include <stdbool.h>
#include <stdlib.h>

#include "pgmarch/error.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

/* Allocations until the one that fails; 0 = none does. */
static size_t oom_countdown = 0;
static bool oom_failed = false;

static bool oom_strikes(void) {
    bool strikes = oom_countdown == 1;
    oom_failed = oom_failed || strikes;
    oom_countdown -= oom_countdown > 0;
    return strikes;
}

void *__wrap_malloc(size_t size) {
    return oom_strikes() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return oom_strikes() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
    return oom_strikes() ? NULL : __real_realloc(block, size);
}

/** Must free all it made, whether it got through or not. */
typedef pgm_status (*oom_scenario_fn)(void *data);

/** @return How many allocations a run that gets through makes. */
static inline size_t oom_survives(oom_scenario_fn scenario, void *data) {
    for (size_t nth = 1;; nth++) {
        oom_failed = false;
        oom_countdown = nth;
        pgm_status status = scenario(data);
        oom_countdown = 0;
        if (!oom_failed) {
            assert_int_equal(status, PGM_OK);
            return nth - 1;
        }
        assert_int_equal(status, PGM_ENOMEM);
    }
}

#endif
