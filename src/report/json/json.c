#include "report/json/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "report/json/rehearsal.h"
#include "report/json/versions.h"
#include "report/json/writer.h"

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

/* Every outcome is there, also with 0: who reads the report needs no case for one that is missing.
 */
static json_t *counts(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *object = pgm__json_checked(w, json_object());
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        pgm__json_put(w, object, pgm_outcome_name((pgm_outcome)i),
                      pgm__json_number(w, (int64_t)summary->counts[i]));
    }
    return object;
}

/* What reports of one rollout have in common. */
static json_t *digests(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "fleet", pgm__json_text(w, summary->fleet_digest));
    pgm__json_put(w, object, "selection", pgm__json_text(w, summary->selection_digest));
    pgm__json_put(w, object, "migrations", pgm__json_text(w, summary->migrations_digest));
    return object;
}

/* A wave without a limit has none: null. */
json_t *pgm__json_waves(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < summary->wave_count; i++) {
        const pgm_wave *from = &summary->waves[i];
        json_t *wave = pgm__json_checked(w, json_object());
        bool limited = from->limit != PGM_NO_LIMIT;
        pgm__json_put(w, wave, "name", pgm__json_text(w, from->name));
        pgm__json_put(w, wave, "targets", pgm__json_number(w, (json_int_t)from->targets));
        pgm__json_put(w, wave, "at_once", pgm__json_number(w, (json_int_t)from->at_once));
        pgm__json_put(w, wave, "limit",
                      limited ? pgm__json_number(w, (json_int_t)from->limit) : json_null());
        pgm__json_put(w, wave, "failed", pgm__json_number(w, (json_int_t)from->failed));
        pgm__json_put(w, wave, "state", pgm__json_text(w, pgm_wave_state_name(from->state)));
        pgm__json_append(w, array, wave);
    }
    return array;
}

/* What no ledger tells is null. */
static json_t *estimate(pgm__json_writer *w, const pgm_estimate *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    bool known = from->likely_ms >= 0;
    pgm__json_put(w, object, "likely_ms",
                  known ? pgm__json_number(w, from->likely_ms) : json_null());
    pgm__json_put(w, object, "longest_ms",
                  known ? pgm__json_number(w, from->longest_ms) : json_null());
    pgm__json_put(w, object, "migrations", pgm__json_number(w, (json_int_t)from->migrations));
    pgm__json_put(w, object, "unknown", pgm__json_number(w, (json_int_t)from->unknown));
    pgm__json_put(w, object, "judged_least", pgm__json_number(w, (json_int_t)from->judged_least));
    pgm__json_put(w, object, "judged_most", pgm__json_number(w, (json_int_t)from->judged_most));
    return object;
}

static json_t *catalogs(pgm__json_writer *w, const pgm_catalogs *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "compared", pgm__json_number(w, (json_int_t)from->compared));
    pgm__json_put(w, object, "differing", pgm__json_number(w, (json_int_t)from->differing));
    pgm__json_put(w, object, "apart", pgm__json_number(w, (json_int_t)from->apart));
    pgm__json_put(w, object, "unread", pgm__json_number(w, (json_int_t)from->unread));
    return object;
}

/* The runs that a merged report was made of. */
static json_t *runs(pgm__json_writer *w, const pgm__report *report) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < report->run_count; i++) {
        const pgm__report_run *from = &report->runs[i];
        json_t *run = pgm__json_checked(w, json_object());
        pgm__json_put(w, run, "id", pgm__json_text(w, from->id));
        pgm__json_put(w, run, "started_at", timestamp(w, from->started_at_ms));
        pgm__json_put(w, run, "duration_ms", pgm__json_number(w, from->duration_ms));
        pgm__json_put(w, run, "shard", pgm__json_shard(w, from->shard_index, from->shard_count));
        pgm__json_put(w, run, "retry_of", pgm__json_text(w, from->retry_of));
        pgm__json_put(w, run, "migrations", pgm__json_text(w, from->migrations_digest));
        pgm__json_append(w, array, run);
    }
    return array;
}

static json_t *passed_over(pgm__json_writer *w, const pgm_source *source) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < source->passed_over_count; i++) {
        const pgm_passed_over *from = &source->passed_over[i];
        json_t *object = pgm__json_checked(w, json_object());
        pgm__json_put(w, object, "what", pgm__json_text(w, from->what));
        pgm__json_put(w, object, "count", pgm__json_number(w, (json_int_t)from->count));
        pgm__json_append(w, array, object);
    }
    return array;
}

json_t *pgm__json_sources(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < summary->source_count; i++) {
        const pgm_source *from = &summary->sources[i];
        json_t *object = pgm__json_checked(w, json_object());
        pgm__json_put(w, object, "name", pgm__json_text(w, from->name));
        pgm__json_put(w, object, "kind", pgm__json_text(w, from->kind));
        pgm__json_put(w, object, "from", pgm__json_text(w, from->origin));
        pgm__json_put(w, object, "place", pgm__json_text(w, from->place));
        pgm__json_put(w, object, "found", pgm__json_number(w, (json_int_t)from->found));
        pgm__json_put(w, object, "passed_over", passed_over(w, from));
        pgm__json_put(w, object, "duration_ms", pgm__json_number(w, from->duration_ms));
        pgm__json_append(w, array, object);
    }
    return array;
}

json_t *pgm__json_run(pgm__json_writer *w, const pgm_summary *summary) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "id", pgm__json_text(w, summary->id));
    bool begun = summary->id != NULL; /* what did not begin is of this program */
    pgm__json_put(w, object, "pgmarch",
                  pgm__json_text(w, begun ? summary->pgmarch : pgm_version()));
    pgm__json_put(w, object, "command", pgm__json_text(w, pgm_command_name(summary->command)));
    pgm__json_put(w, object, "dry_run", json_boolean(summary->dry_run));
    pgm__json_put(w, object, "started_at",
                  begun && summary->started_at_ms != 0 ? timestamp(w, summary->started_at_ms)
                                                       : json_null());
    pgm__json_put(w, object, "duration_ms", pgm__json_number(w, summary->duration_ms));
    pgm__json_put(w, object, "counts", counts(w, summary));
    pgm__json_put(w, object, "not_sql", pgm__json_texts(w, summary->code, summary->code_count));
    pgm__json_put(w, object, "digests", digests(w, summary));
    pgm__json_put(w, object, "selected", pgm__json_number(w, (json_int_t)summary->selected_count));
    pgm__json_put(w, object, "shard",
                  pgm__json_shard(w, summary->shard_index, summary->shard_count));
    pgm__json_put(w, object, "waves", pgm__json_waves(w, summary));
    pgm__json_put(w, object, "estimate", estimate(w, summary->estimate));
    pgm__json_put(w, object, "to", pgm__json_text(w, summary->to));
    pgm__json_put(w, object, "retry_of", pgm__json_text(w, summary->retry_of));
    pgm__json_put(w, object, "sources", pgm__json_sources(w, summary));
    pgm__json_put(w, object, "catalogs", catalogs(w, summary->catalogs));
    return object;
}

/* What is not known is null and never left out, so that a reader finds every field. */
json_t *pgm__json_failure(pgm__json_writer *w, const pgm_failure *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "phase", pgm__json_text(w, from->phase));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "line", pgm__json_line(w, from->line));
    pgm__json_put(w, object, "column", pgm__json_line(w, from->column));
    pgm__json_put(w, object, "excerpt", pgm__json_text(w, from->excerpt));
    pgm__json_put(w, object, "caret", pgm__json_line(w, from->caret));
    pgm__json_put(w, object, "sqlstate",
                  pgm__json_text(w, from->sqlstate[0] == '\0' ? NULL : from->sqlstate));
    pgm__json_put(w, object, "message", pgm__json_text(w, from->message));
    pgm__json_put(w, object, "detail", pgm__json_text(w, from->detail));
    pgm__json_put(w, object, "hint", pgm__json_text(w, from->hint));
    pgm__json_put(w, object, "context", pgm__json_text(w, from->context));
    return object;
}

/* Of migrations without a transaction, which can stop between two statements. */
static json_t *half_done(pgm__json_writer *w, const pgm_result *result) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->half_done_count; i++) {
        const pgm_half_done *from = &result->half_done[i];
        json_t *row = pgm__json_checked(w, json_object());
        pgm__json_put(w, row, "version", pgm__json_text(w, from->version));
        pgm__json_put(w, row, "direction", pgm__json_text(w, from->down ? "down" : "up"));
        pgm__json_put(w, row, "ran", pgm__json_number(w, (json_int_t)from->ran));
        pgm__json_put(w, row, "statements", pgm__json_number(w, (json_int_t)from->statements));
        pgm__json_put(w, row, "in_doubt", json_boolean(from->in_doubt));
        pgm__json_put(w, row, "file", pgm__json_text(w, from->file));
        pgm__json_put(w, row, "line", pgm__json_number(w, from->line));
        pgm__json_put(w, row, "statement", pgm__json_text(w, from->statement));
        pgm__json_put(w, row, "run_id", pgm__json_text(w, from->run_id));
        pgm__json_append(w, array, row);
    }
    return array;
}

/* What took longer than --slow, and what it waited for when it was looked at last. */
static json_t *slow(pgm__json_writer *w, const pgm_result *result) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->slow_count; i++) {
        const pgm_slow *from = &result->slow[i];
        json_t *row = pgm__json_checked(w, json_object());
        pgm__json_put(w, row, "phase", pgm__json_text(w, from->phase));
        pgm__json_put(w, row, "version", pgm__json_text(w, from->version));
        pgm__json_put(w, row, "file", pgm__json_text(w, from->file));
        pgm__json_put(w, row, "line", pgm__json_line(w, from->line));
        pgm__json_put(w, row, "took_ms", pgm__json_number(w, from->took_ms));
        pgm__json_put(w, row, "last_seen", pgm__json_text(w, from->last_seen));
        pgm__json_append(w, array, row);
    }
    return array;
}

/* Of a list of times that stands beside that of the versions; what is not known is null. */
static json_t *time_or_null(pgm__json_writer *w, int64_t value) {
    return value < 0 ? json_null() : pgm__json_number(w, value);
}

/* By place and not by name: as long as the list of what was done, or empty where nobody measured.
 */
static void put_times(pgm__json_writer *w, json_t *object, const pgm_result *result) {
    json_t *ended = pgm__json_checked(w, json_array());
    json_t *took = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->time_count; i++) {
        pgm__json_append(w, ended, time_or_null(w, result->times[i].ended_ms));
        pgm__json_append(w, took, time_or_null(w, result->times[i].took_us));
    }
    pgm__json_put(w, object, "ended_ms", ended);
    pgm__json_put(w, object, "took_us", took);
}

/* What was done, and what is left. "applied" is there for every command, and tells of `status` what
 * the ledger lists. */
static void put_done(pgm__json_writer *w, json_t *object, pgm_command command,
                     const pgm_result *result, const pgm__json_versions *versions) {
    bool down = command == PGM_COMMAND_DOWN;
    if (command == PGM_COMMAND_STATUS) {
        pgm__json_put_ledger(w, object, versions, result);
        return;
    }
    pgm__json_put(w, object, "applied",
                  pgm__json_texts(w, result->done, down ? 0 : result->done_count));
    if (down) {
        pgm__json_put(w, object, "rolled_back",
                      pgm__json_texts(w, result->done, result->done_count));
    }
    put_times(w, object, result);
    pgm__json_put(w, object, "pending",
                  result->pending_unknown
                      ? json_null()
                      : pgm__json_texts(w, result->pending, result->pending_count));
}

/* Fields that only one command has are there with that command only; so is the run, with several.
 */
static json_t *target(pgm__json_writer *w, const pgm__report *report, size_t index,
                      const pgm__json_versions *versions) {
    const pgm_summary *summary = report->summary;
    const pgm_result *result = report->results[index];
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "name", pgm__json_text(w, result->name));
    pgm__json_put(w, object, "from", pgm__json_text(w, result->origin));
    pgm__json_put(w, object, "server", pgm__json_text(w, result->server));
    pgm__json_put(w, object, "schema", pgm__json_text(w, result->schema));
    pgm__json_put(w, object, "tags", pgm__json_texts(w, result->tags, result->tag_count));
    pgm__json_put(w, object, "production", json_boolean(result->production));
    pgm__json_put(w, object, "outcome", pgm__json_text(w, pgm_outcome_name(result->outcome)));
    pgm__json_put(w, object, "wave", pgm__json_text(w, result->wave));
    pgm__json_put(w, object, "reason", pgm__json_text(w, result->reason));
    put_done(w, object, summary->command, result, versions);
    if (summary->command == PGM_COMMAND_REPAIR || summary->command == PGM_COMMAND_SQUASH) {
        pgm__json_put(w, object, "changes",
                      pgm__json_texts(w, result->changes, result->change_count));
    }
    if (summary->command == PGM_COMMAND_REHEARSE) {
        pgm__json_put(w, object, "rehearsal", pgm__json_rehearsal(w, result->rehearsal));
    }
    if (summary->command == PGM_COMMAND_STATUS) {
        pgm__json_put(w, object, "half_done", half_done(w, result));
    } else {
        pgm__json_put(w, object, "slow", slow(w, result));
    }
    pgm__json_put(w, object, "started_ms", time_or_null(w, result->started_ms));
    pgm__json_put(w, object, "duration_ms", pgm__json_number(w, result->duration_ms));
    pgm__json_put(w, object, "waited_ms", time_or_null(w, result->waited_ms));
    pgm__json_put(w, object, "attempts", pgm__json_number(w, result->attempts));
    pgm__json_put(w, object, "warnings",
                  pgm__json_texts(w, result->warnings, result->warning_count));
    pgm__json_put(w, object, "error", pgm__json_failure(w, result->failure));
    if (report->run_count > 0) {
        const pgm__report_run *run = &report->runs[report->run_of[index]];
        pgm__json_put(w, object, "run_id", pgm__json_text(w, run->id));
    }
    return object;
}

json_t *pgm__json_target(pgm__json_writer *w, const pgm__report *report, size_t index) {
    return target(w, report, index, NULL);
}

pgm_status pgm__report_json(pgm__strbuf *out, const pgm__report *report,
                            const pgm__report_style *style, pgm_error *err) {
    (void)style; /* a program wants all of it, and no colour */
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *targets = pgm__json_checked(&w, json_array());
    pgm__json_versions versions = {0};
    bool by_place = report->summary->command == PGM_COMMAND_STATUS;
    w.failed = (by_place && !pgm__json_versions_collect(&versions, report)) || w.failed;
    for (size_t i = 0; i < report->result_count && !w.failed; i++) {
        pgm__json_append(&w, targets, target(&w, report, i, &versions));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    json_t *run = pgm__json_run(&w, report->summary);
    if (report->run_count > 0) {
        pgm__json_put(&w, run, "runs", runs(&w, report));
    }
    pgm__json_put(&w, root, "run", run);
    if (by_place) {
        pgm__json_put(&w, root, "versions", pgm__json_version_list(&w, &versions));
    }
    pgm__json_versions_fini(&versions);
    pgm__json_put(&w, root, "targets", targets);
    pgm__json_put(&w, root, "findings", pgm__json_checked(&w, json_array()));
    pgm__json_put(&w, root, "refused", json_null());
    return pgm__json_finish(&w, root, out, err);
}
