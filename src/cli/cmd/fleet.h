/**
 * @file fleet.h  Opens the run of a command, and has the fleet found where no file lists it.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_FLEET_H
#define PGM_CLI_CMD_FLEET_H

#include "cli/cli.h"
#include "cli/display/progress.h"
#include "cli/exit.h"
#include "pgmarch/pgmarch.h"

/** What is said where no target is named at all; NULL: one is. */
const char *pgm__fleet_missing(const pgm__settings *settings);

/** A run that is being opened. */
typedef struct pgm__fleet_opening {
    pgm_run *run;   /* the caller's to free, also after a failure; or NULL */
    int caught;     /* the signal that ended the search; 0 = none */
    bool unreached; /* a source did not answer: another time it may */
} pgm__fleet_opening;

/**
 * Opens it, and asks the sources. A signal ends the search.
 *
 * @param options   Their observer is pgm__watch_event(), or calls it.
 * @param progress  What the observer gets; its `command` is filled in.
 * @return As pgm_run_open() and pgm_run_discover().
 */
PGM_MUST_CHECK pgm_status pgm__fleet_open(pgm__fleet_opening *out, pgm__cli *cli,
                                          const pgm_options *options, pgm__progress *progress,
                                          pgm_error *err);

/** How the program ends behind a failure; `code` is what it would be without sources. */
pgm__exit pgm__fleet_exit(const pgm__fleet_opening *opening, pgm__exit code);

#endif
