/**
 * @file places.h  Where the marches of a run have arrived: two names may lead to one place.
 *
 * A march takes each row with this run's id for its own: that is how it learns what a COMMIT did
 * whose answer was lost. So two of them at one place would each report what the other has done.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_PLACES_H
#define PGM_FLEET_PLACES_H

#include <stddef.h>

#include "base/finder.h"

typedef struct pgm__place_entry pgm__place_entry; /* places.c */

/** Zeroed = nobody has arrived anywhere. */
typedef struct pgm__places {
    size_t expected;           /* so many targets, for which there is room at once; or 0 */
    pgm__place_entry *entries; /* as many as the finder has */
    size_t capacity;
    pgm__finder finder;
} pgm__places;

/**
 * A target is at a place, perhaps again.
 *
 * @param place       What the server says of itself, with ledger's schema and table; borrowed for
 * the call.
 * @param index       The target's number in the run.
 * @param[out] first  The target that arrived there first, perhaps itself. Untouched on failure.
 * @return PGM_OK; PGM_ENOMEM: the next one to arrive there would not be told, so that this one must
 *         not go on.
 */
PGM_MUST_CHECK pgm_status pgm__places_arrive(pgm__places *places, const char *place, size_t index,
                                             size_t *first);

/** Frees what is known; nobody has arrived anywhere then. */
void pgm__places_clear(pgm__places *places);

#endif
