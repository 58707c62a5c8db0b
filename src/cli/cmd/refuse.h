/**
 * @file refuse.h  A command that cannot begin: said to people, and to programs where they read.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_REFUSE_H
#define PGM_CLI_CMD_REFUSE_H

#include "cli/cli.h"
#include "cli/exit.h"
#include "pgmarch/pgmarch.h"

/**
 * Says on standard error why; with --verbose also all that the folder is refused for. Writes the
 * report that a program waits for: to standard output with --format json, and to the file of
 * --report.
 *
 * @param run      Of it the command and dry_run are known; NULL: it is `validate`.
 * @param reports  The file of --report can be written.
 * @param why      Status and message.
 * @return How the program ends.
 */
pgm__exit pgm__refuse(const pgm__cli *cli, const pgm_summary *run, bool reports,
                      const pgm_error *why);

#endif
