/**
 * @file rehearsal_world.h  The fleet of report_world.h, rehearsed.
 */
#ifndef PGM_TESTS_REHEARSAL_WORLD_H
#define PGM_TESTS_REHEARSAL_WORLD_H

#include "support/rehearsal_data.h"
#include "support/report_world.h"

static inline void count_outcomes(world *w) {
    memset(w->summary.counts, 0, sizeof w->summary.counts);
    for (size_t i = 0; i < w->report.result_count; i++) {
        w->summary.counts[w->results[i].outcome]++;
    }
}

static inline void build_rehearsal(world *w) {
    build(w, PGM_COMMAND_REHEARSE, 3);
    rehearse_three(&w->arena, w->results);
    count_outcomes(w);
}

static inline void build_rehearsed_fleet(world *w, size_t count) {
    build(w, PGM_COMMAND_REHEARSE, count);
    rehearse_fleet(&w->arena, w->results, count);
    count_outcomes(w);
}

#endif
