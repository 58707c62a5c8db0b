/**
 * @file man.h  Manual pages of section 1, from the tables of commands and options.
 *
 * Those of section 5 are about files and not about the program: docs/man/.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_MAN_H
#define PGM_CLI_HELP_MAN_H

#include "base/strbuf.h"
#include "cli/options/commands.h"

/** Adds pgmarch(1). */
void pgm__man_program(pgm__strbuf *out);

/** Adds the page of a command, as pgmarch-up(1). */
void pgm__man_command(pgm__strbuf *out, const pgm__cli_command *command);

#endif
