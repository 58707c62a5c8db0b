/*
 * A march ends, and with it its arenas; its result is read for as long as the run is there. So all
 * texts are copied, but for those that belong to the run's own migrations. Running out of memory is
 * remembered and not answered at once: what could be kept is worth having, and the run says at its
 * end that it is not complete.
 */
#include "fleet/results.h"

#include <stdlib.h>
#include <string.h>

#include "fleet/judge.h"
#include "fleet/keep.h"
#include "fleet/rehearsal.h"
#include "fleet/sizes.h"

/* What was to be written to the ledger, where it is not written; repair, squash: in words, in any
 * case. */
static void keep_edits(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    const pgm__edits *edits = result->edits;
    const char **pending = pgm__arena_calloc(&run->arena, edits->count, sizeof *pending);
    const char **changes = pgm__arena_calloc(&run->arena, edits->count, sizeof *changes);
    if (pending == NULL || changes == NULL) {
        run->no_memory = true;
        return;
    }
    out->pending = pending;
    out->changes = changes;
    out->pending_unknown = edits->count == 0 && result->outcome != PGM_OUTCOME_APPLIED &&
                           result->outcome != PGM_OUTCOME_UP_TO_DATE;
    for (size_t i = 0; i < edits->count; i++) {
        const pgm__edit *edit = &edits->items[i];
        /* Two edits may be of one version: of its row, and of its progress. */
        bool again = i > 0 && strcmp(edit->version, edits->items[i - 1].version) == 0;
        if (result->outcome != PGM_OUTCOME_APPLIED && !again) {
            pending[out->pending_count++] = pgm__keep_text(run, edit->version);
        }
        if (edit->text != NULL) {
            changes[out->change_count++] = pgm__keep_text(run, edit->text);
        }
    }
}

/* The march tells indices into the run's migrations, whose versions need no copy. */
static const char *pending_at(const pgm_run *run, const pgm__march_result *result, size_t i) {
    return pgm__migrations_at(run->migrations, result->pending[i])->version;
}

static bool same_pending(const pgm_run *run, const pgm_result *of,
                         const pgm__march_result *result) {
    bool same = of != NULL && of->pending_count == result->pending_count;
    for (size_t i = 0; same && i < result->pending_count; i++) {
        same = of->pending[i] == pending_at(run, result, i);
    }
    return same;
}

/* Most of a fleet is where the target before was: both have one list then. */
static void keep_pending(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    size_t count = result->pending_count;
    out->pending_unknown = result->server_version == 0;
    out->pending_count = 0;
    if (same_pending(run, run->like, result)) {
        out->pending = run->like->pending;
        out->pending_count = count;
        return;
    }
    const char **pending = pgm__arena_calloc(&run->arena, count, sizeof *pending);
    if (pending == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        pending[i] = pending_at(run, result, i);
    }
    out->pending = pending;
    out->pending_count = count;
    run->like = out;
}

/* As everything is sorted that people see, and not as the rows came: the order of a table's rows is
 * nobody's promise. The comparison is total, so that qsort() cannot choose between 01_a and 1_a. */
static int by_version(const void *a, const void *b) {
    const pgm_ledger_entry *left = a;
    const pgm_ledger_entry *right = b;
    return pgm_migration_compare(left->version, right->version);
}

/* "2023-11-06 12:00:00.123456" without the fraction, and without the offset that a ledger of
 * timestamptz shows: the reading has set the time zone. */
static const char *keep_time(pgm_run *run, const char *applied_at) {
    if (applied_at == NULL) {
        return NULL;
    }
    const char *copy = pgm__arena_strndup(&run->arena, applied_at, strcspn(applied_at, ".+"));
    run->no_memory = run->no_memory || copy == NULL;
    return copy;
}

/* The rows of a run follow each other, as a rule: its name is kept once. */
static const char *keep_run_id(pgm_run *run, const pgm_ledger_entry *before, const char *run_id) {
    bool again = before != NULL && before->run_id != NULL && run_id != NULL &&
                 strcmp(before->run_id, run_id) == 0;
    return again ? before->run_id : pgm__keep_text(run, run_id);
}

/* By the exact name: a row that has but the number of a file is of another migration. The time is
 * always the row's own. */
static void keep_ledger(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    if (result->row_count == 0) {
        return;
    }
    pgm_ledger_entry *entries = pgm__arena_calloc(&run->arena, result->row_count, sizeof *entries);
    if (entries == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->row_count; i++) {
        const pgm__ledger_row *row = &result->rows[i];
        size_t index;
        bool known = pgm__migrations_find_exact(run->migrations, row->version, &index);
        entries[i] = (pgm_ledger_entry){
            .version = known ? pgm__migrations_at(run->migrations, index)->version
                             : pgm__keep_text(run, row->version),
            .applied_at = keep_time(run, row->applied_at),
            .known = known,
            .run_id = keep_run_id(run, i == 0 ? NULL : &entries[i - 1], row->run_id),
            .took_ms = (int64_t)row->duration_ms,
        };
    }
    if (run->no_memory) {
        return;
    }
    qsort(entries, result->row_count, sizeof *entries, by_version);
    out->ledger = entries;
    out->ledger_count = result->row_count;
}

/* Copied as a whole first, so that no member is forgotten that is added later; then its texts. */
static void keep_half_done(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    if (result->half_done_count == 0) {
        return;
    }
    pgm_half_done *all = pgm__arena_calloc(&run->arena, result->half_done_count, sizeof *all);
    if (all == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->half_done_count; i++) {
        all[i] = result->half_done[i];
        all[i].version = pgm__keep_text(run, all[i].version);
        all[i].file = pgm__keep_text(run, all[i].file);
        all[i].statement = pgm__keep_text(run, all[i].statement);
        all[i].run_id = pgm__keep_text(run, all[i].run_id);
    }
    out->half_done = all;
    out->half_done_count = result->half_done_count;
}

/* Likewise; hardly any target has one. */
static void keep_slow(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    if (result->slow_count == 0) {
        return;
    }
    pgm_slow *all = pgm__arena_calloc(&run->arena, result->slow_count, sizeof *all);
    if (all == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->slow_count; i++) {
        all[i] = result->slow[i];
        all[i].version = pgm__keep_text(run, all[i].version);
        all[i].file = pgm__keep_text(run, all[i].file);
        all[i].last_seen = pgm__keep_text(run, all[i].last_seen);
    }
    out->slow = all;
    out->slow_count = result->slow_count;
}

static void keep_ping(pgm_run *run, pgm__fleet_item *item, const pgm_ping *ping) {
    pgm_ping *kept = ping == NULL ? NULL : pgm__arena_calloc(&run->arena, 1, sizeof *kept);
    run->no_memory = run->no_memory || (kept == NULL && ping != NULL);
    if (kept != NULL) {
        *kept = *ping;
        kept->server_version = pgm__keep_text(run, ping->server_version);
        kept->login_role = pgm__keep_text(run, ping->login_role);
        kept->current_role = pgm__keep_text(run, ping->current_role);
        kept->current_schema = pgm__keep_text(run, ping->current_schema);
        kept->tls = pgm__keep_text(run, ping->tls);
        kept->cipher = pgm__keep_text(run, ping->cipher);
    }
    item->result.ping = kept;
    pgm__sizes_note(run, (size_t)(item - run->items), kept);
}

/* Versions of our own files live as long as the run, those of edits end with the march. */
static void keep_done(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    size_t count = result->done_count;
    if (count == 0) {
        return;
    }
    const char **done = pgm__arena_calloc(&run->arena, count, sizeof *done);
    pgm_migration_time *times = pgm__arena_calloc(&run->arena, count, sizeof *times);
    if (done == NULL || times == NULL) {
        run->no_memory = true;
        return;
    }
    bool copy = pgm__edits_is_for(run->summary.command);
    for (size_t i = 0; i < count; i++) {
        times[i] = result->done[i];
        times[i].ended_ms -= (int64_t)run->started_ms;
        times[i].version = copy ? pgm__keep_text(run, times[i].version) : times[i].version;
        done[i] = times[i].version;
    }
    out->done = done;
    out->times = times;
    out->done_count = out->time_count = count;
}

/* Those of the connection are there since the run was opened, and stay the first ones: readers tell
 * them apart by their number (connection_warning_count). */
static void keep_warnings(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    if (result->warning_count == 0) {
        return;
    }
    size_t before = out->warning_count;
    const char **all = pgm__arena_calloc(&run->arena, before + result->warning_count, sizeof *all);
    if (all == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < before; i++) {
        all[i] = out->warnings[i];
    }
    for (size_t i = 0; i < result->warning_count; i++) {
        all[before + i] = pgm__keep_text(run, result->warnings[i]);
    }
    out->warnings = all;
    out->warning_count = before + result->warning_count;
}

/* The words are read by programs (JSON, `validate`) and stay as they are, whatever the kinds are
 * called inside. */
static const char *code_of(pgm__finding_kind kind) {
    static const char *const codes[] = {
        [PGM__FINDING_EDITED] = "edited",
        [PGM__FINDING_PARTIAL] = "partly-applied",
        [PGM__FINDING_AHEAD] = "target-ahead",
        [PGM__FINDING_RENAMED] = "renamed",
        [PGM__FINDING_RENUMBERED] = "renumbered",
        [PGM__FINDING_OUT_OF_ORDER] = "out-of-order",
        [PGM__FINDING_MISSING_FILE] = "missing-file",
        [PGM__FINDING_NO_DOWN_FILE] = "no-down-file",
        [PGM__FINDING_DOWN_REFUSED] = "down-refused",
        [PGM__FINDING_PAST] = "past-bound",
        [PGM__FINDING_NO_UP_FILE] = "no-up-file",
    };
    return codes[kind];
}

static void keep_findings(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    if (result->finding_count == 0) {
        return;
    }
    pgm_finding *all = pgm__arena_calloc(&run->arena, result->finding_count, sizeof *all);
    if (all == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->finding_count; i++) {
        const pgm__finding *from = &result->findings[i];
        all[i] = (pgm_finding){
            .severity = from->stops ? PGM_SEVERITY_ERROR : PGM_SEVERITY_WARNING,
            .code = code_of(from->kind),
            .target = out->name,
            .version = pgm__keep_text(run, from->version),
            .file = pgm__keep_text(run, from->file),
            .line = from->line,
            .message = pgm__keep_text(run, from->message),
            .advice = pgm__keep_text(run, from->hint),
        };
    }
    out->findings = all;
    out->finding_count = result->finding_count;
}

/*
 * What is pending or done depends on the command: commands that edit the ledger have edits, all
 * others migrations; and of the ledger's rows only `status` has readers, where a fleet of ten
 * thousand would else keep them all.
 */
bool pgm__results_keep(pgm_run *run, pgm__fleet_item *item, const pgm__march_result *result) {
    pgm_result *out = &item->result;
    out->outcome = result->outcome;
    out->started_ms = (int64_t)(result->started_ms - run->started_ms);
    out->duration_ms = (int64_t)result->duration_ms;
    out->waited_ms = (int64_t)result->waited_ms;
    out->attempts = result->attempts;
    out->failure = pgm__keep_failure(run, result->failure);
    keep_ping(run, item, result->ping);
    if (pgm__edits_is_for(run->summary.command)) {
        keep_edits(run, out, result);
    } else {
        keep_pending(run, out, result);
    }
    if (run->summary.command == PGM_COMMAND_STATUS) {
        keep_ledger(run, out, result);
        keep_half_done(run, out, result);
    } else {
        keep_done(run, out, result);
    }
    keep_slow(run, out, result);
    out->rehearsal = pgm__keep_rehearsal(run, result->rehearsal);
    pgm__judge(run, out);
    keep_warnings(run, out, result);
    keep_findings(run, out, result);
    return !run->no_memory;
}

/* The array of counts has the size of a header that may be older than the last outcome. */
_Static_assert((int)PGM_OUTCOME_COUNT <= (int)PGM_COUNTS, "every outcome is counted");

/* From nothing each time: a survey has counted before the run, and its results were taken back. */
void pgm__results_count(pgm_run *run) {
    memset(run->summary.counts, 0, sizeof run->summary.counts);
    for (size_t i = 0; i < run->count; i++) {
        run->summary.counts[run->items[i].result.outcome]++;
    }
}
