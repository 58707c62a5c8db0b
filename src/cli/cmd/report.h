/**
 * @file report.h  report merge: the reports of shards and retries become one.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_REPORT_H
#define PGM_CLI_CMD_REPORT_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/**
 * Reads the reports that the operands name, and writes the one report.
 *
 * @return As if it had been one run; PGM__EXIT_USAGE: they cannot be put together.
 */
pgm__exit pgm__cmd_report(pgm__cli *cli, const pgm__cli_command *command);

#endif
