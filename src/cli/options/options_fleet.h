/**
 * @file options_fleet.h  Rows of the table of options: which targets.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_FLEET_H
#define PGM_CLI_OPTIONS_OPTIONS_FLEET_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_fleet(void);

#endif
