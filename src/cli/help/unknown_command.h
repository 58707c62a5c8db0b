/**
 * @file unknown_command.h  What is said to somebody who named a command that there is not.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_UNKNOWN_COMMAND_H
#define PGM_CLI_HELP_UNKNOWN_COMMAND_H

#include "cli/cli.h"
#include "cli/exit.h"

/** Says that there is no command of this name, and which one may be meant; PGM__EXIT_USAGE. */
pgm__exit pgm__command_unknown(const pgm__cli *cli, const char *name);

#endif
