#include "report/history/history.h"

#include <stdlib.h>
#include <string.h>

/* A row of some target's ledger. */
typedef struct place {
    size_t result;
    const pgm_ledger_entry *row;
} place;

/* ---- rows by run ---- */

static size_t count_rows(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        count += report->results[i]->ledger_count;
    }
    return count;
}

/* Target by target, so that the rows of one follow each other in each run. */
static pgm_status group_rows(const pgm__report *report, place *places, pgm__groups *groups) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        for (size_t j = 0; j < result->ledger_count && status == PGM_OK; j++) {
            places[count] = (place){i, &result->ledger[j]};
            pgm__strbuf_clear(&key);
            pgm__groups_key(&key, result->ledger[j].run_id);
            status = key.failed ? PGM_ENOMEM : pgm__groups_add(groups, key.text, key.len, count);
            count++;
        }
    }
    pgm__strbuf_fini(&key);
    return status;
}

/* ---- what a run is made of ---- */

/* Times of one form are ordered as their texts are. */
static void note_time(pgm__past_run *run, const char *at) {
    if (at == NULL) {
        return;
    }
    run->first_at = run->first_at == NULL || strcmp(at, run->first_at) < 0 ? at : run->first_at;
    run->last_at = run->last_at == NULL || strcmp(at, run->last_at) > 0 ? at : run->last_at;
}

static void note_target(pgm__past_run *run, const pgm__report *report, size_t index, int64_t ms) {
    run->targets.members[run->targets.count++] = index;
    if (ms > run->slowest_ms) {
        run->slowest_ms = ms;
        run->slowest = report->results[index]->name;
    }
}

static int by_version(const void *a, const void *b) {
    return pgm_migration_compare(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, and each once. */
static void keep_versions(pgm__past_run *run, const char **versions, size_t count) {
    qsort((void *)versions, count, sizeof *versions, by_version);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(versions[kept - 1], versions[i]) != 0) {
            versions[kept++] = versions[i];
        }
    }
    run->versions = versions;
    run->version_count = kept;
}

static bool fill(pgm__history *out, pgm__past_run *run, const pgm__report *report,
                 const place *places, const pgm__group *group) {
    const char **versions = pgm__arena_calloc(&out->arena, group->count, sizeof *versions);
    run->targets.members = pgm__arena_calloc(&out->arena, group->count,
                                             sizeof *run->targets.members);
    if (versions == NULL || run->targets.members == NULL) {
        return false;
    }
    run->id = places[group->members[0]].row->run_id;
    run->row_count = group->count;
    int64_t ms = 0;
    for (size_t i = 0; i < group->count; i++) {
        const place *at = &places[group->members[i]];
        bool last = i + 1 == group->count || places[group->members[i + 1]].result != at->result;
        versions[i] = at->row->version;
        note_time(run, at->row->applied_at);
        ms += at->row->took_ms > 0 ? at->row->took_ms : 0;
        if (last) {
            note_target(run, report, at->result, ms);
            ms = 0;
        }
    }
    keep_versions(run, versions, group->count);
    return true;
}

/* ---- all of them ---- */

/* The newest migrations first. */
static int by_newest(const pgm__past_run *left, const pgm__past_run *right) {
    if (left->version_count == 0 || right->version_count == 0) {
        return 0;
    }
    return pgm_migration_compare(right->versions[right->version_count - 1],
                                 left->versions[left->version_count - 1]);
}

/* The latest first, and in one second, which is all that a ledger's time tells here, the one with
 * the newer migrations; what says no time comes last, and what no run has signed behind all. */
static int by_time(const void *a, const void *b) {
    const pgm__past_run *left = a;
    const pgm__past_run *right = b;
    if ((left->id == NULL) != (right->id == NULL)) {
        return left->id == NULL ? 1 : -1;
    }
    const char *one = left->last_at == NULL ? "" : left->last_at;
    const char *other = right->last_at == NULL ? "" : right->last_at;
    int order = strcmp(other, one);
    order = order != 0 ? order : by_newest(left, right);
    return order != 0 || left->id == NULL ? order : strcmp(left->id, right->id);
}

static pgm_status fill_all(pgm__history *out, const pgm__report *report, const place *places,
                           const pgm__groups *groups) {
    out->runs = pgm__arena_calloc(&out->arena, groups->count, sizeof *out->runs);
    if (out->runs == NULL) {
        return PGM_ENOMEM;
    }
    for (; out->count < groups->count; out->count++) {
        pgm__past_run *run = &out->runs[out->count];
        if (!fill(out, run, report, places, &groups->items[out->count])) {
            return PGM_ENOMEM;
        }
    }
    qsort(out->runs, out->count, sizeof *out->runs, by_time);
    return PGM_OK;
}

pgm_status pgm__history_of(pgm__history *out, const pgm__report *report) {
    *out = (pgm__history){0};
    pgm__groups groups = {0};
    place *places = pgm__arena_calloc(&out->arena, count_rows(report), sizeof *places);
    pgm_status status = places == NULL ? PGM_ENOMEM : group_rows(report, places, &groups);
    if (status == PGM_OK) {
        status = fill_all(out, report, places, &groups);
    }
    for (size_t i = 0; i < report->result_count; i++) {
        out->target_count += report->results[i]->pending_unknown ? 0 : 1;
    }
    pgm__groups_fini(&groups);
    return status;
}

bool pgm__history_lacks(const pgm_result *result) {
    return result->pending_unknown && result->outcome != PGM_OUTCOME_SKIPPED;
}

void pgm__history_fini(pgm__history *history) {
    pgm__arena_clear(&history->arena);
    *history = (pgm__history){0};
}
