#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "report/json_writer.h"
#include "report/report.h"

/* "2026-01-02T03:04:05.678Z", or null for a time that no calendar holds. */
static json_t *timestamp(pgm__json_writer *w, int64_t ms) {
    int64_t rest = ms % 1000;
    int64_t seconds = ms / 1000;
    if (rest < 0) {
        rest += 1000;
        seconds--;
    }
    time_t when = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&when, &parts) == NULL) {
        return json_null();
    }
    char day[64];
    if (strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts) == 0) {
        return json_null();
    }
    char whole[80];
    (void)snprintf(whole, sizeof whole, "%s.%03dZ", day, (int)rest);
    return pgm__json_text(w, whole);
}

static json_t *counts(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *object = pgm__json_checked(w, json_object());
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        pgm__json_put(w, object, pgm_outcome_name((pgm_outcome)i),
                      pgm__json_number(w, (int64_t)summary->counts[i]));
    }
    return object;
}

static json_t *run_object(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "id", pgm__json_text(w, summary->id));
    pgm__json_put(w, object, "command", pgm__json_text(w, pgm_command_name(summary->command)));
    pgm__json_put(w, object, "dry_run", json_boolean(summary->dry_run));
    pgm__json_put(w, object, "started_at", timestamp(w, summary->started_at_ms));
    pgm__json_put(w, object, "duration_ms", pgm__json_number(w, summary->duration_ms));
    pgm__json_put(w, object, "counts", counts(w, summary));
    return object;
}

static json_t *failure(pgm__json_writer *w, const pgm_failure *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "phase", pgm__json_text(w, from->phase));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "line",
                  from->line == 0 ? json_null() : pgm__json_number(w, from->line));
    pgm__json_put(w, object, "sqlstate",
                  pgm__json_text(w, from->sqlstate[0] == '\0' ? NULL : from->sqlstate));
    pgm__json_put(w, object, "message", pgm__json_text(w, from->message));
    pgm__json_put(w, object, "detail", pgm__json_text(w, from->detail));
    pgm__json_put(w, object, "hint", pgm__json_text(w, from->hint));
    pgm__json_put(w, object, "context", pgm__json_text(w, from->context));
    return object;
}

static json_t *ledger(pgm__json_writer *w, const pgm_result *result) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->ledger_count; i++) {
        json_t *row = pgm__json_checked(w, json_object());
        pgm__json_put(w, row, "version", pgm__json_text(w, result->ledger[i].version));
        pgm__json_put(w, row, "applied_at", pgm__json_text(w, result->ledger[i].applied_at));
        pgm__json_put(w, row, "known", json_boolean(result->ledger[i].known));
        pgm__json_append(w, array, row);
    }
    return array;
}

static json_t *target(pgm__json_writer *w, const pgm_summary *summary, const pgm_result *result) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "name", pgm__json_text(w, result->name));
    pgm__json_put(w, object, "server", pgm__json_text(w, result->server));
    pgm__json_put(w, object, "production", json_boolean(result->production));
    pgm__json_put(w, object, "outcome", pgm__json_text(w, pgm_outcome_name(result->outcome)));
    pgm__json_put(w, object, "applied", pgm__json_texts(w, result->applied, result->applied_count));
    if (summary->command == PGM_COMMAND_DOWN) {
        pgm__json_put(w, object, "rolled_back",
                      pgm__json_texts(w, result->rolled_back, result->rolled_back_count));
    }
    pgm__json_put(w, object, "pending", pgm__json_texts(w, result->pending, result->pending_count));
    if (summary->command == PGM_COMMAND_REPAIR) {
        pgm__json_put(w, object, "changes",
                      pgm__json_texts(w, result->changes, result->change_count));
    }
    if (summary->command == PGM_COMMAND_STATUS) {
        pgm__json_put(w, object, "ledger", ledger(w, result));
    }
    pgm__json_put(w, object, "duration_ms", pgm__json_number(w, result->duration_ms));
    pgm__json_put(w, object, "attempts", pgm__json_number(w, result->attempts));
    pgm__json_put(w, object, "warnings",
                  pgm__json_texts(w, result->warnings, result->warning_count));
    pgm__json_put(w, object, "error", failure(w, result->failure));
    return object;
}

pgm_status pgm__report_json(pgm__strbuf *out, const pgm__report *report, pgm_error *err) {
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *targets = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < report->result_count && !w.failed; i++) {
        pgm__json_append(&w, targets, target(&w, report->summary, report->results[i]));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, 1));
    pgm__json_put(&w, root, "run", run_object(&w, report->summary));
    pgm__json_put(&w, root, "targets", targets);
    return pgm__json_finish(&w, root, out, err);
}
