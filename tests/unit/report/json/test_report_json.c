/* Results → JSON. */
#include "support/report_world.h"

#include "report/json/refusal.h"

static void json_has_the_documented_shape_in_its_order(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    w.summary.counts[PGM_OUTCOME_APPLIED] = 1;
    static const pgm_migration_time times[] = {{"1_a", 12, 1500}, {"2_b", 340, -1}};
    w.results[0].times = times;
    w.results[0].time_count = 2;
    json_decref(as_json(&w));
    const char *expected = "{\n"
                           "  \"schema\": 2,\n"
                           "  \"run\": {\n"
                           "    \"id\": \"r1\",\n"
                           "    \"pgmarch\": null,\n"
                           "    \"command\": \"up\",\n"
                           "    \"dry_run\": false,\n"
                           "    \"started_at\": \"2026-01-02T03:04:05.678Z\",\n"
                           "    \"duration_ms\": 1234,\n"
                           "    \"counts\": {\n"
                           "      \"applied\": 1,\n"
                           "      \"up-to-date\": 0,\n"
                           "      \"failed\": 0,\n"
                           "      \"unknown\": 0,\n"
                           "      \"skipped\": 0,\n"
                           "      \"not-run\": 0,\n"
                           "      \"cancelled\": 0\n"
                           "    },\n"
                           "    \"not_sql\": [],\n"
                           "    \"digests\": {\n"
                           "      \"fleet\": \"f0\",\n"
                           "      \"selection\": \"5e\",\n"
                           "      \"migrations\": \"a1\"\n"
                           "    },\n"
                           "    \"selected\": 1,\n"
                           "    \"shard\": null,\n"
                           "    \"waves\": [],\n"
                           "    \"estimate\": null,\n"
                           "    \"to\": null,\n"
                           "    \"retry_of\": null,\n"
                           "    \"sources\": [],\n"
                           "    \"catalogs\": null\n"
                           "  },\n"
                           "  \"targets\": [\n"
                           "    {\n"
                           "      \"name\": \"t00000\",\n"
                           "      \"from\": null,\n"
                           "      \"server\": \"postgresql://app:***@h/d\",\n"
                           "      \"schema\": null,\n"
                           "      \"tags\": [],\n"
                           "      \"production\": false,\n"
                           "      \"outcome\": \"applied\",\n"
                           "      \"wave\": null,\n"
                           "      \"reason\": null,\n"
                           "      \"applied\": [\n"
                           "        \"1_a\",\n"
                           "        \"2_b\"\n"
                           "      ],\n"
                           "      \"ended_ms\": [12,340],\n"
                           "      \"took_us\": [1500,null],\n"
                           "      \"pending\": [],\n"
                           "      \"slow\": [],\n"
                           "      \"started_ms\": 0,\n"
                           "      \"duration_ms\": 7,\n"
                           "      \"waited_ms\": 0,\n"
                           "      \"attempts\": 1,\n"
                           "      \"warnings\": [],\n"
                           "      \"error\": null\n"
                           "    }\n"
                           "  ],\n"
                           "  \"findings\": [],\n"
                           "  \"refused\": null\n"
                           "}\n";
    assert_string_equal(w.out.text, expected);
    unbuild(&w);
}

/* ---- a command that could not begin ---- */

static const pgm_finding refused_file = {.severity = PGM_SEVERITY_ERROR,
                                         .code = "file-refused",
                                         .file = "m/1_a.up.sql",
                                         .line = 3,
                                         .message = "a quoted string is never closed"};

static json_t *refusal_of(const pgm_summary *run) {
    const pgm_finding *const findings[] = {&refused_file};
    const pgm__refusal refusal = {
        .why = "wr\xffong", .run = run, .findings = findings, .finding_count = 1};
    pgm__strbuf out = {0};
    assert_int_equal(pgm__refusal_json(&out, &refusal, NULL), PGM_OK);
    json_t *root = json_loads(out.text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    pgm__strbuf_fini(&out);
    return root;
}

/* Every field that a reader of a run's report knows is there. */
static void json_of_a_run_that_did_not_begin_has_the_fields_of_a_run(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_DOWN, 1);
    json_t *whole = as_json(&w);
    const pgm_summary run = {.command = PGM_COMMAND_DOWN, .dry_run = true};
    json_t *root = refusal_of(&run);
    const char *key;
    json_t *value;
    json_object_foreach(whole, key, value) {
        assert_non_null(json_object_get(root, key));
    }
    json_object_foreach(json_object_get(whole, "run"), key, value) {
        assert_non_null(json_object_get(json_object_get(root, "run"), key));
    }
    assert_int_equal(json_object_size(root), json_object_size(whole));
    assert_true(json_is_null(json_object_get(json_object_get(root, "run"), "id")));
    assert_true(json_is_null(json_object_get(json_object_get(root, "run"), "started_at")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(root, "run"), "command")),
                        "down");
    assert_true(json_is_true(json_object_get(json_object_get(root, "run"), "dry_run")));
    assert_int_equal(json_array_size(json_object_get(root, "targets")), 0);
    assert_string_equal(json_string_value(json_object_get(root, "refused")), "wr\xEF\xBF\xBDong");
    json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
    assert_string_equal(json_string_value(json_object_get(finding, "code")), "file-refused");
    assert_int_equal(json_integer_value(json_object_get(finding, "line")), 3);
    assert_int_equal(json_object_size(finding), 8);
    json_decref(root);
    json_decref(whole);
    unbuild(&w);
}

static void json_of_a_validation_that_did_not_begin_has_its_own(void **state) {
    (void)state;
    json_t *root = refusal_of(NULL);
    assert_true(json_is_null(json_object_get(root, "validation")));
    assert_int_equal(json_array_size(json_object_get(root, "findings")), 1);
    assert_null(json_object_get(root, "run"));
    assert_int_equal(json_object_size(root), 4);
    json_decref(root);
}

/* The index from 0, as --shard-index: a program reads it. */
static void json_has_the_shard_and_a_report_without_targets(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 0);
    w.summary.selected_count = 5;
    w.summary.shard_index = 2;
    w.summary.shard_count = 8;
    json_t *root = as_json(&w);
    json_t *run = json_object_get(root, "run");
    json_t *shard = json_object_get(run, "shard");
    assert_int_equal(json_integer_value(json_object_get(shard, "index")), 2);
    assert_int_equal(json_integer_value(json_object_get(shard, "count")), 8);
    assert_int_equal(json_integer_value(json_object_get(run, "selected")), 5);
    assert_true(json_is_array(json_object_get(root, "targets")));
    assert_int_equal(json_array_size(json_object_get(root, "targets")), 0);
    json_decref(root);
    unbuild(&w);
}

static void json_absent_error_fields_are_null(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    static const pgm_failure bare = {.phase = "connect", .message = "refused"};
    make_fail(&w, 0, &bare);
    json_t *root = as_json(&w);
    json_t *error = json_object_get(json_array_get(json_object_get(root, "targets"), 0), "error");
    assert_string_equal(json_string_value(json_object_get(error, "phase")), "connect");
    static const char *const absent[] = {"version", "file",     "line",   "column", "excerpt",
                                         "caret",   "sqlstate", "detail", "hint",   "context"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_true(json_is_null(json_object_get(error, absent[i])));
    }
    assert_int_equal(json_object_size(error), 12);
    json_decref(root);
    unbuild(&w);
}

static void json_has_the_waves_and_why_targets_did_not_start(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    const pgm_wave waves[] = {{"canary", 1, 1, 0, 1, PGM_WAVE_STOPPED},
                              {"the rest", 9, 8, PGM_NO_LIMIT, 0, PGM_WAVE_NOT_RUN}};
    w.summary.waves = waves;
    w.summary.wave_count = 2;
    w.results[1].wave = "the rest";
    w.results[1].reason = "canary: 1 of 1 failed";
    json_t *root = as_json(&w);
    json_t *listed = json_object_get(json_object_get(root, "run"), "waves");
    json_t *first = json_array_get(listed, 0);
    assert_int_equal(json_array_size(listed), 2);
    assert_int_equal(json_object_size(first), 6);
    assert_string_equal(json_string_value(json_object_get(first, "name")), "canary");
    assert_int_equal(json_integer_value(json_object_get(first, "targets")), 1);
    assert_int_equal(json_integer_value(json_object_get(first, "at_once")), 1);
    assert_true(json_is_integer(json_object_get(first, "limit")));
    assert_int_equal(json_integer_value(json_object_get(first, "limit")), 0);
    assert_int_equal(json_integer_value(json_object_get(first, "failed")), 1);
    assert_string_equal(json_string_value(json_object_get(first, "state")), "stopped");
    assert_true(json_is_null(json_object_get(json_array_get(listed, 1), "limit")));
    json_t *target = json_array_get(json_object_get(root, "targets"), 1);
    assert_string_equal(json_string_value(json_object_get(target, "wave")), "the rest");
    assert_string_equal(json_string_value(json_object_get(target, "reason")),
                        "canary: 1 of 1 failed");
    json_decref(root);
    unbuild(&w);
}

static void json_bad_utf8_is_replaced_and_the_report_kept(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    static const pgm_failure bad = {.message =
                                        "a\xff"
                                        "b \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82 é",
                                    .detail = "\xe2"};
    make_fail(&w, 0, &bad);
    json_t *root = as_json(&w);
    json_t *error = json_object_get(json_array_get(json_object_get(root, "targets"), 0), "error");
#define R "\xEF\xBF\xBD"
    assert_string_equal(json_string_value(json_object_get(error, "message")),
                        "a" R "b " R R " " R R R " " R R R R " " R R " é");
    assert_string_equal(json_string_value(json_object_get(error, "detail")), R);
#undef R
    json_decref(root);
    unbuild(&w);
}

static void json_status_holds_the_ledger_and_down_what_was_rolled_back(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    w.results[0].ledger = rows;
    w.results[0].ledger_count = 2;
    json_t *root = as_json(&w);
    json_t *target = json_array_get(json_object_get(root, "targets"), 0);
    json_t *second = json_array_get(json_object_get(root, "versions"), 1);
    assert_string_equal(json_string_value(json_object_get(second, "version")), "2_hot");
    assert_true(json_is_false(json_object_get(second, "known")));
    json_t *applied = json_object_get(target, "applied");
    json_t *applied_at = json_object_get(target, "applied_at");
    assert_int_equal(json_array_size(applied), 2);
    assert_int_equal(json_integer_value(json_array_get(applied, 1)), 1);
    assert_int_equal(json_integer_value(json_array_get(applied_at, 0)), 1699272000);
    assert_null(json_object_get(target, "rolled_back"));
    json_decref(root);
    w.summary.command = PGM_COMMAND_DOWN;
    w.results[0].done = two;
    w.results[0].done_count = 1;
    root = as_json(&w);
    target = json_array_get(json_object_get(root, "targets"), 0);
    assert_int_equal(json_array_size(json_object_get(target, "rolled_back")), 1);
    assert_null(json_object_get(target, "applied_at"));
    assert_null(json_object_get(root, "versions"));
    json_decref(root);
    unbuild(&w);
}

/* Each version once, in the order in which they run; of one that has a file in one shard only, both
 * are there. What is no time by the calendar stays as the server said it. */
static void json_status_names_every_version_once(void **state) {
    (void)state;
    static const pgm_ledger_entry odd[] = {
        {.version = "1_a", .applied_at = "infinity", .known = true},
        {.version = "2_hot", .known = true}};
    static const char *const left[] = {"3_c"};
    world w;
    build(&w, PGM_COMMAND_STATUS, 3);
    w.results[0].ledger = rows;
    w.results[0].ledger_count = 2;
    w.results[1].ledger = odd;
    w.results[1].ledger_count = 2;
    w.results[1].pending = left;
    w.results[1].pending_count = 1;
    w.results[2].pending_unknown = true;
    json_decref(as_json(&w));
    assert_has(w.out.text, "\"applied\": [0,1],\n      \"applied_at\": [1699272000,1699318923],\n"
                           "      \"pending\": [],");
    assert_has(w.out.text, "\"applied\": [0,2],\n      \"applied_at\": [\n        \"infinity\",\n"
                           "        null\n      ],\n      \"pending\": [3],");
    assert_has(w.out.text, "\"pending\": null,");
    unbuild(&w);
}

/* 7 MB, as long as every target said every version. */
static void json_status_of_a_fleet_stays_below_a_megabyte(void **state) {
    (void)state;
    enum { TARGETS = 300, VERSIONS = 120 };
    world w;
    build(&w, PGM_COMMAND_STATUS, TARGETS);
    for (size_t i = 0; i < TARGETS; i++) {
        pgm_ledger_entry *ledger = pgm__arena_calloc(&w.arena, VERSIONS, sizeof *ledger);
        for (size_t j = 0; j < VERSIONS; j++) {
            ledger[j] = (pgm_ledger_entry){
                .version = pgm__arena_printf(&w.arena, "%zu_add_a_column_to_a_table",
                                             20260101000000 + j),
                .applied_at = pgm__arena_printf(&w.arena, "2026-01-01 %02zu:%02zu:%02zu", i % 24,
                                                j % 60, i % 60),
                .known = true};
        }
        w.results[i].ledger = ledger;
        w.results[i].ledger_count = VERSIONS;
    }
    json_decref(as_json(&w));
    assert_true(w.out.len < 1000000);
    unbuild(&w);
}

/* What looks like a list of numbers in a text is none. */
static void json_texts_are_not_folded(void **state) {
    (void)state;
    static const char *const texts[] = {"[1, 2]", "\\\"[ 3, null ]", "[ 4"};
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    w.results[0].warnings = texts;
    w.results[0].warning_count = 3;
    json_t *root = as_json(&w);
    json_t *said = json_object_get(json_array_get(json_object_get(root, "targets"), 0), "warnings");
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(json_string_value(json_array_get(said, i)), texts[i]);
    }
    json_decref(root);
    unbuild(&w);
}

static void json_time_before_1970_is_still_a_time(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 0);
    w.summary.started_at_ms = -1;
    json_t *root = as_json(&w);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(root, "run"), "started_at")),
        "1969-12-31T23:59:59.999Z");
    json_decref(root);
    unbuild(&w);
}

static void json_status_tells_how_far_a_half_done_migration_is(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    const pgm_half_done half = {.version = "2_b",
                                .down = true,
                                .in_doubt = true,
                                .ran = 1,
                                .statements = 3,
                                .file = "m/2_b.down.sql",
                                .line = 7,
                                .statement = "DROP INDEX",
                                .run_id = "r0"};
    w.results[0].half_done = &half;
    w.results[0].half_done_count = 1;
    json_t *root = as_json(&w);
    json_t *target = json_array_get(json_object_get(root, "targets"), 0);
    json_t *row = json_array_get(json_object_get(target, "half_done"), 0);
    json_t *expected = json_pack("{s:s, s:s, s:i, s:i, s:b, s:s, s:i, s:s, s:s}", "version", "2_b",
                                 "direction", "down", "ran", 1, "statements", 3, "in_doubt", 1,
                                 "file", "m/2_b.down.sql", "line", 7, "statement", "DROP INDEX",
                                 "run_id", "r0");
    assert_true(json_equal(row, expected));
    json_decref(expected);
    json_decref(root);
    unbuild(&w);
}

static void json_tells_what_was_slow(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    const pgm_slow slow[] = {{.phase = "migrate",
                              .version = "2_b",
                              .file = "m/2_b.up.sql",
                              .line = 7,
                              .took_ms = 45000,
                              .last_seen = "waits for pid 7 (\x1b[31m)"},
                             {.phase = "lock", .took_ms = 31000}};
    w.results[0].slow = slow;
    w.results[0].slow_count = 2;
    json_t *root = as_json(&w);
    json_t *target = json_array_get(json_object_get(root, "targets"), 0);
    json_t *expected = json_pack("[{s:s, s:s, s:s, s:i, s:i, s:s}, {s:s, s:n, s:n, s:n, s:i, s:n}]",
                                 "phase", "migrate", "version", "2_b", "file", "m/2_b.up.sql",
                                 "line", 7, "took_ms", 45000, "last_seen",
                                 "waits for pid 7 (\x1b[31m)", "phase", "lock", "version", "file",
                                 "line", "took_ms", 31000, "last_seen");
    assert_true(json_equal(json_object_get(target, "slow"), expected));
    assert_null(strchr(w.out.text, '\x1b'));
    json_decref(expected);
    json_decref(root);
    unbuild(&w);
}

static void json_repair_says_what_was_changed(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_REPAIR, 1);
    static const char *const changes[] = {"checksum of \"1_a\""};
    w.results[0].changes = changes;
    w.results[0].change_count = 1;
    json_t *root = as_json(&w);
    json_t *target = json_array_get(json_object_get(root, "targets"), 0);
    json_t *first = json_array_get(json_object_get(target, "changes"), 0);
    assert_string_equal(json_string_value(first), changes[0]);
    json_decref(root);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_documented_shape_in_its_order),
        cmocka_unit_test(json_of_a_run_that_did_not_begin_has_the_fields_of_a_run),
        cmocka_unit_test(json_of_a_validation_that_did_not_begin_has_its_own),
        cmocka_unit_test(json_has_the_shard_and_a_report_without_targets),
        cmocka_unit_test(json_absent_error_fields_are_null),
        cmocka_unit_test(json_has_the_waves_and_why_targets_did_not_start),
        cmocka_unit_test(json_bad_utf8_is_replaced_and_the_report_kept),
        cmocka_unit_test(json_status_holds_the_ledger_and_down_what_was_rolled_back),
        cmocka_unit_test(json_status_names_every_version_once),
        cmocka_unit_test(json_status_of_a_fleet_stays_below_a_megabyte),
        cmocka_unit_test(json_texts_are_not_folded),
        cmocka_unit_test(json_time_before_1970_is_still_a_time),
        cmocka_unit_test(json_status_tells_how_far_a_half_done_migration_is),
        cmocka_unit_test(json_tells_what_was_slow),
        cmocka_unit_test(json_repair_says_what_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
