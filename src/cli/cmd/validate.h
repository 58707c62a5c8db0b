/**
 * @file validate.h  validate: what can be known before a run.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_VALIDATE_H
#define PGM_CLI_CMD_VALIDATE_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/** Looks, and prints what is found; PGM__EXIT_FAILED when a run would stop at it. */
pgm__exit pgm__cmd_validate(pgm__cli *cli, const pgm__cli_command *command);

#endif
