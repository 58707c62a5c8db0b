/**
 * @file manual.h  The references, from the tables of commands and options.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_MANUAL_H
#define PGM_CLI_HELP_MANUAL_H

#include "base/strbuf.h"

/** Adds the manual page, as roff. */
void pgm__help_man(pgm__strbuf *out);

/** Adds docs/users/commands.md, which a test compares. */
void pgm__help_markdown(pgm__strbuf *out);

#endif
