/**
 * @file variables.h  Variables that begin as ours do and are none of ours.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_VARIABLES_H
#define PGM_CLI_OPTIONS_VARIABLES_H

#include "pgmarch/error.h"

/**
 * Refuses variables that begin as ours do and that no option has: PGMARCH_DRYRUN would be passed
 * over, and the run be real.
 *
 * @param entries  "NAME=value", ended by NULL, as environ(7); NULL = none. Empty values do not
 * count.
 * @return PGM_OK or PGM_EUSAGE (the message names the nearest variable, never a value).
 */
PGM_MUST_CHECK pgm_status pgm__settings_check_variables(const char *const *entries, pgm_error *err);

#endif
