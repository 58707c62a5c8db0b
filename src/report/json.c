#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/report.h"
#include "report/utf8.h"

/* Out of memory is remembered and checked once, at the end. */
typedef struct writer {
    pgm__strbuf scratch;
    bool failed;
} writer;

static json_t *checked(writer *w, json_t *value) {
    if (value == NULL) {
        w->failed = true;
    }
    return value;
}

static json_t *text(writer *w, const char *value) {
    if (value == NULL) {
        return json_null();
    }
    pgm__strbuf_clear(&w->scratch);
    pgm__utf8_add(&w->scratch, value);
    const char *clean = pgm__strbuf_text(&w->scratch);
    return checked(w, clean == NULL ? NULL : json_string(clean));
}

/* Takes `value`; NULL stands for a value that could not be made. */
static void put(writer *w, json_t *object, const char *key, json_t *value) {
    if (object == NULL || value == NULL) {
        json_decref(value);
        w->failed = true;
    } else if (json_object_set_new(object, key, value) != 0) {
        w->failed = true;
    }
}

static void append(writer *w, json_t *array, json_t *value) {
    if (array == NULL || value == NULL) {
        json_decref(value);
        w->failed = true;
    } else if (json_array_append_new(array, value) != 0) {
        w->failed = true;
    }
}

static json_t *number(writer *w, int64_t value) {
    return checked(w, json_integer((json_int_t)value));
}

static json_t *texts(writer *w, const char *const *items, size_t count) {
    json_t *array = checked(w, json_array());
    for (size_t i = 0; i < count; i++) {
        append(w, array, text(w, items[i]));
    }
    return array;
}

/* "2026-01-02T03:04:05.678Z", or null for a time that no calendar holds. */
static json_t *timestamp(writer *w, int64_t ms) {
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
    return text(w, whole);
}

static json_t *counts(writer *w, const pgm_summary *summary) {
    json_t *object = checked(w, json_object());
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        put(w, object, pgm_outcome_name((pgm_outcome)i), number(w, (int64_t)summary->counts[i]));
    }
    return object;
}

static json_t *run_object(writer *w, const pgm_summary *summary) {
    json_t *object = checked(w, json_object());
    put(w, object, "id", text(w, summary->id));
    put(w, object, "command", text(w, pgm_command_name(summary->command)));
    put(w, object, "dry_run", json_boolean(summary->dry_run));
    put(w, object, "started_at", timestamp(w, summary->started_at_ms));
    put(w, object, "duration_ms", number(w, summary->duration_ms));
    put(w, object, "counts", counts(w, summary));
    return object;
}

static json_t *failure(writer *w, const pgm_failure *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = checked(w, json_object());
    put(w, object, "phase", text(w, from->phase));
    put(w, object, "version", text(w, from->version));
    put(w, object, "file", text(w, from->file));
    put(w, object, "line", from->line == 0 ? json_null() : number(w, from->line));
    put(w, object, "sqlstate", text(w, from->sqlstate[0] == '\0' ? NULL : from->sqlstate));
    put(w, object, "message", text(w, from->message));
    put(w, object, "detail", text(w, from->detail));
    put(w, object, "hint", text(w, from->hint));
    put(w, object, "context", text(w, from->context));
    return object;
}

static json_t *ledger(writer *w, const pgm_result *result) {
    json_t *array = checked(w, json_array());
    for (size_t i = 0; i < result->ledger_count; i++) {
        json_t *row = checked(w, json_object());
        put(w, row, "version", text(w, result->ledger[i].version));
        put(w, row, "applied_at", text(w, result->ledger[i].applied_at));
        put(w, row, "known", json_boolean(result->ledger[i].known));
        append(w, array, row);
    }
    return array;
}

static json_t *target(writer *w, const pgm_summary *summary, const pgm_result *result) {
    json_t *object = checked(w, json_object());
    put(w, object, "name", text(w, result->name));
    put(w, object, "server", text(w, result->server));
    put(w, object, "production", json_boolean(result->production));
    put(w, object, "outcome", text(w, pgm_outcome_name(result->outcome)));
    put(w, object, "applied", texts(w, result->applied, result->applied_count));
    if (summary->command == PGM_COMMAND_DOWN) {
        put(w, object, "rolled_back", texts(w, result->rolled_back, result->rolled_back_count));
    }
    put(w, object, "pending", texts(w, result->pending, result->pending_count));
    if (summary->command == PGM_COMMAND_REPAIR) {
        put(w, object, "changes", texts(w, result->changes, result->change_count));
    }
    if (summary->command == PGM_COMMAND_STATUS) {
        put(w, object, "ledger", ledger(w, result));
    }
    put(w, object, "duration_ms", number(w, result->duration_ms));
    put(w, object, "attempts", number(w, result->attempts));
    put(w, object, "warnings", texts(w, result->warnings, result->warning_count));
    put(w, object, "error", failure(w, result->failure));
    return object;
}

static int dump(const char *piece, size_t len, void *data) {
    pgm__strbuf *out = data;
    pgm__strbuf_add(out, piece, len);
    return out->failed ? -1 : 0;
}

pgm_status pgm__report_json(pgm__strbuf *out, const pgm__report *report, pgm_error *err) {
    /* jansson's own setting, the same on every call: its memory comes through our seam too. */
    json_set_alloc_funcs(pgm__malloc, pgm__free);
    writer w = {0};
    json_t *root = checked(&w, json_object());
    json_t *targets = checked(&w, json_array());
    for (size_t i = 0; i < report->result_count && !w.failed; i++) {
        append(&w, targets, target(&w, report->summary, report->results[i]));
    }
    put(&w, root, "schema", number(&w, 1));
    put(&w, root, "run", run_object(&w, report->summary));
    put(&w, root, "targets", targets);
    if (!w.failed && json_dump_callback(root, dump, out, JSON_INDENT(2)) != 0) {
        w.failed = true;
    }
    json_decref(root);
    pgm__strbuf_fini(&w.scratch);
    pgm__strbuf_addc(out, '\n');
    return w.failed || out->failed ? pgm__error_nomem(err) : PGM_OK;
}
