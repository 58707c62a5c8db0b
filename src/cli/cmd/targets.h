/**
 * @file targets.h  The command `targets`: the fleet, listed or looked at.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_TARGETS_H
#define PGM_CLI_CMD_TARGETS_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/** Opens the fleet, connects to it where --ping asks for that, prints its report. */
pgm__exit pgm__cmd_targets(pgm__cli *cli, const pgm__cli_command *command);

#endif
