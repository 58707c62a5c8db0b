/* JSON → the report that it was made of. */
#include "support/report_world.h"

#include <stdio.h>

#include "report/past/past_read.h"
#include "support/oom_loop.h"

/* ---- a report that holds all that one can ---- */

static const char *const odd_texts[] = {"", "slow \u202e\x01\n \"quoted\" \\ \xF0\x9F\x98\x80"};
static const char *const changes[] = {"checksum of \"1_a\""};
static const char *const code[] = {"3_c.ts"};
static const pgm_half_done halves[] = {{.version = "2_b",
                                        .down = true,
                                        .in_doubt = true,
                                        .ran = 1,
                                        .statements = 3,
                                        .file = "m/2_b.down.sql",
                                        .line = 7,
                                        .statement = "DROP INDEX",
                                        .run_id = "r0"},
                                       {.version = "3_c"}};
static const char *const tags[] = {"eu", "tier=gold"};
static const pgm_migration_time two_times[] = {{"1_a", 7, 1500}, {"2_b", -1, -1}};
static const pgm_slow slow[] = {{.phase = "migrate",
                                 .version = "2_b",
                                 .file = "m/2_b.up.sql",
                                 .line = 7,
                                 .took_ms = 45000,
                                 .last_seen = "waits for pid 7 (\u202e\x1b[31m)"},
                                {.phase = "lock", .took_ms = 31000}};
static const pgm_failure full = {.phase = "migrate",
                                 .version = "2_b",
                                 .file = "m/2_b.up.sql",
                                 .line = 4294967295U,
                                 .column = 7,
                                 .excerpt = "SELECT \"x\t\u202e\";",
                                 .caret = 9,
                                 .sqlstate = "42P07",
                                 .message = "relation \"x\" already exists\nreally",
                                 .detail = "",
                                 .hint = "drop it",
                                 .context = "PL/pgSQL function f() line 3"};
static const pgm_failure bare = {.message = "no"};

static const pgm_wave waves[] = {{"canary", 2, 1, 0, 1, PGM_WAVE_STOPPED},
                                 {"the rest", 5, 3, PGM_NO_LIMIT, 0, PGM_WAVE_NOT_RUN}};

static const pgm_passed_over passed_over[] = {{"templates", 2}, {"archived \u202e branches", 1}};
static const pgm_source sources[] = {
    {"tenants", "query", "f.conf:3", "control:5432/app", 7, passed_over, 2, 31},
    {"list", "command", "f.conf:9", NULL, 0, NULL, 0, 0}};

/* A target of each outcome. */
static void build_full(world *w, pgm_command command) {
    build(w, command, PGM_OUTCOME_COUNT);
    w->summary.code = code;
    w->summary.code_count = 1;
    w->summary.fleet_digest = "f0";
    w->summary.selection_digest = "50";
    w->summary.migrations_digest = "m0";
    w->summary.selected_count = 23;
    w->summary.shard_index = 1;
    w->summary.shard_count = 3;
    w->summary.waves = waves;
    w->summary.wave_count = 2;
    static const pgm_estimate about[] = {{7, 9, 3, 1, 2, 5}, {-1, -1, 3, 3, 0, 0}};
    w->summary.dry_run = true;
    w->summary.estimate = &about[command % 2];
    static const pgm_catalogs catalogs = {30, 2, 5, 1};
    w->summary.catalogs = &catalogs;
    w->summary.to = "2_b";
    w->summary.retry_of = "r0";
    w->summary.sources = sources;
    w->summary.source_count = 2;
    w->summary.pgmarch = "0.9.1";
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        pgm_result *result = &w->results[i];
        result->outcome = (pgm_outcome)i;
        w->summary.counts[i] = 1;
        result->wave = i % 2 == 0 ? "canary" : "the rest";
        result->reason = i == PGM_OUTCOME_NOT_RUN ? "canary: 1 of 2 failed" : NULL;
        result->production = i % 2 == 0;
        result->origin = i % 2 == 0 ? "f.conf:3, row 7" : NULL;
        result->pending = two + 1;
        result->pending_count = 1;
        result->warnings = odd_texts;
        result->warning_count = 2;
        result->changes = changes;
        result->change_count = 1;
        result->ledger = rows;
        result->ledger_count = 2;
        result->half_done = halves;
        result->half_done_count = 2;
        result->schema = i % 2 == 0 ? "s" : NULL;
        result->tags = tags;
        result->tag_count = 2;
        result->started_ms = i % 2 == 0 ? 5 : -1;
        result->waited_ms = 3;
        result->times = two_times;
        result->time_count = 2;
        result->slow = slow;
        result->slow_count = 2;
    }
    w->results[PGM_OUTCOME_NOT_RUN].pending = NULL;
    w->results[PGM_OUTCOME_NOT_RUN].pending_count = 0;
    w->results[PGM_OUTCOME_NOT_RUN].pending_unknown = true;
    w->results[PGM_OUTCOME_FAILED].failure = &full;
    w->results[PGM_OUTCOME_UNKNOWN].failure = &bare;
}

/* The text of a report of `up`, which is the world's. */
static const char *text_of(world *w, pgm_command command) {
    build_full(w, command);
    json_decref(as_json(w));
    return w->out.text;
}

static pgm__past_report *read_text(const char *text) {
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__past_read(&report, "a.json", text, strlen(text), &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(status, PGM_OK);
    return report;
}

static void assert_refused(const char *text, size_t len, const char *message) {
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__past_read(&report, "a.json", text, len, &err), PGM_EPARSE);
    assert_null(report);
    if (message != NULL) {
        assert_string_equal(err.msg, message);
    }
}

static void assert_written(const pgm__report *report, const char *text) {
    const pgm__report_style style = {0};
    pgm__strbuf out = {0};
    pgm_error err;
    assert_int_equal(pgm__report_json(&out, report, &style, &err), PGM_OK);
    assert_string_equal(out.text, text);
    pgm__strbuf_fini(&out);
}

/* ---- what is read ---- */

static void a_report_that_is_read_is_written_as_it_was(void **state) {
    (void)state;
    for (int command = 0; command < PGM_COMMAND_TARGETS; command++) {
        world w;
        const char *text = text_of(&w, (pgm_command)command);
        pgm__past_report *past = read_text(text);
        const pgm_result *results[PGM_OUTCOME_COUNT];
        for (size_t i = 0; i < past->target_count; i++) {
            results[i] = &past->targets[i].result;
        }
        const pgm__report again = {
            .summary = &past->summary, .results = results, .result_count = past->target_count};
        assert_false(past->merged);
        assert_written(&again, text);
        pgm__past_free(past);
        unbuild(&w);
    }
}

static bool holds_something(const json_t *value) {
    return !json_is_null(value) && !json_is_false(value) &&
           !(json_is_string(value) && json_string_length(value) == 0) &&
           !(json_is_array(value) && json_array_size(value) == 0) &&
           !(json_is_integer(value) && json_integer_value(value) == 0);
}

/* A field that reports get anew has to be in the report that holds all, or nobody would notice that
 * it is not read back. */
static void every_field_is_in_the_report_that_holds_all(void **state) {
    (void)state;
    for (int command = 0; command < PGM_COMMAND_TARGETS; command++) {
        world w;
        build_full(&w, (pgm_command)command);
        json_t *root = as_json(&w);
        json_t *run = json_object_get(root, "run");
        json_t *targets = json_object_get(root, "targets");
        const char *key;
        json_t *value;
        json_object_foreach(run, key, value) {
            if (!holds_something(value)) {
                fail_msg("give build_full() a \"%s\", and past_rows.c a row of it", key);
            }
        }
        json_object_foreach(json_array_get(targets, 0), key, value) {
            bool found = false;
            for (size_t i = 0; i < json_array_size(targets); i++) {
                found = found || holds_something(json_object_get(json_array_get(targets, i), key));
            }
            if (!found && strcmp(key, "applied") != 0) {
                fail_msg("give build_full() a \"%s\", and past_rows.c a row of it", key);
            }
        }
        json_decref(root);
        unbuild(&w);
    }
}

static const pgm__report_run runs[] = {
    {.id = "r1", .started_at_ms = 1, .duration_ms = 2, .shard_count = 2, .migrations_digest = "m"},
    {.id = "r2", .started_at_ms = 3, .shard_index = 1, .shard_count = 2},
    {.id = "r3", .started_at_ms = 4, .retry_of = "r1"}};

/* A merged one, whose targets are of several runs. */
static const char *text_of_merged(world *w) {
    static const size_t run_of[PGM_OUTCOME_COUNT] = {0, 1, 2, 2, 1, 0, 0};
    build_full(w, PGM_COMMAND_UP);
    w->summary.shard_index = w->summary.shard_count = 0;
    w->report.runs = runs;
    w->report.run_count = 3;
    w->report.run_of = run_of;
    json_decref(as_json(w));
    return w->out.text;
}

static void a_merged_report_is_read_with_its_runs(void **state) {
    (void)state;
    world w;
    const char *text = text_of_merged(&w);
    pgm__past_report *past = read_text(text);
    assert_true(past->merged);
    assert_int_equal(past->run_count, 3);
    assert_string_equal(past->runs[2].retry_of, "r1");
    assert_int_equal(past->targets[1].run, 1);
    const pgm_result *results[PGM_OUTCOME_COUNT];
    size_t run_of[PGM_OUTCOME_COUNT];
    for (size_t i = 0; i < past->target_count; i++) {
        results[i] = &past->targets[i].result;
        run_of[i] = past->targets[i].run;
    }
    const pgm__report again = {.summary = &past->summary,
                               .results = results,
                               .result_count = past->target_count,
                               .runs = past->runs,
                               .run_count = past->run_count,
                               .run_of = run_of};
    assert_written(&again, text);
    pgm__past_free(past);
    unbuild(&w);
}

static void a_report_is_read_as_what_the_run_handed_out(void **state) {
    (void)state;
    world w;
    pgm__past_report *past = read_text(text_of(&w, PGM_COMMAND_UP));
    assert_string_equal(past->file, "a.json");
    assert_string_equal(past->summary.id, "r1");
    assert_int_equal(past->summary.command, PGM_COMMAND_UP);
    assert_true(past->summary.dry_run);
    assert_int_equal(past->summary.estimate->judged_most, 5);
    assert_int_equal(past->summary.estimate->likely_ms, 7);
    assert_int_equal(past->summary.catalogs->compared, 30);
    assert_int_equal(past->summary.catalogs->unread, 1);
    assert_int_equal(past->summary.started_at_ms, 1767323045678);
    assert_int_equal(past->summary.duration_ms, 1234);
    assert_int_equal(past->summary.counts[PGM_OUTCOME_UNKNOWN], 1);
    assert_string_equal(past->summary.code[0], "3_c.ts");
    assert_string_equal(past->summary.fleet_digest, "f0");
    assert_string_equal(past->summary.selection_digest, "50");
    assert_string_equal(past->summary.migrations_digest, "m0");
    assert_int_equal(past->summary.selected_count, 23);
    assert_int_equal(past->summary.shard_index, 1);
    assert_int_equal(past->summary.shard_count, 3);
    assert_string_equal(past->summary.to, "2_b");
    assert_int_equal(past->summary.wave_count, 2);
    assert_string_equal(past->summary.waves[0].name, "canary");
    assert_int_equal(past->summary.waves[0].state, PGM_WAVE_STOPPED);
    assert_int_equal(past->summary.waves[0].limit, 0);
    assert_true(past->summary.waves[1].limit == PGM_NO_LIMIT);
    assert_string_equal(past->targets[PGM_OUTCOME_NOT_RUN].result.reason, "canary: 1 of 2 failed");
    assert_string_equal(past->summary.retry_of, "r0");
    assert_int_equal(past->run_count, 1);
    assert_string_equal(past->runs[0].id, "r1");
    assert_int_equal(past->runs[0].shard_count, 3);
    assert_int_equal(past->target_count, PGM_OUTCOME_COUNT);
    const pgm_result *result = &past->targets[PGM_OUTCOME_FAILED].result;
    assert_string_equal(result->name, "t00002");
    assert_string_equal(result->server, "postgresql://app:***@h/d");
    assert_true(result->production);
    assert_int_equal(result->outcome, PGM_OUTCOME_FAILED);
    assert_int_equal(result->done_count, 2);
    assert_string_equal(result->done[1], "2_b");
    assert_string_equal(result->pending[0], "2_b");
    assert_int_equal(result->duration_ms, 7);
    assert_int_equal(result->attempts, 1);
    assert_string_equal(result->warnings[1], odd_texts[1]);
    assert_string_equal(result->failure->phase, "migrate");
    assert_string_equal(result->failure->sqlstate, "42P07");
    assert_true(result->failure->line == 4294967295U);
    assert_string_equal(result->failure->detail, "");
    assert_null(past->targets[PGM_OUTCOME_UNKNOWN].result.failure->phase);
    assert_int_equal(result->change_count, 0);
    assert_int_equal(result->ledger_count, 0);
    pgm__past_free(past);
    unbuild(&w);
}

static void what_only_one_command_has_is_read_of_it(void **state) {
    (void)state;
    world w;
    pgm__past_report *past = read_text(text_of(&w, PGM_COMMAND_DOWN));
    assert_int_equal(past->targets[0].result.done_count, 2);
    pgm__past_free(past);
    unbuild(&w);
    past = read_text(text_of(&w, PGM_COMMAND_REPAIR));
    assert_string_equal(past->targets[0].result.changes[0], changes[0]);
    pgm__past_free(past);
    unbuild(&w);
    past = read_text(text_of(&w, PGM_COMMAND_STATUS));
    const pgm_result *result = &past->targets[0].result;
    assert_int_equal(result->done_count, 0);
    assert_string_equal(result->ledger[1].version, "2_hot");
    assert_false(result->ledger[1].known);
    assert_true(result->half_done[0].down);
    assert_true(result->half_done[0].in_doubt);
    assert_int_equal(result->half_done[0].statements, 3);
    assert_null(result->half_done[1].run_id);
    pgm__past_free(past);
    unbuild(&w);
}

static void a_target_is_found_by_its_name(void **state) {
    (void)state;
    world w;
    pgm__past_report *past = read_text(text_of(&w, PGM_COMMAND_UP));
    assert_ptr_equal(pgm__past_find(past, "t00003"), &past->targets[3]);
    assert_null(pgm__past_find(past, "t0000"));
    assert_null(pgm__past_find(past, ""));
    pgm__past_free(past);
    unbuild(&w);
}

/* ---- what is refused ---- */

static void every_part_of_a_report_is_refused(void **state) {
    (void)state;
    world w;
    const char *text = text_of(&w, PGM_COMMAND_STATUS);
    size_t whole = (size_t)(strrchr(text, '}') - text);
    for (size_t len = 0; len <= whole; len++) {
        assert_refused(text, len, NULL);
    }
    assert_refused(text, 0,
                   "report \"a.json\" is empty: the run that was to write it has not come so far");
    unbuild(&w);
}

/* A generator of our own, so that a failure can be had again. */
static unsigned next_random(unsigned *seed) {
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* What is read must be whole all the same: who uses it looks at nothing twice. */
static void a_damaged_report_is_refused_or_whole(void **state) {
    (void)state;
    world w;
    const char *text = text_of(&w, PGM_COMMAND_STATUS);
    size_t len = strlen(text);
    unsigned seed = 1;
    size_t refused = 0;
    for (int i = 0; i < 4000; i++) {
        char *damaged = pgm__arena_strdup(&w.arena, text);
        for (unsigned flips = 1 + next_random(&seed) % 3; flips > 0; flips--) {
            damaged[next_random(&seed) % len] = (char)next_random(&seed);
        }
        pgm__past_report *past = NULL;
        pgm_error err = {0};
        if (pgm__past_read(&past, "a.json", damaged, len, &err) != PGM_OK) {
            assert_int_equal(err.status, PGM_EPARSE);
            refused++;
        } else {
            for (size_t t = 0; t < past->target_count; t++) {
                assert_true(past->targets[t].result.name[0] != '\0');
                assert_ptr_equal(pgm__past_find(past, past->targets[t].result.name),
                                 &past->targets[t]);
            }
        }
        pgm__past_free(past);
    }
    assert_true(refused > 1000 && refused < 4000);
    unbuild(&w);
}

/* In a report of two targets, one of which failed, `part` is put in the place of `was`. Where the
 * message names a line, the test does not: reports get new fields. */
static void refuses(const char *was, const char *part, const char *said) {
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    make_fail(&w, 1, &relation_exists);
    w.summary.counts[PGM_OUTCOME_APPLIED] = 1;
    w.summary.counts[PGM_OUTCOME_FAILED] = 1;
    json_decref(as_json(&w));
    const char *at = strstr(w.out.text, was);
    assert_non_null(at);
    const char *text = pgm__arena_printf(&w.arena, "%.*s%s%s", (int)(at - w.out.text), w.out.text,
                                         part, at + strlen(was));
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__past_read(&report, "a.json", text, strlen(text), &err), PGM_EPARSE);
    size_t len = strlen(err.msg);
    assert_true(len >= strlen(said));
    assert_string_equal(err.msg + len - strlen(said), said);
    unbuild(&w);
}

static void a_field_that_does_not_hold_what_it_should_is_named(void **state) {
    (void)state;
    refuses("\"r1\"", "7", "\"run.id\" is not a text");
    refuses("\"r1\"", "\"\"", "\"run.id\" is empty");
    refuses("\"id\": \"r1\",", "", "\"run.id\" is missing");
    refuses("\"up\"", "\"sideways\"",
            "\"run.command\" is \"sideways\", which this version of pgmarch does not know");
    refuses("\"up\"", "null", "\"run.command\" is not a text");
    refuses("false", "0", "\"run.dry_run\" is neither true nor false");
    refuses("2026-01-02T", "2026-13-02T",
            "\"run.started_at\" is not a moment such as 2026-01-02T03:04:05.678Z");
    refuses("1234", "-1", "\"run.duration_ms\" is below 0");
    refuses("1234", "12.5", "\"run.duration_ms\" is not a whole number");
    refuses("1234", "1000000000000001", "\"run.duration_ms\" is too large a number");
    refuses("\"failed\": 1", "\"failed\": \"1\"", "\"run.counts.failed\" is not a whole number");
    refuses("\"failed\": 1,", "", "\"run.counts.failed\" is missing");
    refuses("\"not_sql\": []", "\"not_sql\": {}", "\"run.not_sql\" is not a list");
    refuses("\"not_sql\": []", "\"not_sql\": [\"a\", 1]", "\"run.not_sql[1]\" is not a text");
    refuses("\"t00001\"", "null", "\"targets[1].name\" is not a text");
    refuses("\"outcome\": \"applied\"", "\"outcome\": \"splendid\"",
            "\"targets[0].outcome\" is \"splendid\", which this version of pgmarch does "
            "not know");
    refuses("\"line\": 3", "\"line\": \"3\"", "\"targets[1].error.line\" is not a whole number");
    refuses("\"line\": 3", "\"line\": 4294967296",
            "\"targets[1].error.line\" is too large a number");
    refuses("\"42P07\"", "\"42\"",
            "\"targets[1].error.sqlstate\" is not a code of five characters");
    refuses("\"error\": null", "\"error\": []", "\"targets[0].error\" is not an object");
    refuses("\"attempts\": 1,", "", "\"targets[0].attempts\" is missing");
}

/* It lists a fleet, and nothing was done there. */
static void what_targets_has_written_is_no_report_of_a_run(void **state) {
    (void)state;
    refuses("\"up\"", "\"targets\"", "\"a.json\" is of `targets`, which is no run");
}

static void a_report_that_contradicts_itself_is_refused(void **state) {
    (void)state;
    refuses("\"t00001\"", "\"t00000\"", "report \"a.json\" lists target \"t00000\" twice");
    refuses("\"failed\": 1", "\"failed\": 2",
            "report \"a.json\" counts 2 targets as failed and lists 1: it is not as the run "
            "wrote it");
    refuses("\"dry_run\"", "\"id\": \"r2\", \"dry_run\"", "\"run.id\" is there twice");
}

static void a_merged_report_whose_runs_are_not_those_of_its_targets_is_refused(void **state) {
    (void)state;
    world w;
    char *text = pgm__arena_strdup(&w.arena, text_of_merged(&w));
    char *id = strstr(text, "\"run_id\": \"r3\"");
    memcpy(id, "\"run_id\": \"r4\"", strlen("\"run_id\": \"r4\""));
    assert_refused(text, strlen(text),
                   "report \"a.json\" is of several runs, and target \"t00002\" of none of them: "
                   "it is not as it was written");
    unbuild(&w);
}

static void a_shard_that_cannot_be_is_refused(void **state) {
    (void)state;
    refuses("\"shard\": null", "\"shard\": {\"index\": 2, \"count\": 2}",
            "report \"a.json\" is of shard 2, counted from 0, of 2 shards");
    refuses("\"shard\": null", "\"shard\": {\"index\": 0}", "\"run.shard.count\" is missing");
}

static void another_document_is_told_from_a_report(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {" \n", "report \"a.json\" is empty: the run that was to write it has not come so far"},
        {"[]", "\"a.json\" is JSON, but not the report of a run of pgmarch"},
        {"7", "\"a.json\" is JSON, but not the report of a run of pgmarch"},
        {"{}", "\"a.json\" is JSON, but not the report of a run of pgmarch"},
        {"{\"schema\": 1}", "\"a.json\" is JSON, but not the report of a run of pgmarch"},
        {"{\"run\": {}}", "\"a.json\" is JSON, but not the report of a run of pgmarch"},
        {"{\"schema\": 1, \"run\": {\"id\": null}, \"targets\": [], \"refused\": \"no target\"}",
         "report \"a.json\" is of a run that could not begin: no target"},
        {"{\"schema\": 1, \"validation\": {}, \"findings\": []}",
         "\"a.json\" is a report of `validate`, not of a run"},
        {"{\"schema\": 1, \"run\": {}, \"targets\": []}", "a.json:1: \"run.id\" is missing"},
        {"{\"schema\": 1,\n \"run\": {\"id\":\n\n3}, \"targets\": []}",
         "a.json:4: \"run.id\" is not a text"},
        {"[defaults]\nurl = postgresql://u:secret@h/d\n",
         "a.json:1:2: this is not JSON: a value is expected"},
        {"{\"password\": \"a\" \"secret\"}",
         "a.json:1:18: this is not JSON: a comma or the closing bracket is expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].message);
    }
}

static void a_newer_schema_is_not_guessed_at(void **state) {
    (void)state;
    static const char text[] = "{\"schema\": 3, \"run\": {}, \"targets\": []}";
    char message[200];
    (void)snprintf(
        message, sizeof message,
        "report \"a.json\" has schema 3, and pgmarch %s reads schema 2 at most: take the version "
        "that wrote it, or a newer one",
        pgm_version());
    assert_refused(text, strlen(text), message);
}

static void fields_that_are_not_known_are_left_out(void **state) {
    (void)state;
    static const char text[] =
        "{\"new\": [1.5], \"schema\": 1, \"run\": {\"id\": \"r\", \"command\": \"up\", "
        "\"dry_run\": "
        "true, \"started_at\": \"2026-01-02T03:04:05.678Z\", \"duration_ms\": 0, \"of\": {\"a\": "
        "1}, "
        "\"counts\": {\"applied\": 0, \"up-to-date\": 0, \"failed\": 0, \"unknown\": 0, "
        "\"skipped\": "
        "0, \"not-run\": 0, \"cancelled\": 0, \"dreamt\": 7}, \"not_sql\": []}, \"targets\": []}";
    pgm__past_report *past = read_text(text);
    assert_int_equal(past->target_count, 0);
    assert_true(past->summary.dry_run);
    pgm__past_free(past);
    pgm__past_free(NULL);
}

/* ---- memory ---- */

static pgm_status read_again(void *data) {
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__past_read(&report, "a.json", data, strlen(data), &err);
    pgm__past_free(report);
    return status;
}

static void reading_survives_every_failing_allocation(void **state) {
    (void)state;
    world w;
    char *text = pgm__arena_strdup(&w.arena, text_of(&w, PGM_COMMAND_STATUS));
    assert_true(oom_survives(read_again, text) > 5);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_that_is_read_is_written_as_it_was),
        cmocka_unit_test(every_field_is_in_the_report_that_holds_all),
        cmocka_unit_test(a_merged_report_is_read_with_its_runs),
        cmocka_unit_test(a_report_is_read_as_what_the_run_handed_out),
        cmocka_unit_test(what_only_one_command_has_is_read_of_it),
        cmocka_unit_test(a_target_is_found_by_its_name),
        cmocka_unit_test(every_part_of_a_report_is_refused),
        cmocka_unit_test(a_damaged_report_is_refused_or_whole),
        cmocka_unit_test(a_field_that_does_not_hold_what_it_should_is_named),
        cmocka_unit_test(what_targets_has_written_is_no_report_of_a_run),
        cmocka_unit_test(a_report_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_merged_report_whose_runs_are_not_those_of_its_targets_is_refused),
        cmocka_unit_test(a_shard_that_cannot_be_is_refused),
        cmocka_unit_test(another_document_is_told_from_a_report),
        cmocka_unit_test(a_newer_schema_is_not_guessed_at),
        cmocka_unit_test(fields_that_are_not_known_are_left_out),
        cmocka_unit_test(reading_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
