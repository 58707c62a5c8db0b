/**
 * @file past_report.h  A report that a run has left.
 *
 * It is the same plain data that a run hands out, so that what reads results can read those of a
 * file. What the JSON does not hold is not there: the findings, and which warnings are about the
 * connection.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PAST_REPORT_H
#define PGM_REPORT_PAST_PAST_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "report/report.h"

/** One target of it. */
typedef struct pgm__past_target {
    pgm_result result;
    const char *run_id; /* as a merged report has it; else NULL */
    size_t run;         /* of the runs */
} pgm__past_target;

/** Plain data; all of it lives with the struct. */
typedef struct pgm__past_report {
    pgm__arena arena;
    const char *file; /* for messages */
    pgm_summary summary;
    const pgm__report_run *runs; /* at least one: of a report that was not merged it is the run */
    size_t run_count;
    bool merged;
    pgm__past_target *targets; /* in the order of the report */
    size_t target_count;
    const pgm__past_target **by_name; /* the same, by name */
} pgm__past_report;

/** The target of that name; NULL when there is none. Borrowed. */
const pgm__past_target *pgm__past_find(const pgm__past_report *report, const char *name);

/** Frees it and all it handed out. NULL is a no-op. */
void pgm__past_free(pgm__past_report *report);

#endif
