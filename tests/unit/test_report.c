/* Results → JSON and text. No server, no run: results are plain data. */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "report/board.h"
#include "report/report.h"

/* ---- a small world ---- */

static const char *const two[] = {"1_a", "2_b"};
static const pgm_migration_info folder[] = {
    {"1_a", "m/1_a.up.sql", NULL}, {"2_b", "m/2_b.up.sql", NULL}, {"3_c", "m/3_c.up.sql", NULL}};
static const pgm_ledger_entry rows[] = {{"1_a", "2023-11-06 12:00:00", true},
                                        {"2_hot", "2023-11-07 01:02:03", false}};

typedef struct world {
    pgm__arena arena;
    pgm_summary summary;
    pgm_result *results;
    const pgm_result **pointers;
    pgm__report report;
    pgm__report_style style;
    pgm__strbuf out;
} world;

static void build(world *w, pgm_command command, size_t count) {
    *w = (world){
        .summary = {
            .id = "r1", .command = command, .started_at_ms = 1767323045678, .duration_ms = 1234}};
    w->results = pgm__arena_calloc(&w->arena, count, sizeof *w->results);
    w->pointers = pgm__arena_calloc(&w->arena, count, sizeof *w->pointers);
    for (size_t i = 0; i < count; i++) {
        w->results[i] = (pgm_result){.name = pgm__arena_printf(&w->arena, "t%05zu", i),
                                     .server = "postgresql://app:***@h/d",
                                     .outcome = PGM_OUTCOME_APPLIED,
                                     .applied = two,
                                     .applied_count = 2,
                                     .duration_ms = 7,
                                     .attempts = 1};
        w->pointers[i] = &w->results[i];
    }
    w->report = (pgm__report){&w->summary, w->pointers, count, folder, 3};
}

static void unbuild(world *w) {
    pgm__strbuf_fini(&w->out);
    pgm__arena_clear(&w->arena);
}

static const char *as_text(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__report_text(&w->out, &w->report, &w->style, &err), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static json_t *as_json(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__report_json(&w->out, &w->report, &err), PGM_OK);
    json_error_t bad;
    json_t *root = json_loads(w->out.text, JSON_REJECT_DUPLICATES, &bad);
    assert_non_null(root);
    return root;
}

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("missing: [%s] in:\n%s", part, text);
    }
}

static void assert_lacks(const char *text, const char *part) {
    if (strstr(text, part) != NULL) {
        fail_msg("not expected: [%s] in:\n%s", part, text);
    }
}

static size_t times(const char *text, const char *part) {
    size_t found = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        found++;
    }
    return found;
}

static const pgm_failure relation_exists = {.phase = "migrate",
                                            .version = "2_b",
                                            .file = "m/2_b.up.sql",
                                            .line = 3,
                                            .sqlstate = "42P07",
                                            .message = "relation \"x\" already exists",
                                            .hint = "drop it"};

static void make_fail(world *w, size_t i, const pgm_failure *failure) {
    w->results[i].outcome = PGM_OUTCOME_FAILED;
    w->results[i].failure = failure;
    w->results[i].applied_count = 1;
    w->results[i].pending = two + 1;
    w->results[i].pending_count = 1;
}

/* ---- JSON ---- */

static void json_has_the_documented_shape_in_its_order(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    w.summary.counts[PGM_OUTCOME_APPLIED] = 1;
    json_decref(as_json(&w));
    const char *expected = "{\n"
                           "  \"schema\": 1,\n"
                           "  \"run\": {\n"
                           "    \"id\": \"r1\",\n"
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
                           "    }\n"
                           "  },\n"
                           "  \"targets\": [\n"
                           "    {\n"
                           "      \"name\": \"t00000\",\n"
                           "      \"server\": \"postgresql://app:***@h/d\",\n"
                           "      \"production\": false,\n"
                           "      \"outcome\": \"applied\",\n"
                           "      \"applied\": [\n"
                           "        \"1_a\",\n"
                           "        \"2_b\"\n"
                           "      ],\n"
                           "      \"pending\": [],\n"
                           "      \"duration_ms\": 7,\n"
                           "      \"attempts\": 1,\n"
                           "      \"warnings\": [],\n"
                           "      \"error\": null\n"
                           "    }\n"
                           "  ]\n"
                           "}\n";
    assert_string_equal(w.out.text, expected);
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
    static const char *const absent[] = {"version", "file", "line",   "sqlstate",
                                         "detail",  "hint", "context"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_true(json_is_null(json_object_get(error, absent[i])));
    }
    assert_int_equal(json_object_size(error), 9);
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
    json_t *second = json_array_get(json_object_get(target, "ledger"), 1);
    assert_string_equal(json_string_value(json_object_get(second, "version")), "2_hot");
    assert_true(json_is_false(json_object_get(second, "known")));
    assert_null(json_object_get(target, "rolled_back"));
    json_decref(root);
    w.summary.command = PGM_COMMAND_DOWN;
    w.results[0].rolled_back = two;
    w.results[0].rolled_back_count = 1;
    root = as_json(&w);
    target = json_array_get(json_object_get(root, "targets"), 0);
    assert_int_equal(json_array_size(json_object_get(target, "rolled_back")), 1);
    assert_null(json_object_get(target, "ledger"));
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

/* ---- text of up and down ---- */

static void text_one_line_per_target_and_one_closing_sentence(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.results[1].outcome = PGM_OUTCOME_UP_TO_DATE;
    w.results[1].applied_count = 0;
    assert_string_equal(as_text(&w), "✓ t00000  applied     2 migrations     7 ms\n"
                                     "✓ t00001  up-to-date                   7 ms\n"
                                     "\n"
                                     "2 targets in 1.2 s: 1 applied, 1 up-to-date\n");
    unbuild(&w);
}

static void text_down_says_rolled_back(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_DOWN, 1);
    w.results[0].applied_count = 0;
    w.results[0].rolled_back = two;
    w.results[0].rolled_back_count = 1;
    assert_string_equal(as_text(&w), "✓ t00000  rolled back  1 migration     7 ms\n"
                                     "\n"
                                     "1 target in 1.2 s: 1 rolled back\n");
    unbuild(&w);
}

static void f01_text_failure_has_file_line_and_sqlstate(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 3);
    make_fail(&w, 1, &relation_exists);
    const char *text = as_text(&w);
    assert_has(text, "✗ t00001  failed   after 1 migration, 1 pending");
    assert_has(text, "✗ t00001 failed\n"
                     "    server    postgresql://app:***@h/d\n"
                     "    file      m/2_b.up.sql:3\n"
                     "    phase     migrate\n"
                     "    sqlstate  42P07\n"
                     "    error     relation \"x\" already exists\n"
                     "    hint      drop it\n");
    assert_has(text, "3 targets in 1.2 s: 2 applied, 1 failed\n");
    unbuild(&w);
}

static void f10_text_the_same_error_on_4000_targets_is_shown_once(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 10000);
    for (size_t i = 0; i < 4000; i++) {
        make_fail(&w, i, &relation_exists);
    }
    const char *text = as_text(&w);
    assert_int_equal(times(text, "already exists"), 1);
    assert_has(text, "✗ 4000 targets failed: t00000, t00001, ");
    assert_has(text, "✓ 6000 targets applied, 12000 migrations\n");
    assert_has(text, "✗ … and 3980 more targets failed");
    assert_true(strlen(text) < 4096);
    json_t *root = as_json(&w);
    size_t errors = 0;
    for (size_t i = 0; i < 10000; i++) {
        json_t *target = json_array_get(json_object_get(root, "targets"), i);
        errors += json_is_object(json_object_get(target, "error")) ? 1 : 0;
    }
    assert_int_equal(errors, 4000);
    json_decref(root);
    unbuild(&w);
}

static void text_failures_that_differ_in_one_field_stay_apart(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 3);
    pgm_failure other_line = relation_exists;
    other_line.line = 4;
    pgm_failure other_detail = relation_exists;
    other_detail.detail = "";
    make_fail(&w, 0, &relation_exists);
    make_fail(&w, 1, &other_line);
    make_fail(&w, 2, &other_detail);
    assert_int_equal(times(as_text(&w), "already exists"), 3);
    unbuild(&w);
}

static void text_more_kinds_of_failure_than_the_cap_are_counted(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 60);
    pgm_failure failures[60];
    for (size_t i = 0; i < 60; i++) {
        failures[i] = relation_exists;
        failures[i].line = (unsigned)i + 1;
        make_fail(&w, i, &failures[i]);
    }
    assert_has(as_text(&w), "… and 40 more kinds of failure in 40 targets");
    assert_int_equal(times(w.out.text, "already exists"), 20);
    w.style.verbose = true;
    assert_int_equal(times(as_text(&w), "already exists"), 60);
    unbuild(&w);
}

static void text_control_characters_of_a_server_are_dropped(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    static const pgm_failure hostile = {.message = "x\033[2Jy\r\nz\x07",
                                        .detail = "\xc2\x9b"
                                                  "31m\xe2\x80\xae",
                                        .hint = "\xff"};
    make_fail(&w, 0, &hostile);
    w.results[0].name = "a\nb\033c";
    const char *text = as_text(&w);
    assert_has(text, "    error     x[2Jy\n              z\n");
    assert_has(text, "    detail    31m\n");
    assert_has(text, "✗ a bc failed\n");
    assert_null(strpbrk(text, "\033\r\a"));
    unbuild(&w);
}

static void text_identical_warnings_are_said_once(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 3);
    static const char *const warnings[] = {"slow", "old"};
    w.results[0].warnings = warnings;
    w.results[0].warning_count = 2;
    w.results[2].warnings = warnings;
    w.results[2].warning_count = 1;
    assert_has(as_text(&w), "! 2 targets, t00000, t00002: slow\n! t00000: old\n");
    w.style.warnings_shown = true;
    assert_lacks(as_text(&w), "slow");
    unbuild(&w);
}

static void text_dry_run_lists_what_would_be_applied(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.summary.dry_run = true;
    for (size_t i = 0; i < 2; i++) {
        w.results[i].outcome = PGM_OUTCOME_NOT_RUN;
        w.results[i].applied_count = 0;
        w.results[i].pending = two;
        w.results[i].pending_count = 2;
    }
    const char *text = as_text(&w);
    assert_has(text, "– would be applied in 2 targets, t00000, t00001:\n    1_a\n    2_b\n");
    assert_has(text, "2 pending (dry run: nothing changed)");
    unbuild(&w);
}

static void f05_text_a_target_that_never_started_is_not_run(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.results[1].outcome = PGM_OUTCOME_NOT_RUN;
    w.results[1].applied_count = 0;
    w.results[1].attempts = 0;
    assert_has(as_text(&w), "– t00001  not-run\n");
    assert_has(w.out.text, ": 1 applied, 1 not-run\n");
    unbuild(&w);
}

static void a04_text_unknown_has_its_own_mark_and_count(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    static const pgm_failure lost = {.phase = "commit", .message = "connection lost"};
    make_fail(&w, 0, &lost);
    w.results[0].outcome = PGM_OUTCOME_UNKNOWN;
    assert_has(as_text(&w), "? t00000 unknown\n");
    assert_has(w.out.text, "1 target in 1.2 s: 1 unknown\n");
    unbuild(&w);
}

static void text_quiet_is_failures_and_the_closing_sentence(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.style.quiet = true;
    assert_string_equal(as_text(&w), "2 targets in 1.2 s: 2 applied\n");
    make_fail(&w, 1, &relation_exists);
    const char *text = as_text(&w);
    assert_int_equal(strncmp(text, "✗ t00001 failed\n", strlen("✗ t00001 failed\n")), 0);
    unbuild(&w);
}

static void text_colour_only_when_asked(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    assert_null(strchr(as_text(&w), '\033'));
    w.style.colour = true;
    assert_has(as_text(&w), "\033[32m✓\033[0m t00000");
    unbuild(&w);
}

/* ---- status ---- */

static void make_status(world *w, size_t i, size_t ledger, size_t pending) {
    pgm_result *r = &w->results[i];
    static const char *const left[] = {"2_b", "3_c"};
    r->applied_count = 0;
    r->ledger = rows;
    r->ledger_count = ledger;
    r->pending = left;
    r->pending_count = pending;
    r->outcome = pending > 0 ? PGM_OUTCOME_NOT_RUN : PGM_OUTCOME_UP_TO_DATE;
}

static void status_of_one_target_is_a_list_in_version_order(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    make_status(&w, 0, 2, 2);
    assert_string_equal(as_text(&w), "t00000  postgresql://app:***@h/d\n"
                                     "✓ 1_a (applied 2023-11-06 12:00:00)\n"
                                     "✗ 2_b (pending)\n"
                                     "! 2_hot (applied 2023-11-07 01:02:03, no file here)\n"
                                     "✗ 3_c (pending)\n"
                                     "\n"
                                     "t00000 in 1.2 s: 2 applied, 2 pending, 1 without a file\n");
    unbuild(&w);
}

static void status_of_a_few_targets_is_a_matrix_with_their_names(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    make_status(&w, 0, 1, 2);
    make_status(&w, 1, 2, 0);
    assert_string_equal(as_text(&w), "       t00000  t00001\n"
                                     "1_a      ✓       ✓\n"
                                     "2_b      ✗       ·\n"
                                     "2_hot    ·       !\n"
                                     "3_c      ✗       ·\n"
                                     "\n"
                                     "✓ applied  ✗ pending  ! applied, no file here  · not there\n"
                                     "\n"
                                     "2 targets in 1.2 s: 1 up-to-date, 1 pending\n");
    unbuild(&w);
}

static void status_of_hundreds_folds_identical_targets_into_one_column(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 300);
    for (size_t i = 0; i < 300; i++) {
        make_status(&w, i, 1, i == 7 ? 1 : 2);
    }
    const char *text = as_text(&w);
    assert_has(text, "     299 like t00000  t00007\n");
    assert_has(text, "299 like t00000: t00000, t00001, ");
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        assert_true(len <= 120); /* bytes; 100 columns */
        line += len + (line[len] == '\n' ? 1 : 0);
    }
    unbuild(&w);
}

static void status_unreachable_target_is_below_the_matrix_with_its_error(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    make_status(&w, 0, 1, 2);
    static const pgm_failure refused = {.phase = "connect", .message = "refused"};
    w.results[1].outcome = PGM_OUTCOME_FAILED;
    w.results[1].applied_count = 0;
    w.results[1].failure = &refused;
    const char *text = as_text(&w);
    assert_has(text, "     t00000\n");
    assert_has(text, "✗ t00001 failed\n");
    assert_has(text, "2 targets in 1.2 s: 1 pending, 1 failed\n");
    unbuild(&w);
}

static void status_many_different_states_do_not_flood_the_page(void **state) {
    (void)state;
    enum { FLEET = 2000 };
    world w;
    build(&w, PGM_COMMAND_STATUS, FLEET);
    for (size_t i = 0; i < FLEET; i++) {
        pgm_ledger_entry *own = pgm__arena_calloc(&w.arena, 1, sizeof *own);
        own->version = pgm__arena_printf(&w.arena, "9%zu_own", i);
        make_status(&w, i, 0, 2);
        w.results[i].ledger = own;
        w.results[i].ledger_count = 1;
    }
    const char *text = as_text(&w);
    assert_has(text, " more states in ");
    assert_true(strlen(text) < 400000);
    unbuild(&w);
}

static void versions_are_ordered_by_number_not_by_bytes(void **state) {
    (void)state;
    assert_true(pgm__board_compare("2_b", "10_a") < 0);
    assert_true(pgm__board_compare("0002_b", "10_a") < 0);
    assert_true(pgm__board_compare("99999999999999999999_a", "100000000000000000000_a") < 0);
    assert_true(pgm__board_compare("1_a", "1_b") < 0);
    assert_int_equal(pgm__board_compare("1_a", "1_a"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_documented_shape_in_its_order),
        cmocka_unit_test(json_absent_error_fields_are_null),
        cmocka_unit_test(json_bad_utf8_is_replaced_and_the_report_kept),
        cmocka_unit_test(json_status_holds_the_ledger_and_down_what_was_rolled_back),
        cmocka_unit_test(json_time_before_1970_is_still_a_time),
        cmocka_unit_test(text_one_line_per_target_and_one_closing_sentence),
        cmocka_unit_test(text_down_says_rolled_back),
        cmocka_unit_test(f01_text_failure_has_file_line_and_sqlstate),
        cmocka_unit_test(f10_text_the_same_error_on_4000_targets_is_shown_once),
        cmocka_unit_test(text_failures_that_differ_in_one_field_stay_apart),
        cmocka_unit_test(text_more_kinds_of_failure_than_the_cap_are_counted),
        cmocka_unit_test(text_control_characters_of_a_server_are_dropped),
        cmocka_unit_test(text_identical_warnings_are_said_once),
        cmocka_unit_test(text_dry_run_lists_what_would_be_applied),
        cmocka_unit_test(f05_text_a_target_that_never_started_is_not_run),
        cmocka_unit_test(a04_text_unknown_has_its_own_mark_and_count),
        cmocka_unit_test(text_quiet_is_failures_and_the_closing_sentence),
        cmocka_unit_test(text_colour_only_when_asked),
        cmocka_unit_test(status_of_one_target_is_a_list_in_version_order),
        cmocka_unit_test(status_of_a_few_targets_is_a_matrix_with_their_names),
        cmocka_unit_test(status_of_hundreds_folds_identical_targets_into_one_column),
        cmocka_unit_test(status_unreachable_target_is_below_the_matrix_with_its_error),
        cmocka_unit_test(status_many_different_states_do_not_flood_the_page),
        cmocka_unit_test(versions_are_ordered_by_number_not_by_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
