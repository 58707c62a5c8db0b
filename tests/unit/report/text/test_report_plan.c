/* What would be done on a fleet → a few lines: the plan, a dry run, and the question. */
#include "support/report_world.h"

#include "report/page/paint.h"

static const char *const seven[] = {"1_a", "2_b", "3_c", "4_d", "5_e", "6_f", "7_g"};
static const pgm_migration_info files[] = {
    {.version = "1_a"}, {.version = "2_b"}, {.version = "3_c"}, {.version = "4_d"},
    {.version = "5_e"}, {.version = "6_f"}, {.version = "7_g"}};
static const pgm_finding ahead_finding = {.severity = PGM_SEVERITY_ERROR, .code = "target-ahead"};
static const pgm_failure ahead_failure = {.phase = "plan",
                                          .message = "the ledger has \"9_x\", newer than all files",
                                          .hint = "take the newest files"};
static const pgm_failure away = {.phase = "connect", .message = "connection refused"};

enum { ALL = sizeof seven / sizeof *seven };

/* The last `count` of the folder are pending. */
static void pends(world *w, size_t i, size_t count) {
    w->results[i].outcome = count == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN;
    w->results[i].done_count = 0;
    w->results[i].pending = seven + ALL - count;
    w->results[i].pending_count = count;
}

static void fails(world *w, size_t i, const pgm_failure *failure, const pgm_finding *finding) {
    w->results[i].outcome = PGM_OUTCOME_FAILED;
    w->results[i].done_count = 0;
    w->results[i].failure = failure;
    w->results[i].findings = finding;
    w->results[i].finding_count = finding == NULL ? 0 : 1;
}

static void build_plan(world *w, size_t count) {
    build(w, PGM_COMMAND_UP, count);
    w->summary.dry_run = true;
    for (size_t i = 0; i < count; i++) {
        pends(w, i, 0);
    }
    w->report.migrations = files;
    w->report.migration_count = ALL;
}

static void a_plan_puts_together_what_would_happen(void **state) {
    (void)state;
    world w;
    build_plan(&w, 341);
    for (size_t i = 0; i < 312; i++) {
        pends(&w, i, 2);
    }
    for (size_t i = 312; i < 316; i++) {
        pends(&w, i, 7);
    }
    fails(&w, 316, &ahead_failure, &ahead_finding);
    const char *text = as_text(&w);
    assert_has(text,
               "○ 312 targets: 2 migrations would be applied: 6_f, 7_g\n"
               "    on t00000 … t00311\n"
               "○ 4 targets: 7 migrations would be applied: 1_a, 2_b, 3_c, 4_d, 5_e, 6_f, 7_g\n"
               "    on t00312, t00313, t00314, t00315\n"
               "✗ t00316: stops: ahead of the migrations folder\n"
               "✓ 24 targets: up-to-date\n"
               "    on t00317 … t00340\n");
    /* Why, and what to do, once more and in full. */
    assert_has(text, "    hint      take the newest files\n");
    assert_has(text, "341 targets in 1.2 s: 24 up-to-date, 316 pending, 1 failed (dry run: nothing "
                     "changed)\n");
    unbuild(&w);
}

static void a_small_fleet_has_its_names_in_the_order_of_the_files(void **state) {
    (void)state;
    world w;
    build_plan(&w, 4);
    pends(&w, 0, 1);
    pends(&w, 2, 1);
    fails(&w, 3, &away, NULL);
    assert_has(as_text(&w), "○ 2 targets: 1 migration would be applied: 7_g\n"
                            "    on t00000, t00002\n"
                            "✗ t00003: stops: not reached\n"
                            "✓ t00001: up-to-date\n");
    unbuild(&w);
}

/* Where a list does not fit on its line. */
static void a_long_list_is_a_column_or_its_ends(void **state) {
    (void)state;
    world w;
    build_plan(&w, 3);
    w.style.width = 50;
    pends(&w, 0, 7);
    assert_has(as_text(&w), "○ t00000: 7 migrations would be applied\n"
                            "      1_a\n      2_b\n");
    pends(&w, 1, 1);
    pends(&w, 2, 2);
    assert_has(as_text(&w), "○ t00000: 7 migrations would be applied: 1_a … 7_g\n");
    static const char *const gaps[] = {"1_a", "2_b", "4_d", "5_e", "6_f", "7_g"};
    w.results[0].pending = gaps;
    w.results[0].pending_count = 6;
    assert_has(as_text(&w), "○ t00000: 6 migrations would be applied: 1_a and 5 more\n");
    w.style.verbose = true;
    assert_has(as_text(&w), "would be applied\n      1_a\n      2_b\n      4_d\n");
    unbuild(&w);
}

/* A `down` lists the newest first. */
static void a_way_down_is_shortened_as_well(void **state) {
    (void)state;
    world w;
    build_plan(&w, 3);
    w.summary.command = PGM_COMMAND_DOWN;
    w.style.width = 40;
    static const char *const back[] = {"7_g", "6_f", "5_e", "4_d"};
    for (size_t i = 0; i < 3; i++) {
        w.results[i].outcome = PGM_OUTCOME_NOT_RUN;
        w.results[i].pending = back;
        w.results[i].pending_count = i + 2;
    }
    assert_has(as_text(&w), "○ t00002: 4 migrations would be rolled back:\n    7_g … 4_d\n");
    unbuild(&w);
}

static void five_thousand_targets_are_one_screen(void **state) {
    (void)state;
    world w;
    build_plan(&w, 5000);
    for (size_t i = 0; i < 5000; i++) {
        pends(&w, i, i % 7);
    }
    for (size_t i = 0; i < 50; i++) {
        fails(&w, i * 100, i % 2 == 0 ? &away : &ahead_failure, i % 2 == 0 ? NULL : &ahead_finding);
    }
    pgm_wave waves[] = {{.name = "canary", .targets = 2, .at_once = 2},
                        {.name = "the rest", .targets = 4998, .limit = PGM_NO_LIMIT}};
    w.summary.waves = waves;
    w.summary.wave_count = 2;
    for (size_t i = 0; i < 5000; i++) {
        w.results[i].wave = i < 2 ? "canary" : "the rest";
    }
    const char *text = as_text(&w);
    assert_true(times(text, "\n") <= 40);
    assert_has(text, "    canary    2 targets, all can fail (0 + 2 under way)");
    assert_has(text, "✗ 25 targets: stop: ahead of the migrations folder\n");
    w.style.quiet = true;
    assert_lacks(as_text(&w), "would be applied");
    unbuild(&w);
}

static void a_repair_tells_its_changes_in_words(void **state) {
    (void)state;
    world w;
    build_plan(&w, 2);
    w.summary.command = PGM_COMMAND_REPAIR;
    static const char *const changes[] = {"1_a: the checksum of its file now"};
    for (size_t i = 0; i < 2; i++) {
        pends(&w, i, 1);
        w.results[i].changes = changes;
        w.results[i].change_count = 1;
    }
    assert_has(as_text(&w), "○ 2 targets: would be repaired\n"
                            "    on t00000, t00001\n"
                            "      1_a: the checksum of its file now\n");
    unbuild(&w);
}

static void the_time_is_told_with_what_it_is_judged_by(void **state) {
    (void)state;
    world w;
    build_plan(&w, 2);
    pends(&w, 0, 5);
    pgm_wave waves[] = {{.name = "canary", .targets = 1, .at_once = 1},
                        {.name = "the rest", .targets = 1, .at_once = 64}};
    w.summary.waves = waves;
    w.summary.wave_count = 2;
    pgm_estimate estimate = {.likely_ms = 250000,
                             .longest_ms = 360000,
                             .migrations = 5,
                             .unknown = 2,
                             .judged_least = 12,
                             .judged_most = 288};
    w.summary.estimate = &estimate;
    assert_has(as_text(&w),
               "\n\ntime: about 4 min 10 s, 64 at once (6 min 00 s if each migration takes "
               "as long as it ever did): judged by 12 to 288 targets that have them; "
               "without 2 of 5 migrations, of which no ledger says how long they take"
               "\n\n2 targets in");
    estimate = (pgm_estimate){.likely_ms = 900, .longest_ms = 900, .migrations = 1};
    estimate.judged_least = estimate.judged_most = 1;
    waves[1].at_once = 1;
    assert_has(as_text(&w), "time: about 900 ms: judged by 1 target that has them\n");
    w.style.quiet = true;
    assert_lacks(as_text(&w), "time:");
    unbuild(&w);
}

static void where_no_ledger_knows_there_is_no_number(void **state) {
    (void)state;
    world w;
    build_plan(&w, 1);
    pends(&w, 0, 1);
    pgm_estimate estimate = {.likely_ms = -1, .longest_ms = -1, .migrations = 1, .unknown = 1};
    w.summary.estimate = &estimate;
    assert_has(as_text(&w), "time: not known: no ledger says how long the migration takes\n");
    estimate.migrations = estimate.unknown = 3;
    assert_has(as_text(&w), "time: not known: no ledger says how long these 3 migrations take\n");
    json_t *root = as_json(&w);
    json_t *out = json_object_get(json_object_get(root, "run"), "estimate");
    assert_true(json_is_null(json_object_get(out, "likely_ms")));
    assert_int_equal(json_integer_value(json_object_get(out, "unknown")), 3);
    json_decref(root);
    estimate.likely_ms = 5;
    root = as_json(&w);
    out = json_object_get(json_object_get(root, "run"), "estimate");
    assert_int_equal(json_integer_value(json_object_get(out, "likely_ms")), 5);
    json_decref(root);
    w.summary.estimate = NULL;
    root = as_json(&w);
    assert_true(json_is_null(json_object_get(json_object_get(root, "run"), "estimate")));
    json_decref(root);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_puts_together_what_would_happen),
        cmocka_unit_test(a_small_fleet_has_its_names_in_the_order_of_the_files),
        cmocka_unit_test(a_long_list_is_a_column_or_its_ends),
        cmocka_unit_test(a_way_down_is_shortened_as_well),
        cmocka_unit_test(five_thousand_targets_are_one_screen),
        cmocka_unit_test(a_repair_tells_its_changes_in_words),
        cmocka_unit_test(the_time_is_told_with_what_it_is_judged_by),
        cmocka_unit_test(where_no_ledger_knows_there_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
