/**
 * @file drift.h  pgmarch drift: which targets have other catalogs than they should have.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_DRIFT_H
#define PGM_CLI_CMD_DRIFT_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

pgm__exit pgm__cmd_drift(pgm__cli *cli, const pgm__cli_command *command);

#endif
