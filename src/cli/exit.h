/**
 * @file exit.h  How the program ends: its exit codes.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_EXIT_H
#define PGM_CLI_EXIT_H

#include <stddef.h>

#include "pgmarch/error.h"

/** Exit codes; docs/users/commands.md lists them from this map. */
#define PGM__EXIT_MAP(XX)                                                                          \
    XX(OK, 0,                                                                                      \
       "all is well: applied, up-to-date or skipped; status and dry run: all were read; "          \
       "validate: no errors; targets: all can be used, with --ping all were reached; report "      \
       "merge: "                                                                                   \
       "all is well in it")                                                                        \
    XX(FAILED, 1,                                                                                  \
       "a target failed, is unknown, was cancelled or not run; or the report could not be "        \
       "written; validate: there are errors, or warnings with --strict; targets --ping: one was "  \
       "not reached; a source of targets did not answer, and nothing was touched")                 \
    XX(USAGE, 2, "wrong option or configuration, or not confirmed; nothing was touched")           \
    XX(BEHIND, 3,                                                                                  \
       "status --exit-code: all were read, and something is pending or half done, or a ledger "    \
       "and "                                                                                      \
       "the files do not fit together; rehearse --fail-on: all ran, and a bound is passed; "       \
       "drift: all were read, and one differs")                                                    \
    XX(INTERRUPTED, 130, "stopped by SIGINT (Ctrl-C); the report was written")                     \
    XX(TERMINATED, 143, "stopped by SIGTERM; the report was written")

typedef enum pgm__exit {
#define XX(name, value, text) PGM__EXIT_##name = (value),
    PGM__EXIT_MAP(XX)
#undef XX
} pgm__exit;

/** A code and what it means, for the help. */
typedef struct pgm__exit_text {
    pgm__exit code;
    const char *text; /* no final period */
} pgm__exit_text;

/** All codes, in the order of the help. Static storage. */
const pgm__exit_text *pgm__exits(size_t *count);

/** The code of a command that SIGINT or SIGTERM has stopped. */
pgm__exit pgm__exit_of_signal(int caught);

/** The code of a step that failed: a wrong usage, or an accident. */
pgm__exit pgm__exit_of(pgm_status status);

/**
 * The same of what fails before anything was touched: files and settings are the user's, and what
 * is wrong with them is usage too.
 */
pgm__exit pgm__exit_untouched(pgm_status status);

#endif
