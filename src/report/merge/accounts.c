#include "report/merge/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sha256.h"
#include "base/strbuf.h"
#include "report/merge/join.h"
#include "report/past/place.h"

/* ---- all of them ---- */

static const char *name_of(const pgm__told *told) {
    return told->account.result->name;
}

static int by_start(const void *left, const void *right) {
    const pgm__report_run *a = left;
    const pgm__report_run *b = right;
    if (a->started_at_ms != b->started_at_ms) {
        return a->started_at_ms < b->started_at_ms ? -1 : 1;
    }
    return strcmp(a->id, b->id);
}

/* By the run, and not by the file: the order in which files are given must not matter. */
static int by_name_and_start(const void *left, const void *right) {
    const pgm__told *a = left;
    const pgm__told *b = right;
    int names = strcmp(name_of(a), name_of(b));
    return names != 0 ? names : by_start(a->account.run, b->account.run);
}

/* Of the runs that are in order by now. */
static const pgm__report_run *find_run(const pgm__accounts *accounts, const pgm__report_run *run) {
    return bsearch(run, accounts->runs, accounts->run_count, sizeof *accounts->runs, by_start);
}

static size_t count_targets(const pgm__report_sets *sets, size_t *runs) {
    size_t targets = 0;
    *runs = 0;
    for (size_t i = 0; i < sets->count; i++) {
        for (size_t j = 0; j < sets->items[i].count; j++) {
            targets += sets->items[i].reports[j]->target_count;
            *runs += sets->items[i].reports[j]->run_count;
        }
    }
    return targets;
}

static void collect_runs(pgm__accounts *accounts, const pgm__report_sets *sets) {
    for (size_t i = 0; i < sets->count; i++) {
        for (size_t j = 0; j < sets->items[i].count; j++) {
            const pgm__past_report *report = sets->items[i].reports[j];
            memcpy(accounts->runs + accounts->run_count, report->runs,
                   report->run_count * sizeof *report->runs);
            accounts->run_count += report->run_count;
        }
    }
    qsort(accounts->runs, accounts->run_count, sizeof *accounts->runs, by_start);
}

static void collect_report(pgm__accounts *accounts, const pgm__past_report *report, size_t set) {
    for (size_t i = 0; i < report->target_count; i++) {
        const pgm__past_target *target = &report->targets[i];
        accounts->items[accounts->count++] =
            (pgm__told){.account = {.summary = &report->summary,
                                    .run = find_run(accounts, &report->runs[target->run]),
                                    .result = &target->result},
                        .by = report,
                        .set = set};
    }
}

static bool collect(pgm__accounts *accounts, pgm__arena *arena, const pgm__report_sets *sets) {
    size_t runs = 0;
    accounts->items = pgm__arena_calloc(arena, count_targets(sets, &runs), sizeof *accounts->items);
    accounts->runs = pgm__arena_calloc(arena, runs, sizeof *accounts->runs);
    if (accounts->items == NULL || accounts->runs == NULL) {
        return false;
    }
    collect_runs(accounts, sets);
    for (size_t i = 0; i < sets->count; i++) {
        for (size_t j = 0; j < sets->items[i].count; j++) {
            collect_report(accounts, sets->items[i].reports[j], i);
        }
    }
    qsort(accounts->items, accounts->count, sizeof *accounts->items, by_name_and_start);
    return true;
}

size_t pgm__accounts_end(const pgm__accounts *accounts, size_t from) {
    size_t end = from + 1;
    while (end < accounts->count &&
           strcmp(name_of(&accounts->items[from]), name_of(&accounts->items[end])) == 0) {
        end++;
    }
    return end;
}

/* ---- what cannot be true ---- */

/* Of one set. Between two sets things change: an address is mended, a migration edited and run
 * again. */
static pgm_status check_pair(const pgm__told *a, const pgm__told *b, pgm_error *err) {
    const pgm_summary *of_a = &a->by->summary;
    const pgm_summary *of_b = &b->by->summary;
    if (a->set != b->set) {
        return PGM_OK;
    }
    if (of_a->shard_index != of_b->shard_index) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "target \"%s\" is in shard %zu/%zu (\"%s\") and in shard %zu/%zu "
                              "(\"%s\"): these are not shards of one fleet",
                              name_of(a), of_a->shard_index + 1, of_a->shard_count, a->by->file,
                              of_b->shard_index + 1, of_b->shard_count, b->by->file);
    }
    if (!pgm__place_same(a->account.result->server, b->account.result->server)) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "target \"%s\" is at %s in \"%s\", and at %s in \"%s\": these are two "
            "places",
            name_of(a), a->account.result->server, a->by->file, b->account.result->server,
            b->by->file);
    }
    const char *twice = pgm__join_twice(a->account.result, b->account.result);
    if (twice != NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"%s\" was done on target \"%s\" by run %s (\"%s\") and by run %s "
                              "(\"%s\"): somebody took it back in between, or one of them is no "
                              "report of this rollout; look with `pgmarch status`",
                              twice, name_of(a), a->account.run->id, a->by->file,
                              b->account.run->id, b->by->file);
    }
    return PGM_OK;
}

static pgm_status check_target(const pgm__accounts *accounts, size_t from, size_t end,
                               pgm_error *err) {
    bool in_first = false;
    pgm_status status = PGM_OK;
    for (size_t i = from; i < end; i++) {
        in_first = in_first || accounts->items[i].set == 0;
        for (size_t j = from; j < i && status == PGM_OK; j++) {
            status = check_pair(&accounts->items[j], &accounts->items[i], err);
        }
    }
    if (status == PGM_OK && !in_first) {
        const pgm__told *told = &accounts->items[from];
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"%s\" retries target \"%s\", of which no report of the run before "
                              "tells",
                              told->by->file, name_of(told));
    }
    return status;
}

/* ---- are these all? ---- */

static bool is_of(const pgm__accounts *accounts, size_t from, size_t end, size_t set) {
    for (size_t i = from; i < end; i++) {
        if (accounts->items[i].set == set) {
            return true;
        }
    }
    return false;
}

/* The names of a set, as the run that selected them made its digest of them
 * (docs/users/report.md). */
static size_t add_names(pgm__strbuf *bytes, const pgm__accounts *accounts, size_t set) {
    size_t count = 0;
    for (size_t i = 0; i < accounts->count; i = pgm__accounts_end(accounts, i)) {
        if (is_of(accounts, i, pgm__accounts_end(accounts, i), set)) {
            const char *name = name_of(&accounts->items[i]);
            pgm__strbuf_add(bytes, name, strlen(name) + 1);
            count++;
        }
    }
    return count;
}

/* Shards that were cut by different versions, or of fleets that only look alike, would leave a
 * target to nobody. */
static pgm_status check_whole(const pgm__accounts *accounts, const pgm__report_sets *sets,
                              size_t set, pgm_error *err) {
    const pgm__past_report *any = sets->items[set].reports[0];
    char hex[PGM__SHA256_HEX];
    pgm__strbuf names = {0};
    size_t count = add_names(&names, accounts, set);
    const char *text = pgm__strbuf_text(&names);
    pgm_status status = text == NULL ? pgm__error_nomem(err) : PGM_OK;
    if (text != NULL) {
        pgm__sha256_bytes(text, names.len, hex);
        bool whole = any->summary.selection_digest == NULL ||
                     strcmp(hex, any->summary.selection_digest) == 0;
        if (!whole) {
            status = pgm__error_set(err, PGM_EUSAGE,
                                    "the reports like \"%s\" tell of %zu targets, and not of the "
                                    "%zu that were selected: one of them is not as it was written",
                                    any->file, count, any->summary.selected_count);
        }
    }
    pgm__strbuf_fini(&names);
    return status;
}

pgm_status pgm__accounts_make(pgm__accounts *out, pgm__arena *arena, const pgm__report_sets *sets,
                              pgm_error *err) {
    pgm__accounts accounts = {0};
    pgm_status status = collect(&accounts, arena, sets) ? PGM_OK : pgm__error_nomem(err);
    for (size_t i = 0; i < accounts.count && status == PGM_OK;) {
        size_t end = pgm__accounts_end(&accounts, i);
        status = check_target(&accounts, i, end, err);
        i = end;
    }
    for (size_t i = 0; i < sets->count && status == PGM_OK; i++) {
        status = check_whole(&accounts, sets, i, err);
    }
    if (status == PGM_OK) {
        *out = accounts;
    }
    return status;
}
