/**
 * @file confirm.h  Nobody touches production by accident.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CONFIRM_H
#define PGM_CLI_CONFIRM_H

#include <stdbool.h>

#include "cli/cli.h"
#include "pgmarch/pgmarch.h"

/**
 * Names the production targets of the run on standard error, by masked URL, and asks.
 *
 * On a terminal "yes" must be typed (or --yes given); without a terminal only --yes counts.
 *
 * @return True when the run may go on; also when there are no production targets.
 */
bool pgm__confirm_production(const pgm__cli *cli, const pgm_run *run);

#endif
