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
#include "cli/display/progress.h"

/**
 * Begins to show what goes on. Where standard error is a terminal that can be drawn on, and nothing
 * says otherwise (--progress, --quiet, TERM, CI), there is a block: cli->live, through which
 * everything on standard error goes from now on.
 *
 * @param progress  Filled in; stays where it is to the end.
 * @param looks     Nothing is done to the targets.
 */
void pgm__watch_begin(pgm__cli *cli, const pgm__progress *progress, bool looks);

/** Ends it; what comes now stands below all that was said. Also where nothing had begun. */
void pgm__watch_end(pgm__cli *cli);

/** An observer; `data` is a pgm__progress. */
void pgm__watch_event(const pgm_event *event, void *data);

#endif
