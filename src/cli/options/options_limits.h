/**
 * @file options_limits.h  Rows of the table of options: limits: how long anything may take.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_LIMITS_H
#define PGM_CLI_OPTIONS_OPTIONS_LIMITS_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_limits(void);

#endif
