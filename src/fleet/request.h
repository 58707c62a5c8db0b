/**
 * @file request.h  The command and its bounds → what every target's plan is asked for.
 *
 * What a target has to do is not known here: that takes its ledger, and is model/plan's to say.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_REQUEST_H
#define PGM_FLEET_REQUEST_H

#include "fleet/run_data.h"

/**
 * Fills in the run's request; its migrations are loaded, and versions in the request are theirs.
 *
 * @param options  Borrowed for the call; what has to stay is copied into the run's arena.
 * @return PGM_OK; PGM_EUSAGE: a version or a tool that does not exist or is not given, or what
 *         excludes one another; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__request_make(pgm_run *run, const pgm_options *options,
                                            pgm_error *err);

/** The version that bounds it, as pgm_summary has it. Borrowed; "0" is static storage. */
const char *pgm__request_bound(const pgm__plan_request *request);

#endif
