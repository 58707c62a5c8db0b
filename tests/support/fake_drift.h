/**
 * @file fake_drift.h  What a scripted run does not play: catalogs that are compared, branches that
 * are removed. Both are refused once the run could be opened, so that a program of tests has
 * nothing of the library's own runs.
 */
#ifndef PGM_TESTS_FAKE_DRIFT_H
#define PGM_TESTS_FAKE_DRIFT_H

#include "base/error.h"
#include "pgmarch/pgmarch.h"

pgm_status pgm_drift_find(pgm_drift **out, const pgm_options *options,
                          const pgm_drift_options *drift, pgm_error *err) {
    (void)out;
    (void)drift;
    pgm_run *run = NULL;
    pgm_status status = pgm_run_open(&run, options, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm_run_free(run);
    return pgm__error_set(err, PGM_EUSAGE, "the scripted run has no catalogs");
}

const pgm_drift_summary *pgm_drift_summary_of(const pgm_drift *drift) {
    (void)drift;
    return NULL;
}

size_t pgm_drift_cohort_count(const pgm_drift *drift) {
    (void)drift;
    return 0;
}

const pgm_drift_cohort *pgm_drift_cohort_at(const pgm_drift *drift, size_t index) {
    (void)drift;
    (void)index;
    return NULL;
}

size_t pgm_drift_unread_count(const pgm_drift *drift) {
    (void)drift;
    return 0;
}

const pgm_drift_unread *pgm_drift_unread_at(const pgm_drift *drift, size_t index) {
    (void)drift;
    (void)index;
    return NULL;
}

pgm_status pgm_drift_baseline(pgm_drift *drift, const char **text, pgm_error *err) {
    (void)drift;
    (void)text;
    return pgm__error_set(err, PGM_EUSAGE, "the scripted run has no catalogs");
}

void pgm_drift_free(pgm_drift *drift) {
    (void)drift;
}

const char *pgm_drift_change_name(pgm_drift_change change) {
    (void)change;
    return "";
}

const char *pgm_drift_norm_name(pgm_drift_norm norm) {
    (void)norm;
    return "";
}

pgm_status pgm_run_clean(pgm_run *run, bool all, pgm_error *err) {
    (void)run;
    (void)all;
    return pgm__error_set(err, PGM_EUSAGE, "the scripted run has no branches");
}

size_t pgm_run_branch_count(const pgm_run *run) {
    (void)run;
    return 0;
}

pgm_branch pgm_run_branch(const pgm_run *run, size_t index) {
    (void)run;
    (void)index;
    return (pgm_branch){.name = NULL};
}

const char *pgm_branch_fate_name(pgm_branch_fate fate) {
    (void)fate;
    return "";
}

#endif
