/**
 * @file parse.h  The command line → settings.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_PARSE_H
#define PGM_CLI_OPTIONS_PARSE_H

#include "cli/options/settings.h"

/**
 * Reads the command line (GNU style, options before or after the command).
 *
 * Every argument is copied first and what may hold a password is overwritten in argv, because argv
 * is what ps(1) shows.
 *
 * @return PGM_OK, PGM_EUSAGE (the message names the option and the expected form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__settings_parse(pgm__settings *settings, int argc, char **argv,
                                              pgm_error *err);

#endif
