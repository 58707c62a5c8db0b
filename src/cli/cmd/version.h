/**
 * @file version.h  The command `version`, and --version.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_VERSION_H
#define PGM_CLI_CMD_VERSION_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/**
 * Prints "pgmarch 1.2.3", and with --verbose what it is made of.
 *
 * @param command  NULL: --version.
 * @return 0; 1: it cannot be printed.
 */
pgm__exit pgm__cmd_version(pgm__cli *cli, const pgm__cli_command *command);

#endif
