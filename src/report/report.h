/**
 * @file report.h  What a report is made of, whatever its form: a run that has ended or a fleet, and
 * the style.
 *
 * The forms are in report/form.h, and described in docs/users/report.md.
 *
 * Layer: report. Includes the public headers, base/ and jansson. No I/O: the caller prints.
 */
#ifndef PGM_REPORT_REPORT_H
#define PGM_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/pgmarch.h"

/** Of every JSON document: goes up when a field of one of them changes its meaning or goes away.
 * Reports of before are still read (report/past/). */
enum { PGM__REPORT_SCHEMA = 2 };

/** One of the runs that a merged report was made of. */
typedef struct pgm__report_run {
    const char *id;
    int64_t started_at_ms;
    int64_t duration_ms;
    size_t shard_index;            /* as in pgm_summary */
    size_t shard_count;            /* 0: it was no shard */
    const char *retry_of;          /* or NULL */
    const char *migrations_digest; /* or NULL */
} pgm__report_run;

/** A run that has ended, or several whose reports were made one. Everything is borrowed for the
 * call. */
typedef struct pgm__report {
    const pgm_summary *summary;
    const pgm_result *const *results;
    size_t result_count;
    const pgm_migration_info *migrations; /* of the folder, in order */
    size_t migration_count;
    const pgm__report_run *runs; /* of a merged report, in the order in which they began */
    size_t run_count;            /* 0: it is the report of one run */
    const size_t *run_of;        /* of each result: which of the runs it is of */
} pgm__report;

/** A command that could not begin: nothing was connected to. Everything is borrowed for the call.
 */
typedef struct pgm__refusal {
    const char *why;
    const pgm_summary *run; /* what is known of it: the command; NULL: it is `validate` */
    const pgm_finding *const *findings; /* all that the folder is refused for; none where that was
                                           not the reason */
    size_t finding_count;
} pgm__refusal;

/** A fleet, perhaps looked at: what `targets` reports. Everything is borrowed for the call. */
typedef struct pgm__fleet_report {
    pgm__report run; /* of which results and summary count */
    const pgm_fleet *fleet;
    const pgm_target_details *const *targets; /* as many as there are results */
    bool pinged;                              /* the results say what was found */
    bool planned;                             /* the waves are asked for, not the list */
    bool pauses;                              /* between two waves: somebody is asked */
    int64_t wave_delay;                       /* likewise: it waits; milliseconds, 0 = no */
    const char *check;                        /* likewise: a command is run; or NULL */
} pgm__fleet_report;

/** How much is shown, and how. */
typedef struct pgm__report_style {
    bool colour;
    bool verbose;        /* nothing folded, nothing capped; status: a list per target */
    bool quiet;          /* failures, warnings about connections, and the closing sentence only;
                            of a validation, errors and the closing sentence */
    bool pending_only;   /* status: only what is pending, and where something is */
    bool warnings_shown; /* as events, while the run went on: only those that come with none */
    size_t width;        /* columns; 0 = 100 */
} pgm__report_style;

/**
 * Is a fleet of so many targets too large for a line each? Then those that ended well are counted,
 * and lists of targets end in "and N more".
 *
 * @param verbose  Nothing is too large for somebody who asked for everything.
 */
bool pgm__report_folds(size_t targets, bool verbose);

#endif
