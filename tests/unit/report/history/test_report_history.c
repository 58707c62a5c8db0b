/* The runs that ledgers remember. */
#include "support/report_world.h"

#include "report/history/history.h"
#include "report/history/history_json.h"
#include "report/history/history_text.h"
#include "support/oom.h"

static const pgm_ledger_entry first_target[] = {
    {"1_a", "2026-01-02 10:00:00", true, "aaaa", 40},
    {"2_b", "2026-01-02 10:00:02", true, "aaaa", 60},
    {"3_c", "2026-03-01 09:00:00", true, "bbbb", 5},
    {"9_hand", "2026-02-01 00:00:00", false, NULL, 0},
};
static const pgm_ledger_entry second_target[] = {
    {"1_a", "2026-01-02 09:59:58", true, "aaaa", 70},
};

static void give(pgm_result *result, const pgm_ledger_entry *lines, size_t count) {
    result->outcome = PGM_OUTCOME_UP_TO_DATE;
    result->done_count = 0;
    result->ledger = lines;
    result->ledger_count = count;
}

static const pgm_failure unread = {.phase = "connect", .message = "connection refused"};

/* Two that are read, and one that is not; one was left out as another one's place. */
static void build_fleet(world *w) {
    build(w, PGM_COMMAND_STATUS, 4);
    give(&w->results[3], NULL, 0);
    w->results[3].outcome = PGM_OUTCOME_SKIPPED;
    w->results[3].pending_unknown = true;
    give(&w->results[0], first_target, 4);
    give(&w->results[1], second_target, 1);
    give(&w->results[2], NULL, 0);
    w->results[2].outcome = PGM_OUTCOME_FAILED;
    w->results[2].failure = &unread;
    w->results[2].pending_unknown = true;
}

static void a_run_is_what_its_rows_on_all_targets_say(void **state) {
    (void)state;
    world w;
    pgm__history history;
    build_fleet(&w);
    assert_int_equal(pgm__history_of(&history, &w.report), PGM_OK);
    assert_int_equal(history.count, 3);
    assert_int_equal(history.target_count, 2);
    const pgm__past_run *run = &history.runs[1];
    assert_string_equal(run->id, "aaaa");
    assert_string_equal(run->first_at, "2026-01-02 09:59:58");
    assert_string_equal(run->last_at, "2026-01-02 10:00:02");
    assert_int_equal(run->targets.count, 2);
    assert_int_equal(run->row_count, 3);
    assert_int_equal(run->version_count, 2);
    assert_string_equal(run->versions[0], "1_a");
    assert_string_equal(run->versions[1], "2_b");
    assert_string_equal(run->slowest, "t00000");
    assert_int_equal(run->slowest_ms, 100);
    pgm__history_fini(&history);
    unbuild(&w);
}

static void the_latest_run_comes_first_and_what_nobody_signed_last(void **state) {
    (void)state;
    world w;
    pgm__history history;
    build_fleet(&w);
    assert_int_equal(pgm__history_of(&history, &w.report), PGM_OK);
    assert_string_equal(history.runs[0].id, "bbbb");
    assert_string_equal(history.runs[1].id, "aaaa");
    assert_null(history.runs[2].id);
    assert_null(history.runs[2].slowest);
    pgm__history_fini(&history);
    unbuild(&w);
}

/* All that is known of a time here is its second. */
static void of_two_runs_in_one_second_the_one_with_newer_migrations_comes_first(void **state) {
    (void)state;
    static const pgm_ledger_entry of_one_second[] = {
        {"1_a", "2026-01-02 10:00:00", true, "0aaa", 40},
        {"2_b", "2026-01-02 10:00:00", true, "ffff", 40},
    };
    world w;
    pgm__history history;
    build(&w, PGM_COMMAND_STATUS, 1);
    give(&w.results[0], of_one_second, 2);
    assert_int_equal(pgm__history_of(&history, &w.report), PGM_OK);
    assert_string_equal(history.runs[0].id, "ffff");
    assert_string_equal(history.runs[1].id, "0aaa");
    pgm__history_fini(&history);
    unbuild(&w);
}

static void text_has_a_row_for_each_run_and_names_what_was_not_read(void **state) {
    (void)state;
    world w;
    build_fleet(&w);
    assert_int_equal(pgm__history_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_has(w.out.text, "bbbb");
    assert_has(w.out.text, "1_a … 2_b (2)");
    assert_has(w.out.text, "100 ms, t00000");
    assert_has(w.out.text, "(unsigned)");
    assert_has(w.out.text, "connection refused");
    assert_has(w.out.text, "2 runs in the ledgers of 2 targets; 1 could not be read\n");
    unbuild(&w);
}

static void text_of_many_runs_ends_with_how_many_there_are(void **state) {
    (void)state;
    enum { MANY = 30 };
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    pgm_ledger_entry *lines = pgm__arena_calloc(&w.arena, MANY, sizeof *lines);
    for (int i = 0; i < MANY; i++) {
        lines[i] = (pgm_ledger_entry){
            .version = pgm__arena_printf(&w.arena, "%d_m", i),
            .applied_at = pgm__arena_printf(&w.arena, "2026-01-01 00:00:%02d", i),
            .run_id = pgm__arena_printf(&w.arena, "run%02d", i)};
    }
    give(&w.results[0], lines, MANY);
    assert_int_equal(pgm__history_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_has(w.out.text, "run29");
    assert_has(w.out.text, "run10");
    assert_lacks(w.out.text, "run09");
    assert_has(w.out.text, "… and 10 earlier: see --verbose\n");
    assert_has(w.out.text, "30 runs in the ledgers of 1 target\n");
    unbuild(&w);
}

static void json_has_all_of_it(void **state) {
    (void)state;
    world w;
    build_fleet(&w);
    assert_int_equal(pgm__history_json(&w.out, &w.report, &w.style, NULL), PGM_OK);
    json_t *root = json_loads(w.out.text, 0, NULL);
    assert_non_null(root);
    const json_t *runs = json_object_get(root, "runs");
    assert_int_equal(json_array_size(runs), 3);
    const json_t *run = json_array_get(runs, 1);
    assert_string_equal(json_string_value(json_object_get(run, "id")), "aaaa");
    assert_int_equal(json_integer_value(json_object_get(run, "rows")), 3);
    assert_int_equal(json_array_size(json_object_get(run, "targets")), 2);
    const json_t *slowest = json_object_get(run, "slowest");
    assert_int_equal(json_integer_value(json_object_get(slowest, "took_ms")), 100);
    assert_true(json_is_null(json_object_get(json_array_get(runs, 2), "id")));
    const json_t *unread_ones = json_object_get(root, "unread");
    assert_int_equal(json_array_size(unread_ones), 1);
    json_decref(root);
    unbuild(&w);
}

/* Somebody pressed Ctrl-C: there is no error, and the ledger was not read all the same. */
static void what_a_stop_left_unread_is_counted(void **state) {
    (void)state;
    world w;
    build_fleet(&w);
    w.results[2].outcome = PGM_OUTCOME_CANCELLED;
    w.results[2].failure = NULL;
    assert_int_equal(pgm__history_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_has(w.out.text, "2 runs in the ledgers of 2 targets; 1 could not be read\n");
    unbuild(&w);
}

static void a_fleet_without_rows_has_no_history(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    give(&w.results[0], NULL, 0);
    assert_int_equal(pgm__history_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_string_equal(w.out.text, "0 runs in the ledgers of 1 target\n");
    unbuild(&w);
}

static void without_memory_it_says_so(void **state) {
    (void)state;
    world w;
    build_fleet(&w);
    bool struck = true;
    size_t nth = 1;
    for (; struck; nth++) {
        pgm__strbuf out = {0};
        oom_arm(nth);
        pgm_status status = pgm__history_text(&out, &w.report, &w.style, NULL);
        struck = oom_disarm();
        assert_true(status == PGM_OK ? !struck : status == PGM_ENOMEM);
        pgm__strbuf_fini(&out);
    }
    assert_in_range(nth, 8, 200);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_what_its_rows_on_all_targets_say),
        cmocka_unit_test(the_latest_run_comes_first_and_what_nobody_signed_last),
        cmocka_unit_test(of_two_runs_in_one_second_the_one_with_newer_migrations_comes_first),
        cmocka_unit_test(text_has_a_row_for_each_run_and_names_what_was_not_read),
        cmocka_unit_test(text_of_many_runs_ends_with_how_many_there_are),
        cmocka_unit_test(json_has_all_of_it),
        cmocka_unit_test(what_a_stop_left_unread_is_counted),
        cmocka_unit_test(a_fleet_without_rows_has_no_history),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
