/**
 * @file options_rollout.h  Rows of the table of options: rollout: who goes when, how many at once,
 * and how many may fail.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_ROLLOUT_H
#define PGM_CLI_OPTIONS_OPTIONS_ROLLOUT_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_rollout(void);

#endif
