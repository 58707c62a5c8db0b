/**
 * @file attention.h  What goes on while the library looks at targets by itself: it is shown, and
 * signals are listened to.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_ATTENTION_H
#define PGM_CLI_CMD_ATTENTION_H

#include "cli/cli.h"
#include "cli/cmd/stop.h"
#include "cli/display/progress.h"
#include "pgmarch/pgmarch.h"

/** Zeroed but for `cli`, and `command` and `looks` of `progress`. Stays where it is to the end. */
typedef struct pgm__attention {
    pgm__cli *cli;
    pgm__progress progress;
    pgm__stop stop;
    bool listens;
    int caught; /* a signal; 0 = none */
} pgm__attention;

/** The `watch` of pgm_validate_options and pgm_drift_options; `data` is a pgm__attention. */
void pgm__attention_watch(pgm_run *run, void *data);

#endif
