/**
 * @file environment.h  The environment → settings: what the command line did not say.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_ENVIRONMENT_H
#define PGM_CLI_OPTIONS_ENVIRONMENT_H

#include "cli/options/settings.h"

/** getenv(3), or a test's. */
typedef const char *(*pgm__env_fn)(const char *name);

/**
 * Takes from the environment what the command line did not say. A variable that is empty counts as
 * not set.
 *
 * @return PGM_OK, PGM_EUSAGE (the message names the variable and the expected form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__settings_environment(pgm__settings *settings, pgm__env_fn env,
                                                    pgm_error *err);

#endif
