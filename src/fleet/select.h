/**
 * @file select.h  Which targets a run takes, how many at once, and with which limits.
 *
 * The order of the files is kept: it is the order of starting, of the report and of every index.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SELECT_H
#define PGM_FLEET_SELECT_H

#include "fleet/run_data.h"

/**
 * Fills items, caps, server numbers, and what the summary says of the selection, from the targets,
 * the migrations and the options.
 *
 * @param options  Borrowed for the call.
 * @return PGM_OK; PGM_EUSAGE: nothing matches, nothing is left, a cap below 1, or connection
 *         settings that cannot be used; PGM_EPARSE: a chosen target has a flaw (file:line);
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__select(pgm_run *run, const pgm_options *options, pgm_error *err);

#endif
