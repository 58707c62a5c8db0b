/**
 * @file options_neon.h  Rows of the table of options: migrations and ledger: what is done with a
 * target.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_NEON_H
#define PGM_CLI_OPTIONS_OPTIONS_NEON_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_neon(void);

#endif
