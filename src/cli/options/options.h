/**
 * @file options.h  The one table of options: parser, --help, man page and docs/users/commands.md
 * read it.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_H
#define PGM_CLI_OPTIONS_OPTIONS_H

#include <stddef.h>

#include "cli/options/option.h"

/** Each file's rows, in the order of the help; those of `part` 0, 1 …, no rows behind the last. */
pgm__option_rows pgm__option_part(size_t part);

/** How many rows the table has; at most PGM__OPTIONS_MAX (settings.h). */
size_t pgm__option_count(void);

/** The row at a place, from 0 in the order of the help; NULL behind the last. Static storage. */
const pgm__option *pgm__option_at(size_t place);

/** The place of a row of the table. */
size_t pgm__option_place(const pgm__option *option);

/** By name or by letter; NULL when there is none. Static storage. */
const pgm__option *pgm__option_by_name(const char *name, size_t len);
const pgm__option *pgm__option_by_letter(char letter);

#endif
