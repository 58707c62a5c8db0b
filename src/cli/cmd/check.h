/**
 * @file check.h  The operator's own program, run between two waves.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_CHECK_H
#define PGM_CLI_CMD_CHECK_H

#include "cli/cli.h"

/** What the program is told, in its environment. */
typedef struct pgm__check_facts {
    const char *report; /* WAVE_REPORT: path of the wave's report, JSON */
    const char *ended;  /* WAVE_ENDED: the wave's name */
    const char *next;   /* WAVE_NEXT */
} pgm__check_facts;

/** How a check ended. */
typedef enum pgm__check {
    PGM__CHECK_YES,      /* exit code 0 */
    PGM__CHECK_NO,       /* anything else, or it could not be started */
    PGM__CHECK_WITHDRAWN /* the caller does not want to know any more */
} pgm__check;

/**
 * Runs `command` by sh and waits for its end. It reads nothing, and what it prints goes to our
 * standard error. Withdrawn, it and all that it started are told to end, and killed five seconds
 * later.
 *
 * @param signals    None of them is blocked in it.
 * @param withdrawn  A descriptor that becomes readable when nobody wants to know any more.
 * @param[out] how   "exit code 3"; of CHECK_NO.
 * @param size       Room there, in bytes.
 */
pgm__check pgm__check_run(const pgm__cli *cli, const char *command, const pgm__check_facts *facts,
                          int withdrawn, char *how, size_t size);

#endif
