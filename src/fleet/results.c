#include <stdlib.h>
#include <string.h>

#include "fleet/run.h"

static const char *keep(pgm_run *run, const char *text) {
    const char *copy = pgm__arena_strdup(&run->arena, text);
    run->no_memory = run->no_memory || (copy == NULL && text != NULL);
    return copy;
}

static const char *const *keep_list(pgm_run *run, const char *const *items, size_t count,
                                    bool copy_items) {
    const char **kept = pgm__arena_calloc(&run->arena, count, sizeof *kept);
    for (size_t i = 0; i < count && kept != NULL; i++) {
        kept[i] = copy_items ? keep(run, items[i]) : items[i];
    }
    run->no_memory = run->no_memory || kept == NULL;
    return kept;
}

static void keep_failure(pgm_run *run, pgm_result *out, const pgm_failure *failure) {
    if (failure == NULL) {
        return;
    }
    pgm_failure *kept = pgm__arena_calloc(&run->arena, 1, sizeof *kept);
    if (kept == NULL) {
        run->no_memory = true;
        return;
    }
    *kept = *failure;
    kept->version = keep(run, failure->version);
    kept->file = keep(run, failure->file);
    kept->message = keep(run, failure->message);
    kept->detail = keep(run, failure->detail);
    kept->hint = keep(run, failure->hint);
    kept->context = keep(run, failure->context);
    out->failure = kept;
}

/* What was to be written to the ledger, where it is not written; repair: in words, in any case. */
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
    for (size_t i = 0; i < edits->count; i++) {
        const pgm__edit *edit = &edits->items[i];
        bool again = i > 0 && strcmp(edit->version, edits->items[i - 1].version) == 0;
        if (result->outcome != PGM_OUTCOME_APPLIED && !again) {
            pending[out->pending_count++] = keep(run, edit->version);
        }
        if (edit->text != NULL) {
            changes[out->change_count++] = keep(run, edit->text);
        }
    }
}

static void keep_pending(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    const char **pending = pgm__arena_calloc(&run->arena, result->pending_count, sizeof *pending);
    if (pending == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->pending_count; i++) {
        pending[i] = pgm__migrations_at(run->migrations, result->pending[i])->version;
    }
    out->pending = pending;
    out->pending_count = result->pending_count;
}

static int by_version(const void *a, const void *b) {
    const pgm_ledger_entry *left = a;
    const pgm_ledger_entry *right = b;
    return pgm__version_compare(left->version, right->version);
}

/* "2023-11-06 12:00:00.123456" without the fraction. */
static const char *keep_time(pgm_run *run, const char *applied_at) {
    if (applied_at == NULL) {
        return NULL;
    }
    const char *copy = pgm__arena_strndup(&run->arena, applied_at, strcspn(applied_at, ".+"));
    run->no_memory = run->no_memory || copy == NULL;
    return copy;
}

static void keep_ledger(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    pgm_ledger_entry *entries = pgm__arena_calloc(&run->arena, result->row_count, sizeof *entries);
    const char **applied = pgm__arena_calloc(&run->arena, result->row_count, sizeof *applied);
    if (entries == NULL || applied == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->row_count; i++) {
        const pgm__ledger_row *row = &result->rows[i];
        size_t index;
        bool known = pgm__migrations_find_exact(run->migrations, row->version, &index);
        entries[i] = (pgm_ledger_entry){
            .version = known ? pgm__migrations_at(run->migrations, index)->version
                             : keep(run, row->version),
            .applied_at = keep_time(run, row->applied_at),
            .known = known,
        };
    }
    if (run->no_memory) {
        return;
    }
    qsort(entries, result->row_count, sizeof *entries, by_version);
    for (size_t i = 0; i < result->row_count; i++) {
        applied[i] = entries[i].version;
    }
    out->ledger = entries;
    out->ledger_count = result->row_count;
    out->applied = applied;
    out->applied_count = result->row_count;
}

static void keep_done(pgm_run *run, pgm_result *out, const pgm__march_result *result) {
    /* Versions of our own files live as long as the run, those of edits end with the march. */
    bool copy = pgm__edits_is_for(run->summary.command);
    const char *const *done = keep_list(run, result->done, result->done_count, copy);
    if (run->summary.command == PGM_COMMAND_DOWN) {
        out->rolled_back = done;
        out->rolled_back_count = result->done_count;
    } else {
        out->applied = done;
        out->applied_count = result->done_count;
    }
}

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
        all[before + i] = keep(run, result->warnings[i]);
    }
    out->warnings = all;
    out->warning_count = before + result->warning_count;
}

static const char *code_of(pgm__finding_kind kind) {
    static const char *const codes[] = {
        [PGM__FINDING_EDITED] = "edited",
        [PGM__FINDING_PARTIAL] = "partly-applied",
        [PGM__FINDING_AHEAD] = "target-ahead",
        [PGM__FINDING_RENAMED] = "renamed",
        [PGM__FINDING_OUT_OF_ORDER] = "out-of-order",
        [PGM__FINDING_MISSING_FILE] = "missing-file",
        [PGM__FINDING_NO_DOWN_FILE] = "no-down-file",
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
            .version = keep(run, from->version),
            .file = keep(run, from->file),
            .message = keep(run, from->message),
            .advice = keep(run, from->hint),
        };
    }
    out->findings = all;
    out->finding_count = result->finding_count;
}

bool pgm__run_keep_result(pgm_run *run, pgm__fleet_item *item, const pgm__march_result *result) {
    pgm_result *out = &item->result;
    out->outcome = result->outcome;
    out->duration_ms = (int64_t)result->duration_ms;
    out->attempts = result->attempts;
    keep_failure(run, out, result->failure);
    if (pgm__edits_is_for(run->summary.command)) {
        keep_edits(run, out, result);
    } else {
        keep_pending(run, out, result);
    }
    if (run->summary.command == PGM_COMMAND_STATUS) {
        keep_ledger(run, out, result);
    } else {
        keep_done(run, out, result);
    }
    keep_warnings(run, out, result);
    keep_findings(run, out, result);
    return !run->no_memory;
}

void pgm__run_count(pgm_run *run) {
    memset(run->summary.counts, 0, sizeof run->summary.counts);
    for (size_t i = 0; i < run->count; i++) {
        run->summary.counts[run->items[i].result.outcome]++;
    }
}
