/**
 * @file group_caps.h  How many of each group march at once, whatever servers they are on; and how
 * many servers that sleep are woken at once.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_GROUP_CAPS_H
#define PGM_FLEET_GROUP_CAPS_H

#include "fleet/run_data.h"

/**
 * Fills in the items' groups, the run's group_caps, server_sleeps and wake_cap; the items have
 * their logins, and it is known which of them sleep.
 *
 * Where targets of a group give different numbers, the smallest counts; a group of which nobody
 * says a number has a cap that is only ever reached by being cut.
 *
 * @param options  Borrowed for the call.
 * @return PGM_OK; PGM_EUSAGE: a number below 1; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__group_caps(pgm_run *run, const pgm_options *options, pgm_error *err);

#endif
