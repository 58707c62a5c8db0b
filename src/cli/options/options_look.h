/**
 * @file options_look.h  Rows of the table of options: what the commands do that look: targets,
 * validate.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_LOOK_H
#define PGM_CLI_OPTIONS_OPTIONS_LOOK_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_look(void);

#endif
