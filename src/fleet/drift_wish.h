/**
 * @file drift_wish.h  Where targets stand that are to be compared with what the migrations make,
 * and whether a scratch database can come there.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_WISH_H
#define PGM_FLEET_DRIFT_WISH_H

#include "fleet/drift_data.h"

/** Behind the first pass, and once the scratch server is known: makes d->wishes, with the reason
 *  where one cannot be made. @return false: out of memory. */
PGM_MUST_CHECK bool pgm__drift_list_wishes(pgm_drift *d);

/** What became of the wish for a target that was read. */
const pgm__drift_wish *pgm__drift_wish_of(const pgm_drift *d, const pgm__drift_member *member);

#endif
