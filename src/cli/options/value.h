/**
 * @file value.h  The text of an option or variable → a field of the settings.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_VALUE_H
#define PGM_CLI_OPTIONS_VALUE_H

#include "cli/options/options.h"
#include "cli/options/settings.h"

/**
 * Puts `text` into the option's field; the text is copied.
 *
 * @param source  "option \"--jobs\"" or "variable \"PGMARCH_JOBS\"", for the message.
 * @return PGM_OK; PGM_EUSAGE (the message names the source and the expected form, and never what
 *         may be a password); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__option_set(pgm__settings *settings, const pgm__option *option,
                                          const char *text, const char *source, pgm_error *err);

#endif
