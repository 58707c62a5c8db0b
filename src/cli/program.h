/**
 * @file program.h  The program: reads the command line and the environment, does what they say.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_PROGRAM_H
#define PGM_CLI_PROGRAM_H

#include "cli/cli.h"
#include "cli/exit.h"

/**
 * Runs the command that argv names, and says on standard error why it cannot.
 *
 * @param cli   Everything but the settings filled in, and these by pgm__settings_init().
 * @param argv  Writable: what may hold a password is overwritten, because ps(1) shows it.
 */
pgm__exit pgm__program_run(pgm__cli *cli, int argc, char **argv);

#endif
