/**
 * @file simulate.h  How long a run takes whose targets take so long: the scheduler's own books,
 * with a clock that jumps from one end to the next.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_SIMULATE_H
#define PGM_ENGINE_SIMULATE_H

#include <stdint.h>

#include "engine/scheduler.h"

/**
 * Nothing fails, and no server is full.
 *
 * @param schedule    Borrowed for the call.
 * @param durations   Of each target.
 * @param wave_delay  Between two waves.
 * @param[out] total  From the first start to the last end; untouched on failure.
 * @return PGM_OK or PGM_ENOMEM. 100,000 targets are a matter of milliseconds.
 */
PGM_MUST_CHECK pgm_status pgm__simulate(const pgm__schedule *schedule, const uint64_t *durations,
                                        uint64_t wave_delay, uint64_t *total);

#endif
