/**
 * @file server_caps.h  How many march at once on each server.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SERVER_CAPS_H
#define PGM_FLEET_SERVER_CAPS_H

#include "fleet/run_data.h"

/**
 * Fills in the run's server_caps; its items have their logins.
 *
 * `server.HOST` of [rollout] is about one server, and wins over what is said of each. Only a lower
 * --per-server wins over it: a server that can bear two must not get twenty because of what
 * somebody says of the others.
 *
 * @param options  Borrowed for the call.
 * @return PGM_OK; PGM_EUSAGE: a cap below 1, or `server.HOST` of no target's server; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__server_caps(pgm_run *run, const pgm_options *options,
                                           pgm_error *err);

/** Is one of the chosen targets on the server that a line of [rollout] is about? */
bool pgm__server_caps_is_used(const pgm_run *run, const pgm__server_line *line);

#endif
