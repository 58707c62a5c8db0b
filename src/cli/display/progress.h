/**
 * @file progress.h  Events of a run → lines, each whole and each with its target's name.
 *
 * Small fleets get a line per migration; large ones (pgm__report_folds()) a line of counts every
 * ten seconds, and failures, warnings and what takes long at once, the first twenty of each kind:
 * the report has them all. With `verbose` everything, with `quiet` nothing.
 *
 * Layer: cli.
 * Threads: called from the run's thread only.
 */
#ifndef PGM_CLI_DISPLAY_PROGRESS_H
#define PGM_CLI_DISPLAY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "cli/cli.h"
#include "pgmarch/event.h"
#include "pgmarch/result.h"
#include "report/outcome.h"

/** The first part is the caller's to fill in; what counts, behind it, begins zeroed. */
typedef struct pgm__progress {
    const pgm__cli *cli; /* who is told */
    bool colour;
    bool quiet;
    bool verbose;
    const char *command; /* as it was called: "history" */
    bool looks;          /* whatever happens is told by what comes behind; only counts are said */
    pgm_summary asked;   /* command and dry_run, for the words */
    size_t target_count; /* of the run */
    size_t wave_count;   /* of the run */
    size_t name_width;
    int64_t (*now_ms)(void); /* monotonic */

    int64_t last_ms;  /* of the last line of counts */
    size_t looked_at; /* by the survey */
    size_t running;
    size_t finished;
    size_t migrations;
    size_t failures;
    size_t warnings;
    size_t slow; /* how often something was named that takes long */
    size_t endings[PGM__ENDING_COUNT];
    pgm__strbuf line;
} pgm__progress;

/** An observer; `data` is a pgm__progress. */
void pgm__progress_event(const pgm_event *event, void *data);

/** Are warnings printed when they come, so that the report need not repeat them? */
bool pgm__progress_shows_warnings(const pgm__progress *progress);

/** CLOCK_MONOTONIC in milliseconds. */
int64_t pgm__progress_clock(void);

/** Frees what the lines were made in; a zeroed one is fine. `out` stays open. */
void pgm__progress_fini(pgm__progress *progress);

#endif
