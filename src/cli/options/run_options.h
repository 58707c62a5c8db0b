/**
 * @file run_options.h  Settings → the options of the library.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_RUN_OPTIONS_H
#define PGM_CLI_OPTIONS_RUN_OPTIONS_H

#include "cli/options/settings.h"

/**
 * Fills in what means something to every run: the command, `to` and the observer are left to the
 * caller.
 *
 * @param[out] options  Its strings are borrowed from the settings.
 */
void pgm__settings_options(const pgm__settings *settings, pgm_options *options);

#endif
