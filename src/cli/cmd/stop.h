/**
 * @file stop.h  SIGINT and SIGTERM → pgm_run_stop(); SIGTSTP and SIGCONT → the terminal is given
 * back and taken again.
 *
 * The signals are blocked and a thread of its own waits for them: a handler could reach the run
 * only through a global.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_STOP_H
#define PGM_CLI_CMD_STOP_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "cli/cli.h"

/** What the first signal brings, in words: of a run, and of what only looks. */
#define PGM__STOP_MARCHING                                                                         \
    "starting nothing new, rolling back what is in flight; once more to cancel what cannot be "    \
    "rolled back too"
#define PGM__STOP_LOOKING "looking no further; nothing was touched"

/** Who listens, and for which run. Must stay where it is until pgm__stop_fini(). */
typedef struct pgm__stop {
    pgm_run *run;
    const pgm__cli *cli;
    const char *gently; /* PGM__STOP_… */
    pthread_t thread;
    sigset_t signals;
    sigset_t job; /* of them, those that stop and go on with the whole program */
    sigset_t before;
    atomic_int caught; /* the first signal */
    atomic_bool done;
} pgm__stop;

/** Starts to listen; PGM_OK, or PGM_EIO when there can be no thread. */
PGM_MUST_CHECK pgm_status pgm__stop_start(pgm__stop *stop, const pgm__cli *cli, pgm_run *run,
                                          const char *gently, pgm_error *err);

/**
 * Ends the thread. The signals that end a program stay blocked, so that the report is written
 * whatever comes.
 *
 * @return The first signal, or 0.
 */
int pgm__stop_end(pgm__stop *stop);

/** Drops the signals that came meanwhile and lets new ones through again. */
void pgm__stop_fini(pgm__stop *stop);

#endif
