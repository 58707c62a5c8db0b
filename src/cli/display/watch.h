/**
 * @file watch.h  What people see while a run goes on: a block at the bottom of a terminal and few
 * lines, or lines alone.
 *
 * Layer: cli.
 * Threads: the run's; the observer is called on it.
 */
#ifndef PGM_CLI_DISPLAY_WATCH_H
#define PGM_CLI_DISPLAY_WATCH_H

#include "cli/cli.h"
#include "cli/display/frame.h"
#include "cli/display/progress.h"
#include "pgmarch/run.h"

/**
 * Fills in what is told of a run that is open: of its sources, as long as they are to be asked, and
 * then of its targets.
 *
 * @param progress  Its `command` and `looks` are the caller's; all that was counted begins anew.
 */
void pgm__watch_prepare(pgm__progress *progress, const pgm__cli *cli, const pgm_run *run);

/**
 * Begins to show what goes on. Where standard error is a terminal that can be drawn on, and nothing
 * says otherwise (--progress, --quiet, TERM, CI), there is a block: cli->live, through which
 * everything on standard error goes from now on.
 *
 * @param progress  Filled in; stays where it is to the end.
 */
void pgm__watch_begin(pgm__cli *cli, const pgm__progress *progress, pgm__stage stage);

/** Ends it; what comes now stands below all that was said. Also where nothing had begun. */
void pgm__watch_end(pgm__cli *cli);

/** An observer; `data` is a pgm__progress. */
void pgm__watch_event(const pgm_event *event, void *data);

#endif
