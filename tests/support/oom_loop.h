/**
 * @file oom_loop.h  Runs a scenario with its 1st, 2nd, 3rd … allocation failing, until it gets
 * through.
 */
#ifndef PGM_TESTS_OOM_LOOP_H
#define PGM_TESTS_OOM_LOOP_H

#include "support/cmocka_all.h"
#include "support/oom.h"

#include "pgmarch/error.h"

/** Must free all it made, whether it got through or not. */
typedef pgm_status (*oom_scenario_fn)(void *data);

/**
 * Asserts PGM_ENOMEM for every allocation that failed.
 *
 * @return How many allocations a run that gets through makes.
 */
static inline size_t oom_survives(oom_scenario_fn scenario, void *data) {
    size_t nth = 0;
    for (bool struck = true; struck;) {
        oom_arm(++nth);
        pgm_status status = scenario(data);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
    }
    return nth - 1;
}

#endif
