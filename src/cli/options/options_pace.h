/**
 * @file options_pace.h  Rows of the table of options: how many at once, who goes when, and how long
 * anything may take.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_PACE_H
#define PGM_CLI_OPTIONS_OPTIONS_PACE_H

#include "cli/options/options.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_pace(void);

#endif
