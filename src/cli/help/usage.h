/**
 * @file usage.h  --help, from the tables of commands and options.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_USAGE_H
#define PGM_CLI_HELP_USAGE_H

#include "base/strbuf.h"
#include "cli/options/commands.h"

/** Adds " NAME", " [NAME]" for an operand that may be left out, or nothing where there is none. */
void pgm__help_operand(pgm__strbuf *out, const pgm__cli_command *command);

/** Adds the ten lines that somebody gets who gave no command: what to do first. */
void pgm__help_first(pgm__strbuf *out);

/** Adds "migrate and apply are up, rollback is down.": all aliases, in one sentence. */
void pgm__help_aliases(pgm__strbuf *out);

/** Adds the help of the program: examples, commands, options, exit codes. */
void pgm__help_program(pgm__strbuf *out);

/** Adds the help of one command, with the options that mean something to it. */
void pgm__help_command(pgm__strbuf *out, const pgm__cli_command *command);

#endif
