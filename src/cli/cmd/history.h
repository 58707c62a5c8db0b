/**
 * @file history.h  The command `history`: which runs the ledgers of a fleet remember.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_HISTORY_H
#define PGM_CLI_CMD_HISTORY_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/options/commands.h"

/** 0 when every ledger was read; 1 when one was not; 2 when it could not begin. */
pgm__exit pgm__cmd_history(pgm__cli *cli, const pgm__cli_command *command);

#endif
