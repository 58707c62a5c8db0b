/**
 * @file patterns.h  Lists of patterns for targets: what stands between commas, and in files.
 *
 * A list is parted by commas, on the command line as in a variable; a backslash takes the character
 * behind it as it is, as in every glob. "@FILE" is the patterns of a file, one a line.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_PATTERNS_H
#define PGM_CLI_OPTIONS_PATTERNS_H

#include <stdio.h>

#include "cli/options/settings.h"

/**
 * Adds what stands between the commas. Blanks around it are cut off, empty parts are passed over.
 *
 * @param source    Where it was said, as in pgm__option_set(); each part remembers it.
 * @param expected  What a value looks like, for the message.
 * @return PGM_OK; PGM_EUSAGE: there is nothing between the commas; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__patterns_add(pgm__settings *settings, pgm__patterns *patterns,
                                            const char *text, const char *source,
                                            const char *expected, pgm_error *err);

/**
 * Puts the patterns of its lines in the place of every "@FILE" of --only and --exclude; "@-" is
 * standard input. Blank lines and those that begin with '#' say nothing, a comma parts nothing. The
 * lines remember their file and number.
 *
 * @param in      Standard input; read once at most.
 * @return PGM_OK; PGM_EIO: a file cannot be read; PGM_EUSAGE: a file without a pattern, one that
 *         names another file, a NUL byte, standard input asked for twice or from a terminal;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__patterns_read_files(pgm__settings *settings, FILE *in, bool in_tty,
                                                   pgm_error *err);

#endif
