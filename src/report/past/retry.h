/**
 * @file retry.h  What a report has left to do, and whether this run is one that may take it up.
 *
 * A report is of a command, a fleet and a folder. The command has to be the same. The fleet and the
 * folder may have been mended, which is what most retries wait for; but not be others.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_RETRY_H
#define PGM_REPORT_PAST_RETRY_H

#include "base/strbuf.h"
#include "report/past/past_report.h"

/** The run that is about to begin. All is borrowed. */
typedef struct pgm__retry_run {
    const pgm_summary *summary;
    const pgm_target_info *targets; /* those that were chosen */
    size_t target_count;
    const pgm_migration_info *migrations;
    size_t migration_count;
} pgm__retry_run;

/**
 * The targets that did not end well, failed, unknown, cancelled or not run.
 *
 * @param arena       Owns the list; the names are the report's.
 * @param[out] names  Never NULL, also where there is none.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__retry_names(pgm__arena *arena, const pgm__past_report *report,
                                           const char *const **names, size_t *count);

/**
 * Is the report of this command? One that changes nothing (`status`, `targets`) may look at what
 * any command left; one that does is not the retry of a dry run.
 *
 * @return PGM_OK, PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__retry_check_command(const pgm__past_report *report,
                                                   pgm_command command, bool dry_run,
                                                   pgm_error *err);

/**
 * Are fleet and folder those of the report, or such as they may have become?
 *
 * @param notes  Gets what has changed and may have, a line for each.
 * @return PGM_OK; PGM_EUSAGE: the message says what differs; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__retry_check(const pgm__past_report *report,
                                           const pgm__retry_run *now, pgm__strbuf *notes,
                                           pgm_error *err);

/** Adds "retrying 3 of the 40 targets of "r.json", run 4f1c…: 2 failed, 1 not-run", or that there
 * is nothing to retry, as a line. */
void pgm__retry_tell(pgm__strbuf *out, const pgm__past_report *report);

#endif
