/**
 * @file report.h  report show, convert and merge: what is done with reports that runs have left.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_REPORT_H
#define PGM_CLI_CMD_REPORT_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/**
 * Reads the reports that the operands name, and shows each, writes one in other forms, or makes one
 * of them.
 *
 * @return merge: as if it had been one run; else whether it was shown or written. PGM__EXIT_USAGE:
 *         they cannot be read or put together.
 */
pgm__exit pgm__cmd_report(pgm__cli *cli, const pgm__cli_command *command);

#endif
