/**
 * @file outage.h  Servers that nobody reaches: targets there fail at once (engine/breaker.h).
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_OUTAGE_H
#define PGM_FLEET_OUTAGE_H

#include "fleet/run_data.h"

/**
 * Room for every server of the run, in its arena; anew each time, so that a server that a survey
 * has given up is tried again by the run.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__outages_start(pgm_run *run);

/**
 * The server of this target has answered: a login and a ledger that was read, not a socket alone.
 */
void pgm__outage_reached(pgm_run *run, size_t index);

/**
 * This target has ended, and its result is kept.
 *
 * @param unreachable  It has waited for its server as long as it may, in vain. Any other failure is
 *                     the target's own and says nothing of the others.
 */
void pgm__outage_ended(pgm_run *run, size_t index, bool unreachable);

/**
 * Is the target's server given up? Then its failure, made of the last one's there; else NULL.
 *
 * Borrowed from the run's arena. NULL, too, when memory runs out: then the target is tried, which
 * is never wrong, and the run says that its results are not complete.
 */
const pgm_failure *pgm__outage_of(pgm_run *run, size_t index);

#endif
