#include "support/rehearsal_world.h"

/* Does the text say it, and no other way? */
static void says(const char *text, const char *words) {
    if (strstr(text, words) == NULL) {
        fail_msg("it does not say\n%s\nbut\n%s", words, text);
    }
}

static void says_not(const char *text, const char *words) {
    if (strstr(text, words) != NULL) {
        fail_msg("it says\n%s\nin\n%s", words, text);
    }
}

static void one_target(world *w, int64_t us, int64_t size) {
    build(w, PGM_COMMAND_REHEARSE, 1);
    (void)rehearse(&w->arena, &w->results[0], us, size, false);
}

static void what_waits_and_how_long_is_said_in_words(void **state) {
    (void)state;
    world w;
    one_target(&w, 2900000, 12000000);
    const char *text = as_text(&w);
    says(text, "✓ t00000: 2 of 3 migrations ran and were taken back, 3.4 s\n");
    says(text, "    migration    time    WAL at most\n"
               "    1_add_total  3.1 s   4.9 GB\n"
               "      blocks    reads and writes of orders (12 M rows, 4.4 GB) for 3.1 s\n"
               "      rewrites  table orders (12 M rows, 4.4 GB)\n"
               "                index orders_pkey (12 M rows, 228.8 MB)\n"
               "      rows      orders: 12 M rows updated, 12 M rows read through\n"
               "      created   column orders.total\n"
               "      altered   table orders\n");
    says(text, "    not taken back: sequence orders_id_seq went on to 12000001\n");
    says_not(text, "\nWAL is what the whole server wrote meanwhile: where others write too, the "
                   "migrations' own is less\n\nWAL");
    says(text, "1 target in 1.2 s: 1 rehearsed\n");
    unbuild(&w);
}

/* The server does not tell whether a lock that is held is taken again. */
static void a_lock_that_is_held_already_is_a_perhaps(void **state) {
    (void)state;
    world w;
    one_target(&w, 2900000, 12000000);
    says(as_text(&w), "blocks    writes of orders (12 M rows, 4.4 GB) for 290 ms, perhaps: an "
                      "earlier migration of the rehearsal holds it still\n");
    unbuild(&w);
}

static void what_cannot_run_in_a_transaction_is_named_with_its_statements(void **state) {
    (void)state;
    world w;
    one_target(&w, 2900000, 12000000);
    const char *text = as_text(&w);
    says(text, "    3_index      it cannot run in a transaction, and was only looked at\n");
    says(text,
         "      locks     share-update-exclusive on orders (12 M rows, 4.1 GB), which is read "
         "and written meanwhile, as long as it takes\n");
    says(text, "      runs      m/3_index.up.sql:2  CREATE INDEX CONCURRENTLY orders_total_idx ON "
               "orders (total)\n");
    unbuild(&w);
}

static void statements_and_weak_locks_are_for_who_wants_all(void **state) {
    (void)state;
    world w;
    one_target(&w, 2900000, 12000000);
    says_not(as_text(&w), "customers");
    says_not(as_text(&w), "UPDATE orders SET");
    w.style.verbose = true;
    const char *text = as_text(&w);
    says(text, "access-exclusive on orders_pkey (12 M rows, 228.8 MB) for 3.1 s\n");
    says(text, "row-share on customers (1200 rows, 96.0 kB), which is read and written meanwhile, "
               "for 290 ms\n");
    says(text, "m/1_add_total.up.sql:4  290 ms  WAL 343.3 MB  12 M rows  UPDATE orders SET total = "
               "price * quantity\n");
    unbuild(&w);
}

static void a_warning_of_validate_is_held_against_what_was_seen(void **state) {
    (void)state;
    world w;
    one_target(&w, 2900000, 12000000);
    says(as_text(&w), "warned    table-rewrite, line 1, came true: rewrote orders, 3.2 s\n"
                      "                1 more that a rehearsal cannot see\n");
    unbuild(&w);
    one_target(&w, 4000, 12);
    says(as_text(&w), "warned    table-rewrite, line 1, did not come true: orders has 12 rows\n");
    unbuild(&w);
}

static void targets_with_the_same_result_are_put_together_and_the_worst_is_named(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    const char *text = as_text(&w);
    says(text, "✓ 2 targets: 2 of 3 migrations ran and were taken back, 4.8 ms to 3.4 s, longest "
               "on t00000\n"
               "    on t00000 (3.4 s), t00001 (4.8 ms)\n");
    says(text, "reads and writes of orders (12 M rows, 4.4 GB) for 4.4 ms to 3.1 s, longest on "
               "t00000\n");
    says(text, "came true on 1 of 2: rewrote orders, 3.2 s on t00000\n");
    unbuild(&w);
}

/* Who has to say whether it can go tonight reads the first block. */
static void what_failed_comes_first_then_what_blocks_longest(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    const char *text = as_text(&w);
    const char *failed = strstr(text, "✗ t00002: 1 of 3 migrations ran and was taken back, 180 ms");
    assert_non_null(failed);
    assert_true(failed < strstr(text, "✓ 2 targets:"));
    says(text, "    2_unique     15 ms   1.7 MB  a statement failed\n");
    says(text, "    3_index      an earlier one failed, or the rehearsal was stopped\n");
    says(text, "    error     could not create unique index \"orders_code_key\"\n");
    unbuild(&w);
}

static void a_bound_that_is_passed_is_named_with_its_worst(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    says(as_text(&w),
         "✗ access-exclusive>1s is passed by 1_add_total, line 1, on t00000: orders, 3.2 s\n");
    says(as_text(&w), "3 targets in 1.2 s: 2 rehearsed, 1 failed; 1 passed a bound\n");
    pass_bound(&w.arena, &w.results[1], "7.0 s", 7000000);
    says(as_text(&w), "✗ access-exclusive>1s is passed by 1_add_total, line 1, on 2 targets: "
                      "orders, up to 7.0 s on t00001\n    on t00000, t00001\n");
    unbuild(&w);
}

static size_t lines_of(const char *text) {
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    return lines;
}

static void three_thousand_targets_fit_on_a_screen_or_two(void **state) {
    (void)state;
    world w;
    build_rehearsed_fleet(&w, 3000);
    const char *text = as_text(&w);
    assert_true(lines_of(text) < 75);
    says(text, "    stands for 750 targets with the same plan: by size about 0.0 ms to 2.8 s each\n"
               "    not rehearsed: t02250 … t02999\n");
    says(text, "✓ 314 targets: up-to-date\n");
    says(text, "1891 rehearsed, 750 estimated, 314 up-to-date, 45 failed; 1064 passed a bound\n");
    unbuild(&w);
}

/* Kinds of result, as many as there are targets. */
static void what_differs_everywhere_is_counted_from_some_point_on(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_REHEARSE, 40);
    for (size_t i = 0; i < 40; i++) {
        pgm_rehearsal *made = rehearse(&w.arena, &w.results[i], 1000, 10, false);
        made->migration_count = 1;
        pgm_rehearsed_migration *migration = REHEARSAL_COPY(&w.arena, made->migrations[0]);
        migration->version = pgm__arena_printf(&w.arena, "%zu_own", i);
        made->migrations = migration;
    }
    says(as_text(&w), "… and 32 more kinds of result, none worse, on 32 targets: see --verbose or "
                      "--report FILE\n");
    unbuild(&w);
}

static void a_migration_that_blocks_nobody_says_so(void **state) {
    (void)state;
    world w;
    one_target(&w, 1000, 10);
    pgm_rehearsal *made = REHEARSAL_COPY(&w.arena, *w.results[0].rehearsal);
    pgm_rehearsed_migration *migration = REHEARSAL_COPY(&w.arena, made->migrations[0]);
    pgm_rehearsed_statement *statement = REHEARSAL_COPY(&w.arena, migration->statements[1]);
    migration->statements = statement;
    migration->statement_count = 1;
    made->migrations = migration;
    made->migration_count = 1;
    made->kept = true;
    made->branch = "br-cool-7";
    migration->state = PGM_REHEARSED_KEPT;
    w.results[0].rehearsal = made;
    says(as_text(&w), "      blocks    nobody who reads or writes\n");
    says(as_text(&w), "1 migration ran and was committed, on a copy, ");
    says(as_text(&w), "    on branch br-cool-7 at Neon, made for it\n");
    unbuild(&w);
}

/* What a server calls its things must not steer a terminal. */
static void names_of_servers_are_cleaned(void **state) {
    (void)state;
    world w;
    one_target(&w, 1000, 10);
    pgm_rehearsal *made = REHEARSAL_COPY(&w.arena, *w.results[0].rehearsal);
    static const char *const evil[] = {"sequence \x1b]0;x\x07 went\non"};
    made->leaves = evil;
    w.results[0].rehearsal = made;
    says_not(as_text(&w), "\x1b");
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_and_how_long_is_said_in_words),
        cmocka_unit_test(a_lock_that_is_held_already_is_a_perhaps),
        cmocka_unit_test(what_cannot_run_in_a_transaction_is_named_with_its_statements),
        cmocka_unit_test(statements_and_weak_locks_are_for_who_wants_all),
        cmocka_unit_test(a_warning_of_validate_is_held_against_what_was_seen),
        cmocka_unit_test(targets_with_the_same_result_are_put_together_and_the_worst_is_named),
        cmocka_unit_test(what_failed_comes_first_then_what_blocks_longest),
        cmocka_unit_test(a_bound_that_is_passed_is_named_with_its_worst),
        cmocka_unit_test(three_thousand_targets_fit_on_a_screen_or_two),
        cmocka_unit_test(what_differs_everywhere_is_counted_from_some_point_on),
        cmocka_unit_test(a_migration_that_blocks_nobody_says_so),
        cmocka_unit_test(names_of_servers_are_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
