/**
 * @file options_rehearse.h  Rows of the table of options: how a rehearsal is held, and what it must
 * not come to.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_REHEARSE_H
#define PGM_CLI_OPTIONS_OPTIONS_REHEARSE_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_rehearse(void);

#endif
