/**
 * @file markdown.h  docs/users/commands.md, from the tables of commands and options.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_MARKDOWN_H
#define PGM_CLI_HELP_MARKDOWN_H

#include "base/strbuf.h"

/** Adds the whole page, which a test compares. */
void pgm__help_markdown(pgm__strbuf *out);

#endif
