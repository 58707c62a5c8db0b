/**
 * @file cli.h  What every part of the program gets: the settings, and where it reads and writes.
 *
 * Plain data, so that a test can run a command in its own process with files of its own.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CLI_H
#define PGM_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/options/environment.h"
#include "cli/options/settings.h"

struct pgm__live;

/** Where a command reads and writes. */
typedef struct pgm__cli {
    pgm__settings settings; /* from pgm__settings_init() on the caller's, who finishes them */
    pgm__env_fn env;
    const char *const *variables; /* environ(7), to find unknown names in; NULL = none */
    FILE *in;
    FILE *out;
    FILE *err;
    bool in_tty;
    bool out_tty;
    bool err_tty;
    bool streamed;          /* reports in files that are streams are written already */
    bool actions;           /* GitHub Actions runs us: what is printed may be a command to it */
    bool ascii;             /* people's terminals and logs show nothing else */
    bool together;          /* what goes to both is read as one: a terminal, a log */
    size_t columns;         /* of the terminal that standard output is; 0 = unknown */
    size_t err_columns;     /* of that of standard error */
    struct pgm__live *live; /* the block that standard error goes through; NULL: there is none */
    bool lingers;           /* a thread is left that cannot be ended: leave by _exit() */
} pgm__cli;

#endif
