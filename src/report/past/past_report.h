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
    /* As the JSON has them, beside each other; past_places.c makes ledger, pending and times of
     * them. */
    const int64_t *listed; /* of `status`: places in the list of versions */
    size_t listed_count;
    const char *const *listed_at;
    size_t listed_at_count;
    const int64_t *left; /* likewise; NULL: nobody knows what is pending */
    size_t left_count;
    const int64_t *ended_ms; /* of what was done */
    size_t ended_count;
    const int64_t *took_us;
    size_t took_count;
} pgm__past_target;

/** Plain data; all of it lives with the struct. */
typedef struct pgm__past_report {
    pgm__arena arena;
    const char *file; /* for messages */
    pgm_summary summary;
    const pgm__report_run *runs; /* at least one: of a report that was not merged it is the run */
    size_t run_count;
    bool merged;
    int64_t schema;
    const pgm_ledger_entry *versions; /* of `status`: what targets point into by places */
    size_t version_count;
    pgm__past_target *targets; /* in the order of the report */
    size_t target_count;
    const pgm__past_target **by_name; /* the same, by name */
} pgm__past_report;

/** The target of that name; NULL when there is none. Borrowed. */
const pgm__past_target *pgm__past_find(const pgm__past_report *report, const char *name);

/** Frees it and all it handed out. NULL is a no-op. */
void pgm__past_free(pgm__past_report *report);

#endif
