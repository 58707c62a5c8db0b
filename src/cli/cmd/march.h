/**
 * @file march.h  up, down, status, baseline, repair and adopt: a run over targets.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_MARCH_H
#define PGM_CLI_CMD_MARCH_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/**
 * Opens the run, says what will be touched, confirms, executes, reports.
 *
 * @param command  Its `command` says what is done with every target.
 * @return What the outcomes say; PGM__EXIT_USAGE: nothing was touched.
 */
pgm__exit pgm__cmd_march(pgm__cli *cli, const pgm__cli_command *command);

#endif
