#include "report/past/past_places.h"

#include "base/error.h"

static pgm_status refuse(const pgm__past_report *report, const pgm__past_target *target,
                         const char *what, pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE, "report \"%s\", target \"%s\": %s", report->file,
                          target->result.name, what);
}

/* The version at that place; NULL: there is none. */
static const pgm_ledger_entry *version_at(const pgm__past_report *report, int64_t place) {
    bool there = place >= 0 && (uint64_t)place < report->version_count;
    return there ? &report->versions[place] : NULL;
}

static pgm_status fill_ledger(pgm__past_report *report, pgm__past_target *target, pgm_error *err) {
    if (target->listed_at_count != target->listed_count) {
        return refuse(report, target, "\"applied\" and \"applied_at\" are not of one length", err);
    }
    pgm_ledger_entry *entries = pgm__arena_calloc(&report->arena, target->listed_count,
                                                  sizeof *entries);
    if (entries == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < target->listed_count; i++) {
        const pgm_ledger_entry *version = version_at(report, target->listed[i]);
        if (version == NULL) {
            return refuse(report, target, "\"applied\" has a place that \"versions\" has not", err);
        }
        entries[i] = *version;
        entries[i].applied_at = target->listed_at[i];
    }
    target->result.ledger = entries;
    target->result.ledger_count = target->listed_count;
    return PGM_OK;
}

static pgm_status fill_pending(pgm__past_report *report, pgm__past_target *target, pgm_error *err) {
    const char **pending = pgm__arena_calloc(&report->arena, target->left_count, sizeof *pending);
    if (pending == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < target->left_count; i++) {
        const pgm_ledger_entry *version = version_at(report, target->left[i]);
        if (version == NULL) {
            return refuse(report, target, "\"pending\" has a place that \"versions\" has not", err);
        }
        pending[i] = version->version;
    }
    target->result.pending = target->left == NULL ? NULL : pending;
    target->result.pending_count = target->left_count;
    return PGM_OK;
}

/* Reports of before have no times, and those of a command that measured none. */
static pgm_status fill_times(pgm__past_report *report, pgm__past_target *target, pgm_error *err) {
    pgm_result *result = &target->result;
    if (target->ended_count == 0 && target->took_count == 0) {
        return PGM_OK;
    }
    if (target->ended_count != result->done_count || target->took_count != result->done_count) {
        return refuse(report, target,
                      "\"ended_ms\" and \"took_us\" are not as long as what was done", err);
    }
    pgm_migration_time *times = pgm__arena_calloc(&report->arena, result->done_count,
                                                  sizeof *times);
    if (times == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < result->done_count; i++) {
        times[i] = (pgm_migration_time){result->done[i], target->ended_ms[i], target->took_us[i]};
    }
    result->times = times;
    result->time_count = result->done_count;
    return PGM_OK;
}

pgm_status pgm__past_places(pgm__past_report *report, pgm_error *err) {
    bool by_place = report->versions != NULL;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->target_count && status == PGM_OK; i++) {
        pgm__past_target *target = &report->targets[i];
        status = by_place ? fill_ledger(report, target, err) : PGM_OK;
        if (status == PGM_OK && by_place) {
            status = fill_pending(report, target, err);
        }
        if (status == PGM_OK) {
            status = fill_times(report, target, err);
        }
        target->result.pending_unknown = target->result.pending == NULL;
        if (report->schema == 1) { /* which did not have them */
            target->result.started_ms = -1;
            target->result.waited_ms = -1;
        }
    }
    return status;
}
