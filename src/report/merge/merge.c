#include "report/merge/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/merge/accounts.h"
#include "report/merge/folder.h"
#include "report/merge/join.h"
#include "report/merge/run_ids.h"
#include "report/merge/waves.h"

/* ---- targets ---- */

/* All accounts of a target, one after the other. */
static pgm_status settle(pgm__merged *out, const pgm__accounts *accounts, size_t from, size_t end,
                         pgm__account *settled) {
    *settled = accounts->items[from].account;
    pgm_status status = PGM_OK;
    for (size_t i = from + 1; i < end && status == PGM_OK; i++) {
        status = pgm__join(&out->arena, settled, &accounts->items[i].account);
    }
    return status;
}

static pgm_status fill_results(pgm__merged *out, const pgm__accounts *accounts, pgm_error *err) {
    const pgm_result **results = pgm__arena_calloc(&out->arena, accounts->count, sizeof *results);
    size_t *run_of = pgm__arena_calloc(&out->arena, accounts->count, sizeof *run_of);
    size_t count = 0;
    if (results == NULL || run_of == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < accounts->count;) {
        size_t end = pgm__accounts_end(accounts, i);
        pgm__account settled;
        if (settle(out, accounts, i, end, &settled) != PGM_OK) {
            return pgm__error_nomem(err);
        }
        results[count] = settled.result;
        run_of[count++] = (size_t)(settled.run - accounts->runs);
        out->summary.counts[settled.result->outcome]++;
        i = end;
    }
    out->report.results = results;
    out->report.result_count = count;
    out->report.run_of = run_of;
    return PGM_OK;
}

static int name_against(const void *name, const void *entry) {
    const pgm_result *const *result = entry;
    return strcmp(name, (*result)->name);
}

/* Of shards nobody knows how their targets stood in the files; where one report tells of all of
 * them, it does. */
static const pgm__past_report *whole_of(const pgm__report_set *rollout, size_t targets) {
    const pgm__past_report *found = rollout->reports[0];
    for (size_t i = 1; i < rollout->count; i++) {
        const pgm__past_report *other = rollout->reports[i];
        found = strcmp(other->summary.id, found->summary.id) < 0 ? other : found;
    }
    return found->summary.shard_count == 0 && found->target_count == targets ? found : NULL;
}

/* Where the result of this name stands. All names of a report of the whole are there: `otherwise`
 * is for none. */
static size_t place_of(const pgm__report *report, const char *name, size_t otherwise) {
    const pgm_result *const *found = bsearch(name, report->results, report->result_count,
                                             sizeof *report->results, name_against);
    return found == NULL ? otherwise : (size_t)(found - report->results);
}

/* Results are by name until then. */
static bool put_in_order(pgm__merged *out, const pgm__past_report *whole) {
    pgm__report *report = &out->report;
    size_t count = report->result_count;
    const pgm_result **results = pgm__arena_calloc(&out->arena, count, sizeof *results);
    size_t *run_of = pgm__arena_calloc(&out->arena, count, sizeof *run_of);
    for (size_t i = 0; i < count && results != NULL && run_of != NULL; i++) {
        size_t place = place_of(report, whole->targets[i].result.name, i);
        results[i] = report->results[place];
        run_of[i] = report->run_of[place];
    }
    report->results = results;
    report->run_of = run_of;
    return results != NULL && run_of != NULL;
}

/* ---- the run ---- */

/* From the first start to the last end: so long somebody has waited for it. */
static void fill_times(pgm_summary *summary, const pgm__accounts *accounts) {
    int64_t end = INT64_MIN;
    for (size_t i = 0; i < accounts->run_count; i++) {
        int64_t ended = accounts->runs[i].started_at_ms + accounts->runs[i].duration_ms;
        end = ended > end ? ended : end;
    }
    summary->started_at_ms = accounts->runs[0].started_at_ms;
    summary->duration_ms = end - summary->started_at_ms;
}

/* Whose folder counts from now on: that of the run that began last. */
static const pgm__past_report *newest(const pgm__past_report *const *reports, size_t count) {
    const pgm__past_report *found = reports[0];
    for (size_t i = 1; i < count; i++) {
        int64_t start = reports[i]->summary.started_at_ms;
        int64_t best = found->summary.started_at_ms;
        bool later = start > best ||
                     (start == best && strcmp(reports[i]->summary.id, found->summary.id) > 0);
        found = later ? reports[i] : found;
    }
    return found;
}

static pgm_status fill_summary(pgm__merged *out, const pgm__report_sets *sets,
                               const pgm__past_report *const *reports, size_t count,
                               const pgm__accounts *accounts, pgm_error *err) {
    const pgm_summary *last = &newest(reports, count)->summary;
    pgm_summary *summary = &out->summary;
    *summary = sets->items[0].reports[0]->summary;
    memset(summary->counts, 0, sizeof summary->counts);
    summary->estimate = NULL; /* of one shard's targets, on its machine */
    summary->catalogs = NULL; /* compared within a shard */
    summary->shard_index = 0;
    summary->shard_count = 0;
    summary->migrations_digest = last->migrations_digest;
    summary->code = last->code;
    summary->code_count = last->code_count;
    fill_times(summary, accounts);
    pgm_status status = pgm__run_ids_join(&out->arena, reports, count, &summary->id);
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}

/* What one run wrote stays as it is; only of several it is said which. */
static void fill_runs(pgm__merged *out, const pgm__accounts *accounts) {
    if (accounts->run_count > 1) {
        out->report.runs = accounts->runs;
        out->report.run_count = accounts->run_count;
    }
}

/* ---- the whole ---- */

/* One report is not a part of another: it may be of one shard, and in the order of its files. */
static pgm_status take_one(pgm__merged *out, const pgm__past_report *report, pgm_error *err) {
    const pgm_result **results = pgm__arena_calloc(&out->arena, report->target_count,
                                                   sizeof *results);
    size_t *run_of = pgm__arena_calloc(&out->arena, report->target_count, sizeof *run_of);
    if (results == NULL || run_of == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < report->target_count; i++) {
        results[i] = &report->targets[i].result;
        run_of[i] = report->targets[i].run;
    }
    out->summary = report->summary;
    out->report.results = results;
    out->report.result_count = report->target_count;
    out->report.run_of = run_of;
    if (report->merged) {
        out->report.runs = report->runs;
        out->report.run_count = report->run_count;
    }
    return PGM_OK;
}

static pgm_status finish(pgm__merged *out, const pgm__report_set *rollout, pgm_error *err) {
    const pgm__past_report *whole = whole_of(rollout, out->report.result_count);
    bool complete = whole == NULL || put_in_order(out, whole);
    if (!complete || pgm__waves_fill(&out->arena, rollout, &out->report, &out->summary) != PGM_OK) {
        return pgm__error_nomem(err);
    }
    return PGM_OK;
}

static pgm_status take_all(pgm__merged *out, const pgm__past_report *const *reports, size_t count,
                           pgm_error *err) {
    pgm__report_sets sets = {0};
    pgm__accounts accounts = {0};
    pgm_status status = pgm__sets_make(&sets, &out->arena, reports, count, err);
    if (status == PGM_OK) {
        status = pgm__accounts_make(&accounts, &out->arena, &sets, err);
    }
    if (status == PGM_OK) {
        status = fill_summary(out, &sets, reports, count, &accounts, err);
    }
    if (status == PGM_OK) {
        fill_runs(out, &accounts);
        status = fill_results(out, &accounts, err);
    }
    return status == PGM_OK ? finish(out, &sets.items[0], err) : status;
}

static pgm_status fill_folder(pgm__merged *out, pgm_error *err) {
    out->report.summary = &out->summary;
    return pgm__folder_fill(&out->arena, &out->report, err);
}

pgm_status pgm__merge_alone(pgm__merged *out, const pgm__past_report *report, pgm_error *err) {
    pgm_status status = take_one(out, report, err);
    return status == PGM_OK ? fill_folder(out, err) : status;
}

pgm_status pgm__merge(pgm__merged *out, const pgm__past_report *const *reports, size_t count,
                      pgm_error *err) {
    pgm_status status = count == 1 && reports[0]->summary.shard_count == 0
                            ? take_one(out, reports[0], err)
                            : take_all(out, reports, count, err);
    return status == PGM_OK ? fill_folder(out, err) : status;
}

void pgm__merged_fini(pgm__merged *merged) {
    pgm__arena_clear(&merged->arena);
    *merged = (pgm__merged){0};
}
