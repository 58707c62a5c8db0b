/**
 * @file help.h  help: of the program, of a command, and both references.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_HELP_H
#define PGM_CLI_CMD_HELP_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/**
 * Prints the help that the settings ask for: "help up" and "up --help" name the same one.
 *
 * @param command  Not used: it may be that of `help`, another one, or NULL.
 */
pgm__exit pgm__cmd_help(pgm__cli *cli, const pgm__cli_command *command);

#endif
