/**
 * @file lanes.h  What one server and one group have in common: a lane.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_LANES_H
#define PGM_ENGINE_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "engine/schedule.h"
#include "pgmarch/error.h"

/** To be freed with pgm__lanes_free(); zeroed = none. */
typedef struct pgm__lanes {
    uint32_t *of; /* of each target, the number of its lane: there may be very many */
    size_t count;
    size_t *begins; /* of each server, its first lane, and behind the last server the number of all:
                       lanes of one server follow each other */
} pgm__lanes;

/**
 * @param schedule  Of which slots, servers and groups count; borrowed for the call.
 * @param[out] out  Holds nothing on failure.
 * @return PGM_OK or PGM_ENOMEM. Takes time in proportion to the targets.
 */
PGM_MUST_CHECK pgm_status pgm__lanes_make(const pgm__schedule *schedule, pgm__lanes *out);
void pgm__lanes_free(pgm__lanes *lanes);

#endif
