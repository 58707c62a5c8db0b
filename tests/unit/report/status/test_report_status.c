/* Results → the list and the matrix of status. */
#include "support/report_world.h"

static void make_status(world *w, size_t i, size_t ledger, size_t pending) {
    pgm_result *r = &w->results[i];
    static const char *const left[] = {"2_b", "3_c"};
    r->done_count = 0;
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
                                     "○ 2_b (pending)\n"
                                     "! 2_hot (applied 2023-11-07 01:02:03, no file here)\n"
                                     "○ 3_c (pending)\n"
                                     "\n"
                                     "t00000 in 1.2 s: 2 applied, 2 pending, 1 without a file\n");
    unbuild(&w);
}

static void status_shows_what_is_half_done(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    make_status(&w, 0, 0, 2);
    pgm_half_done half[] = {{.version = "2_b", .ran = 1, .statements = 3, .in_doubt = true},
                            {.version = "3_c", .ran = 1, .statements = 2}};
    w.results[0].half_done = half;
    w.results[0].half_done_count = 2;
    assert_has(as_text(&w), "○ 2_b (pending; half done, statement 2 of 3 in doubt)\n"
                            "○ 3_c (pending; half done, 1 of 2 statements ran)\n");
    half[0] = (pgm_half_done){.version = "2_b", .statements = 3};
    half[1].statements = 0;
    assert_has(as_text(&w), "○ 2_b (pending; begun, no statement ran)\n"
                            "○ 3_c (pending; half done, 1 statement ran)\n");
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
                                     "2_b      ○       ·\n"
                                     "2_hot    ·       !\n"
                                     "3_c      ○       ·\n"
                                     "\n"
                                     "✓ applied  ○ pending  ! applied, no file here  · not there\n"
                                     "\n"
                                     "2 targets in 1.2 s: 1 up-to-date, 1 pending\n");
    unbuild(&w);
}

static void status_of_hundreds_is_the_states_that_they_are_in(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 300);
    for (size_t i = 0; i < 300; i++) {
        make_status(&w, i, i == 9 ? 2 : 1, i == 7 ? 1 : i == 8 || i == 11 ? 2 : 0);
    }
    assert_string_equal(as_text(&w), "○ 2 targets 2 behind: 2_b, 3_c\n"
                                     "    t00008, t00011\n"
                                     "○ t00007 1 behind: 2_b\n"
                                     "✓ 296 targets up-to-date\n"
                                     "    t00000 … t00006, t00010, t00012 … t00299\n"
                                     "✓ t00009 up-to-date; applied, no file here: 2_hot\n"
                                     "\n"
                                     "3 of 300 targets are behind, by 1 to 2 migrations\n"
                                     "\n"
                                     "300 targets in 1.2 s: 297 up-to-date, 3 pending\n");
    w.style.pending_only = true;
    assert_has(as_text(&w), "     t00007  t00008  t00011\n"); /* so few have a column each */
    assert_lacks(w.out.text, "t00009");
    for (size_t i = 100; i < 200; i++) {
        make_status(&w, i, 1, 1);
    }
    assert_lacks(as_text(&w), "✓");
    assert_has(w.out.text, "○ 101 targets 1 behind: 2_b\n    t00007, t00100 … t00199\n\n"
                           "103 of 300 targets");
    unbuild(&w);
}

static pgm_ledger_entry ledger_of[120];
static const char *versions[120];
static char version_texts[120][24];

/* 300 targets and 120 migrations, of which each target lacks none, a few, or nearly all. */
static void build_large(world *w, size_t targets) {
    build(w, PGM_COMMAND_STATUS, targets);
    for (size_t i = 0; i < 120; i++) {
        (void)snprintf(version_texts[i], sizeof version_texts[i], "%03zu_migration", i);
        versions[i] = version_texts[i];
        w->report.migration_count = 0; /* the folder has what ledgers and lists name */
        ledger_of[i] = (pgm_ledger_entry){.version = versions[i], .known = true};
    }
    for (size_t i = 0; i < targets; i++) {
        size_t pending = i % 3 > 0 ? 0 : i % 40;
        pgm_result *r = &w->results[i];
        r->done_count = 0;
        r->ledger = ledger_of;
        r->ledger_count = 120 - pending;
        r->pending = versions + 120 - pending;
        r->pending_count = pending;
        r->outcome = pending > 0 ? PGM_OUTCOME_NOT_RUN : PGM_OUTCOME_UP_TO_DATE;
    }
}

static void status_of_a_large_fleet_fits_on_one_screen(void **state) {
    (void)state;
    static const size_t widths[] = {40, 80, 120};
    for (size_t i = 0; i < 3; i++) {
        world w;
        build_large(&w, 300);
        w.style.width = widths[i];
        const char *text = as_text(&w);
        assert_true(times(text, "\n") <= 40);
        assert_true(strncmp(text, "○ ", strlen("○ ")) == 0);
        assert_has(text, " 39 behind");
        assert_has(text, "and 29 more states of ");
        assert_has(text, "97 of 300 targets are behind, by 1 to 39 migrations\n");
        unbuild(&w);
    }
}

/* Of three targets and 120 migrations as well: what is alike is said once. */
static void status_folds_rows_that_are_alike(void **state) {
    (void)state;
    world w;
    build_large(&w, 4);
    assert_string_equal(as_text(&w), "               t00000  t00001  t00002  t00003\n"
                                     "000_migration    ✓       ✓       ✓       ✓\n"
                                     "… 115 more       ✓       ✓       ✓       ✓\n"
                                     "116_migration    ✓       ✓       ✓       ✓\n"
                                     "117_migration    ✓       ✓       ✓       ○\n"
                                     "118_migration    ✓       ✓       ✓       ○\n"
                                     "119_migration    ✓       ✓       ✓       ○\n"
                                     "\n"
                                     "✓ applied  ○ pending\n"
                                     "\n"
                                     "4 targets in 1.2 s: 3 up-to-date, 1 pending\n");
    w.style.pending_only = true;
    assert_string_equal(as_text(&w), "               t00003\n"
                                     "117_migration    ○\n"
                                     "118_migration    ○\n"
                                     "119_migration    ○\n"
                                     "\n"
                                     "✓ applied  ○ pending\n"
                                     "\n"
                                     "4 targets in 1.2 s: 3 up-to-date, 1 pending\n");
    unbuild(&w);
}

static void status_of_one_target_may_list_what_is_pending_only(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 1);
    make_status(&w, 0, 2, 2);
    w.style.pending_only = true;
    assert_has(as_text(&w), "h/d\n○ 2_b (pending)\n○ 3_c (pending)\n\nt00000 in");
    unbuild(&w);
}

static void status_unreachable_target_is_below_the_matrix_with_its_error(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    make_status(&w, 0, 1, 2);
    static const pgm_failure refused = {.phase = "connect", .message = "refused"};
    w.results[1].outcome = PGM_OUTCOME_FAILED;
    w.results[1].done_count = 0;
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
    assert_has(text, "… and 1990 more states of 1990 targets behind: see ");
    assert_true(strlen(text) < 4000);
    unbuild(&w);
}

/* Each case: what the folder holds, in the order of a run, and what only a ledger knows, in any. */
enum { ORDER_FOLDER = 3, ORDER_GONE = 3, ORDER_ROWS = ORDER_FOLDER + ORDER_GONE + 1 };

typedef struct order_case {
    const char *folder[ORDER_FOLDER + 1];
    const char *gone[ORDER_GONE + 1];
    const char *rows[ORDER_ROWS];
} order_case;

static const order_case order_cases[] = {
    {{"2_b", "0010_d"},
     {"11_gone", "9_gone", "1_gone"},
     {"1_gone", "2_b", "9_gone", "0010_d", "11_gone"}},
    {{"V2__b", "V10__d"}, {"V9__gone", "V1__gone"}, {"V1__gone", "V2__b", "V9__gone", "V10__d"}},
    {{"V1.2__a", "V1.10__b"},
     {"V1.11__gone", "V1.9__gone"},
     {"V1.2__a", "V1.9__gone", "V1.10__b", "V1.11__gone"}},
    {{"1.7.0/02_a", "1.7.0/10_b", "1.10.0/01_c"},
     {"1.9.0/01_gone", "1.7.0/9_gone"},
     {"1.7.0/02_a", "1.7.0/9_gone", "1.7.0/10_b", "1.9.0/01_gone", "1.10.0/01_c"}},
    {{"V1__a", "R__views"},
     {"R__a_gone", "V2__gone", "R__z_gone"},
     {"V1__a", "V2__gone", "R__a_gone", "R__views", "R__z_gone"}},
    {{"99999999999999999999_a"},
     {"100000000000000000000_gone", "name_gone"},
     {"name_gone", "99999999999999999999_a", "100000000000000000000_gone"}},
    {{NULL}, {"V10__gone", "V2__gone"}, {"V2__gone", "V10__gone"}},
    {{NULL}, {"1_gone", "01_gone"}, {"01_gone", "1_gone"}},
};

static size_t texts_count(const char *const *texts) {
    size_t count = 0;
    while (texts[count] != NULL) {
        count++;
    }
    return count;
}

/* One target for each version that only a ledger knows: together they know them all. */
static void build_order(world *w, const order_case *of, size_t targets) {
    size_t gone = texts_count(of->gone);
    build(w, PGM_COMMAND_STATUS, targets);
    pgm_migration_info *files = pgm__arena_calloc(&w->arena, ORDER_FOLDER, sizeof *files);
    w->report.migrations = files;
    w->report.migration_count = texts_count(of->folder);
    for (size_t i = 0; i < w->report.migration_count; i++) {
        files[i] = (pgm_migration_info){.version = of->folder[i], .up_file = "m/file.sql"};
    }
    for (size_t i = 0; i < targets; i++) {
        size_t first = targets == 1 ? 0 : i;
        size_t count = targets == 1 ? gone : 1;
        pgm_ledger_entry *ledger = pgm__arena_calloc(&w->arena, gone, sizeof *ledger);
        for (size_t j = 0; j < count; j++) {
            ledger[j].version = of->gone[first + j];
        }
        w->results[i].ledger = ledger;
        w->results[i].ledger_count = count;
        w->results[i].pending = of->folder;
        w->results[i].pending_count = w->report.migration_count;
        w->results[i].done_count = 0;
        w->results[i].outcome = PGM_OUTCOME_NOT_RUN;
    }
}

static void assert_order(const char *text, const char *const *expected) {
    const char *at = text;
    for (size_t i = 0; expected[i] != NULL; i++) {
        at = strstr(at, expected[i]);
        if (at == NULL) {
            fail_msg("\"%s\" is not where it belongs in:\n%s", expected[i], text);
        }
        at += strlen(expected[i]);
    }
}

static void status_rows_have_the_order_of_a_run_whatever_the_versions(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof order_cases / sizeof order_cases[0]; i++) {
        const order_case *of = &order_cases[i];
        world w;
        build_order(&w, of, 1);
        assert_order(as_text(&w), of->rows);
        unbuild(&w);
        build_order(&w, of, texts_count(of->gone));
        assert_order(as_text(&w), of->rows);
        unbuild(&w);
    }
}

/* Nobody has announced the fleet, and who looks wants to know where it comes from. */
static void status_says_where_targets_were_found(void **state) {
    (void)state;
    static const pgm_source found = {
        .name = "tenants", .kind = "query", .origin = "fleet.conf:3", .found = 2};
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    w.summary.sources = &found;
    w.summary.source_count = 1;
    assert_int_equal(pgm__report_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_has(w.out.text, "[tenants] of fleet.conf:3: 2 targets (query)\n\n");
    w.out.len = 0;
    w.style.quiet = true;
    assert_int_equal(pgm__report_text(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_lacks(w.out.text, "[tenants]");
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_of_one_target_is_a_list_in_version_order),
        cmocka_unit_test(status_says_where_targets_were_found),
        cmocka_unit_test(status_shows_what_is_half_done),
        cmocka_unit_test(status_of_a_few_targets_is_a_matrix_with_their_names),
        cmocka_unit_test(status_of_hundreds_is_the_states_that_they_are_in),
        cmocka_unit_test(status_of_a_large_fleet_fits_on_one_screen),
        cmocka_unit_test(status_folds_rows_that_are_alike),
        cmocka_unit_test(status_of_one_target_may_list_what_is_pending_only),
        cmocka_unit_test(status_unreachable_target_is_below_the_matrix_with_its_error),
        cmocka_unit_test(status_many_different_states_do_not_flood_the_page),
        cmocka_unit_test(status_rows_have_the_order_of_a_run_whatever_the_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
