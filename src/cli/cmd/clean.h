/**
 * @file clean.h  rehearse --neon --clean: removes the branches that rehearsals have left.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_CLEAN_H
#define PGM_CLI_CMD_CLEAN_H

#include "cli/cli.h"
#include "cli/exit.h"

/**
 * Names on standard output each branch of a rehearsal that was found, and what became of it.
 *
 * @return PGM__EXIT_FAILED: one could not be removed, or the API was not to be asked.
 */
pgm__exit pgm__cmd_clean(pgm__cli *cli, const char *command);

#endif
