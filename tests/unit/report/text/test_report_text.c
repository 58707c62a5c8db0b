/* Results → the text of up and down. */
#include "support/report_world.h"

static void text_one_line_per_target_and_one_closing_sentence(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.results[1].outcome = PGM_OUTCOME_UP_TO_DATE;
    w.results[1].done_count = 0;
    assert_string_equal(as_text(&w), "✓ t00000  applied     2 migrations     7 ms\n"
                                     "✓ t00001  up-to-date                   7 ms\n"
                                     "\n"
                                     "2 targets in 1.2 s: 1 applied, 1 up-to-date\n");
    unbuild(&w);
}

static void text_lists_what_was_slow_the_slowest_first(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    const pgm_slow slow[] = {{.phase = "lock", .took_ms = 31000},
                             {.phase = "migrate",
                              .version = "2_b",
                              .file = "m/2_b.up.sql",
                              .line = 7,
                              .took_ms = 45000,
                              .last_seen = "waits for pid 7 (\x1b[31mpsql)"}};
    w.results[1].slow = slow;
    w.results[1].slow_count = 2;
    assert_has(as_text(&w),
               "7 ms\n\n"
               "… t00001: slow: 2_b, 45.0 s at m/2_b.up.sql:7; last seen: waits for pid 7 "
               "([31mpsql)\n"
               "… t00001: slow: lock, 31.0 s\n\n");
    w.style.quiet = true;
    assert_lacks(as_text(&w), "slow");
    unbuild(&w);
}

static void text_lists_twenty_of_those_that_were_slow(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 30);
    pgm_slow slow[30] = {{.phase = NULL}};
    for (size_t i = 0; i < 30; i++) {
        slow[i] = (pgm_slow){.phase = "migrate", .version = "1_a", .took_ms = 30000};
        w.results[i].slow = &slow[i];
        w.results[i].slow_count = i < 21 ? 1 : 0;
    }
    assert_lacks(as_text(&w), "more that were slow");
    assert_has(as_text(&w), "t00020: slow: 1_a, 30.0 s\n");
    w.results[21].slow_count = 1;
    assert_has(as_text(&w),
               "t00019: slow: 1_a, 30.0 s\n… and 2 more that were slow: see --verbose");
    w.style.verbose = true;
    assert_has(as_text(&w), "t00021: slow: 1_a, 30.0 s\n");
    unbuild(&w);
}

static void text_of_a_shard_says_which_and_of_how_many(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.summary.selected_count = 400;
    w.summary.shard_index = 1;
    w.summary.shard_count = 8;
    assert_has(as_text(&w), "\nshard 2/8: 2 of 400 targets in 1.2 s: 2 applied\n");
    unbuild(&w);
}

static void text_of_an_empty_shard_is_one_sentence(void **state) {
    (void)state;
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_STATUS, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        world w;
        build(&w, commands[i], 0);
        w.summary.selected_count = 5;
        w.summary.shard_index = 2;
        w.summary.shard_count = 8;
        assert_string_equal(as_text(&w), "no target of this fleet belongs to shard 3/8: 0 of 5 "
                                         "targets in 1.2 s\n");
        unbuild(&w);
    }
}

/* One target is else told of by its migrations; the others are somewhere else here. */
static void status_of_a_shard_with_one_target_names_the_shard(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    w.summary.selected_count = 5;
    w.summary.shard_count = 8;
    assert_has(as_text(&w), "shard 1/8: 1 of 5 targets in 1.2 s: ");
    unbuild(&w);
}

static void text_down_says_rolled_back(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_DOWN, 1);
    w.results[0].done_count = 0;
    w.results[0].done = two;
    w.results[0].done_count = 1;
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
    assert_has(text, "✗ 4000 targets failed: t00000 … t03999\n");
    assert_has(text, "✓ 6000 targets applied, 12000 migrations: 1_a, 2_b\n"
                     "○ still pending in 4000 targets: 2_b\n");
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

static void never_start(world *w, size_t from, size_t until) {
    for (size_t i = from; i < until; i++) {
        w->results[i].outcome = PGM_OUTCOME_NOT_RUN;
        w->results[i].done_count = 0;
        w->results[i].attempts = 0;
    }
}

static void text_of_a_fleet_begins_with_its_failures(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 5000);
    never_start(&w, 0, 4995);
    for (size_t i = 4995; i < 5000; i++) {
        make_fail(&w, i, &relation_exists);
    }
    assert_string_equal(as_text(&w), "✗ 5 targets failed: t04995 … t04999\n"
                                     "    file      m/2_b.up.sql:3\n"
                                     "    error     42P07: relation \"x\" already exists\n"
                                     "    hint      drop it\n"
                                     "\n"
                                     "– 4995 targets did not start: t00000 … t04994\n"
                                     "\n"
                                     "○ still pending in 5 targets: 2_b\n"
                                     "\n"
                                     "→ `pgmarch status --only t04995` shows one; mended, the "
                                     "same command goes on where each stopped (--retry-failed "
                                     "REPORT.json: only those)\n"
                                     "\n"
                                     "5000 targets in 1.2 s: 4995 not-run, 5 failed\n");
    unbuild(&w);
}

/* Where not all did the same, who did what; and what was slow in one place is a line. */
static void text_of_a_fleet_has_a_line_for_each_list_and_each_place_that_was_slow(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 60);
    static pgm_slow slow[4];
    for (size_t i = 0; i < 4; i++) {
        slow[i] = (pgm_slow){.phase = "migrate", .version = "2_b", .took_ms = 30000 + (int64_t)i};
        slow[i].last_seen = i == 3 ? "waits for pid 7" : NULL;
        w.results[i].slow = &slow[i];
        w.results[i].slow_count = 1;
        w.results[i].done_count = 1;
    }
    assert_has(as_text(&w), "✓ 56 targets applied, 112 migrations: 1_a, 2_b\n"
                            "    on t00004 … t00059\n"
                            "✓ 4 targets applied, 4 migrations: 1_a\n"
                            "    on t00000, t00001, t00002, t00003\n"
                            "\n"
                            "… t00003: slow: 2_b, 30.0 s; last seen: waits for pid 7\n"
                            "… 3 targets: slow: 2_b, up to 30.0 s\n"
                            "    t00000 … t00002\n\n");
    unbuild(&w);
}

/* A second `down` may take back one more, and a name may be one that a shell reads otherwise. */
static void text_says_what_to_do_next_where_that_cannot_hurt(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_DOWN, 60);
    make_fail(&w, 3, &relation_exists);
    assert_has(as_text(&w), "\n→ `pgmarch status --only t00003` shows one\n");
    w.results[3].name = "t; rm";
    assert_has(as_text(&w), "\n→ `pgmarch status` shows them\n");
    make_fail(&w, 4, &relation_exists);
    make_fail(&w, 5, &relation_exists);
    w.results[5].outcome = PGM_OUTCOME_UNKNOWN;
    assert_has(as_text(&w), "\n→ `pgmarch status --only t00005` shows one\n");
    w.style.quiet = true;
    assert_lacks(as_text(&w), "→");
    unbuild(&w);
    build(&w, PGM_COMMAND_UP, 60);
    assert_lacks(as_text(&w), "→");
    unbuild(&w);
}

static void text_of_few_targets_ends_with_its_failures(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 50);
    make_fail(&w, 49, &relation_exists);
    const char *text = as_text(&w);
    assert_true(strstr(text, "✓ t00000  applied") < strstr(text, "✗ t00049 failed\n"));
    unbuild(&w);
}

static void text_names_those_that_did_not_start_by_reason(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 300);
    never_start(&w, 7, 30);
    w.results[9].reason = "stopped on request";
    for (size_t i = 10; i < 30; i++) {
        w.results[i].reason = "canary: 1 of 1 failed, where nothing may fail";
    }
    assert_has(as_text(&w), "– 20 targets did not start: canary: 1 of 1 failed, where nothing may "
                            "fail\n    t00010 … t00029\n"
                            "– 2 targets did not start: t00007, t00008\n"
                            "– 1 target did not start: stopped on request\n    t00009\n");
    w.style.verbose = true;
    assert_has(as_text(&w), "– t00007  not-run\n");
    assert_has(w.out.text, "– 20 targets did not start: ");
    unbuild(&w);
}

/* Errors, warnings and what was slow; where no terminal is, a line stays whole for who searches. */
static void text_breaks_long_lines_between_words_on_a_terminal(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    pgm_failure failure = relation_exists;
    failure.detail = "one two three four five six seven";
    make_fail(&w, 0, &failure);
    static const char *const warnings[] = {"one two three four five six seven eight"};
    w.results[0].warnings = warnings;
    w.results[0].warning_count = 1;
    const pgm_slow slow = {.phase = "lock", .took_ms = 31000, .last_seen = "waits for pid 7"};
    w.results[0].slow = &slow;
    w.results[0].slow_count = 1;
    const char *text = as_text(&w);
    assert_has(text, "    detail    one two three four five six seven\n");
    assert_has(text, "! t00000: one two three four five six seven eight\n");
    w.style.width = 40;
    text = as_text(&w);
    assert_has(text, "    detail    one two three four five\n"
                     "              six seven\n");
    assert_has(text, "! t00000: one two three four five six\n"
                     "    seven eight\n");
    assert_has(text, "… t00000: slow: lock, 31.0 s; last seen:\n"
                     "    waits for pid 7\n");
    unbuild(&w);
}

static void text_names_of_a_cause_go_on_below_and_are_counted_then(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 300);
    for (size_t i = 0; i < 300; i += 2) {
        make_fail(&w, i, &relation_exists);
    }
    w.style.width = 40;
    const char *text = as_text(&w);
    assert_has(text, "✗ 150 targets failed: t00000, t00002,\n"
                     "    t00004, t00006, t00008, t00010,\n"
                     "    t00012, t00014, t00016 and 141 more\n"
                     "    file ");
    w.style.verbose = true;
    assert_has(as_text(&w), " t00298\n    file ");
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
        w.results[i].done_count = 0;
        w.results[i].pending = two;
        w.results[i].pending_count = 2;
    }
    const char *text = as_text(&w);
    assert_has(text, "○ 2 targets: 2 migrations would be applied: 1_a, 2_b\n"
                     "    on t00000, t00001\n");
    assert_has(text, "2 pending (dry run: nothing changed)");
    unbuild(&w);
}

static void f05_text_a_target_that_never_started_is_not_run(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    w.results[1].outcome = PGM_OUTCOME_NOT_RUN;
    w.results[1].done_count = 0;
    w.results[1].attempts = 0;
    assert_has(as_text(&w), "\n\n– 1 target did not start: t00001\n");
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

/* A few of them, and all for who wants to see all. */
static void text_says_which_migrations_are_not_sql(void **state) {
    (void)state;
    static const char *const code[] = {"01_a.go", "02_b.go", "03_c.go", "04_d.go",
                                       "05_e.go", "06_f.go", "07_g.go", "08_h.go",
                                       "09_i.go", "10_j.go", "11_k.go", "12_\033l.go"};
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    assert_null(strstr(as_text(&w), "not SQL"));
    w.summary.code = code;
    w.summary.code_count = 12;
    const char *text = as_text(&w);
    assert_has(text, "! not SQL, and left to their own tool:\n    01_a.go\n");
    assert_has(text, "    10_j.go\n    … and 2 more\n");
    assert_null(strstr(text, "11_k.go"));
    w.style.verbose = true;
    text = as_text(&w);
    assert_has(text, "    11_k.go\n    12_");
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "more"));
    json_t *root = as_json(&w);
    json_t *not_sql = json_object_get(json_object_get(root, "run"), "not_sql");
    assert_int_equal(json_array_size(not_sql), 12);
    assert_string_equal(json_string_value(json_array_get(not_sql, 10)), "11_k.go");
    json_decref(root);
    w.style.verbose = false;
    w.style.quiet = true;
    assert_null(strstr(as_text(&w), "not SQL"));
    unbuild(&w);
}

/* Of how many runs a merged report is; nothing of one run's. */
static void a_merged_report_says_of_what_it_was_made(void **state) {
    (void)state;
    static const pgm__report_run runs[] = {{.id = "a", .shard_count = 2},
                                           {.id = "b", .shard_index = 1, .shard_count = 2},
                                           {.id = "c", .shard_index = 1, .shard_count = 2},
                                           {.id = "d", .retry_of = "m"},
                                           {.id = "e", .retry_of = "m"}};
    static const struct {
        size_t from;
        size_t count;
        const char *says;
    } cases[] = {
        {0, 0, NULL},
        {0, 2, "\nmerged: 2 shards\n"},
        {0, 3, "\nmerged: 2 shards in 3 runs\n"},
        {0, 4, "\nmerged: 2 shards in 3 runs, and 1 run that retried what was left\n"},
        {0, 5, "\nmerged: 2 shards in 3 runs, and 2 runs that retried what was left\n"},
        {3, 2, "\nmerged: 2 runs\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world w;
        build(&w, PGM_COMMAND_UP, 1);
        w.report.runs = runs + cases[i].from;
        w.report.run_count = cases[i].count;
        if (cases[i].says == NULL) {
            assert_lacks(as_text(&w), "merged");
        } else {
            assert_has(as_text(&w), cases[i].says);
        }
        w.style.quiet = true;
        assert_lacks(as_text(&w), "merged");
        unbuild(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_says_which_migrations_are_not_sql),
        cmocka_unit_test(text_one_line_per_target_and_one_closing_sentence),
        cmocka_unit_test(text_lists_what_was_slow_the_slowest_first),
        cmocka_unit_test(text_lists_twenty_of_those_that_were_slow),
        cmocka_unit_test(text_of_a_shard_says_which_and_of_how_many),
        cmocka_unit_test(text_of_an_empty_shard_is_one_sentence),
        cmocka_unit_test(status_of_a_shard_with_one_target_names_the_shard),
        cmocka_unit_test(text_down_says_rolled_back),
        cmocka_unit_test(f01_text_failure_has_file_line_and_sqlstate),
        cmocka_unit_test(f10_text_the_same_error_on_4000_targets_is_shown_once),
        cmocka_unit_test(text_of_a_fleet_begins_with_its_failures),
        cmocka_unit_test(text_of_a_fleet_has_a_line_for_each_list_and_each_place_that_was_slow),
        cmocka_unit_test(text_says_what_to_do_next_where_that_cannot_hurt),
        cmocka_unit_test(text_of_few_targets_ends_with_its_failures),
        cmocka_unit_test(text_names_those_that_did_not_start_by_reason),
        cmocka_unit_test(text_breaks_long_lines_between_words_on_a_terminal),
        cmocka_unit_test(text_names_of_a_cause_go_on_below_and_are_counted_then),
        cmocka_unit_test(text_failures_that_differ_in_one_field_stay_apart),
        cmocka_unit_test(text_more_kinds_of_failure_than_the_cap_are_counted),
        cmocka_unit_test(text_control_characters_of_a_server_are_dropped),
        cmocka_unit_test(text_identical_warnings_are_said_once),
        cmocka_unit_test(text_dry_run_lists_what_would_be_applied),
        cmocka_unit_test(f05_text_a_target_that_never_started_is_not_run),
        cmocka_unit_test(a04_text_unknown_has_its_own_mark_and_count),
        cmocka_unit_test(text_quiet_is_failures_and_the_closing_sentence),
        cmocka_unit_test(text_colour_only_when_asked),
        cmocka_unit_test(a_merged_report_says_of_what_it_was_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
