/**
 * @file backoff.h  How long a pause is before something is tried again.
 *
 * Layer: engine. Pure; randomness is passed in.
 */
#ifndef PGM_ENGINE_BACKOFF_H
#define PGM_ENGINE_BACKOFF_H

#include <stdint.h>

/**
 * The pause before try number `attempt` (1 = first retry): exponential with full jitter in the
 * upper half, so that a fleet does not come back in step.
 *
 * @param random  Any 32 random bits.
 * @return milliseconds, between step/2 and step, where step = base * 2^(attempt-1), at most cap.
 */
uint64_t pgm__backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint32_t random);

#endif
