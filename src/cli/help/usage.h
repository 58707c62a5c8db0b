/**
 * @file usage.h  --help, from the tables of commands and options.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_USAGE_H
#define PGM_CLI_HELP_USAGE_H

#include "base/strbuf.h"
#include "cli/options/commands.h"

/** Adds the help of the program: commands, options, exit codes. */
void pgm__help_program(pgm__strbuf *out);

/** Adds the help of one command, with the options that mean something to it. */
void pgm__help_command(pgm__strbuf *out, const pgm__cli_command *command);

#endif
