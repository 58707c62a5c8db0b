/**
 * @file create.h  create: an empty migration.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_CREATE_H
#define PGM_CLI_CMD_CREATE_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/** Writes the pair of files that the operand names, and prints their paths. */
pgm__exit pgm__cmd_create(pgm__cli *cli, const pgm__cli_command *command);

#endif
