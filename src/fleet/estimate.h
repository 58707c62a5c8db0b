/**
 * @file estimate.h  About how long `up` would take, judged by the ledgers that a look has read.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_ESTIMATE_H
#define PGM_FLEET_ESTIMATE_H

#include "fleet/run_data.h"

/** Before an execution: forgets what was estimated. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__estimate_begin(pgm_run *run);

/** A march has ended: what its ledger says of durations counts. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__estimate_note(pgm_run *run, const pgm__march_result *result);

/** All have ended: the summary has the estimate. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__estimate_end(pgm_run *run);

/** Frees what is left where an execution ended before its end. */
void pgm__estimate_fini(pgm_run *run);

#endif
