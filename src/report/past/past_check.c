#include "report/past/past_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* It lists a fleet, and has outcomes where it was asked to look at it. */
static pgm_status check_command(pgm__past_report *report, pgm_error *err) {
    if (report->summary.command != PGM_COMMAND_TARGETS) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" is of `targets`, which is no run", report->file);
}

static int by_name(const void *left, const void *right) {
    const pgm__past_target *const *a = left;
    const pgm__past_target *const *b = right;
    return strcmp((*a)->result.name, (*b)->result.name);
}

static pgm_status sort_targets(pgm__past_report *report, pgm_error *err) {
    size_t count = report->target_count;
    report->by_name = pgm__arena_calloc(&report->arena, count, sizeof *report->by_name);
    if (report->by_name == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        report->by_name[i] = &report->targets[i];
    }
    qsort(report->by_name, count, sizeof *report->by_name, by_name);
    for (size_t i = 1; i < count; i++) {
        if (by_name(&report->by_name[i - 1], &report->by_name[i]) == 0) {
            return pgm__error_set(err, PGM_EPARSE, "report \"%s\" lists target \"%s\" twice",
                                  report->file, report->by_name[i]->result.name);
        }
    }
    return PGM_OK;
}

/* A report that somebody has shortened by hand would pass for a whole one. */
static pgm_status check_counts(pgm__past_report *report, pgm_error *err) {
    size_t found[PGM_COUNTS] = {0};
    for (size_t i = 0; i < report->target_count; i++) {
        found[report->targets[i].result.outcome]++;
    }
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        if (found[i] != report->summary.counts[i]) {
            return pgm__error_set(
                err, PGM_EPARSE,
                "report \"%s\" counts %zu targets as %s and lists %zu: it is not as the run "
                "wrote it",
                report->file, report->summary.counts[i], pgm_outcome_name((pgm_outcome)i),
                found[i]);
        }
    }
    return PGM_OK;
}

/* A report of one run has one, and all of its targets are of it. */
static pgm_status add_run(pgm__past_report *report, pgm_error *err) {
    const pgm_summary *summary = &report->summary;
    pgm__report_run *run = pgm__arena_alloc(&report->arena, sizeof *run);
    if (run == NULL) {
        return pgm__error_nomem(err);
    }
    *run = (pgm__report_run){.id = summary->id,
                             .started_at_ms = summary->started_at_ms,
                             .duration_ms = summary->duration_ms,
                             .shard_index = summary->shard_index,
                             .shard_count = summary->shard_count,
                             .retry_of = summary->retry_of,
                             .migrations_digest = summary->migrations_digest};
    report->runs = run;
    report->run_count = 1;
    return PGM_OK;
}

/* False: there is none of that id. */
static bool find_run(const pgm__past_report *report, const char *id, size_t *run) {
    for (size_t i = 0; i < report->run_count && id != NULL; i++) {
        if (strcmp(report->runs[i].id, id) == 0) {
            *run = i;
            return true;
        }
    }
    return false;
}

static pgm_status find_runs(pgm__past_report *report, pgm_error *err) {
    report->merged = report->run_count > 0;
    if (!report->merged) {
        return add_run(report, err);
    }
    for (size_t i = 0; i < report->target_count; i++) {
        pgm__past_target *target = &report->targets[i];
        if (!find_run(report, target->run_id, &target->run)) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "report \"%s\" is of several runs, and target \"%s\" of none of "
                                  "them: it is not as it was written",
                                  report->file, target->result.name);
        }
    }
    return PGM_OK;
}

static pgm_status check_shards(pgm__past_report *report, pgm_error *err) {
    for (size_t i = 0; i < report->run_count; i++) {
        const pgm__report_run *run = &report->runs[i];
        if (run->shard_count == 0 ? run->shard_index > 0 : run->shard_index >= run->shard_count) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "report \"%s\" is of shard %zu, counted from 0, of %zu shards",
                                  report->file, run->shard_index, run->shard_count);
        }
    }
    return PGM_OK;
}

pgm_status pgm__past_check(pgm__past_report *report, pgm_error *err) {
    static pgm_status (*const steps[])(pgm__past_report *, pgm_error *) = {
        check_command, sort_targets, check_counts, find_runs, check_shards};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == PGM_OK; i++) {
        status = steps[i](report, err);
    }
    return status;
}
