/* What takes longer than --slow is named with what it waits for, and is in the result. */
#include "support/scripted_march.h"

static void runs(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_answers_before("CREATE TABLE a");
}

static void builds(void) {
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nSELECT 1;\nVACUUM a;");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    for (unsigned i = 0; i < 9 && !march_has_sent("VACUUM a"); i++) {
        server_answers();
    }
    march_sends("VACUUM a");
}

static unsigned times_named(void) {
    return the.told == NULL ? 0 : times_in(the.told, "SLOW");
}

static void what_is_slow_is_named_with_what_it_waits_for(void **state) {
    (void)state;
    runs();
    time_passes(1000);
    link_tell_holders(NULL);
    time_passes(28999);
    assert_int_equal(the_link.asks, 1);
    time_passes(1);
    assert_int_equal(the_link.asks, 2);
    assert_int_equal(the_link.asked_about, session_now()->pid);
    link_tell_waits("pid 7 (psql)", "VACUUM on a", "is running");
    observer_hears("SLOW 1_a: slow, 30.0 s so far: waits for pid 7 (psql); VACUUM on a");
    time_passes(15000);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow,
                        "migrate 1_a 1_a.sql:0 45000 waits for pid 7 (psql); VACUUM on a\n");
}

static void who_is_below_the_limit_is_not_named(void **state) {
    (void)state;
    runs();
    time_passes(29000);
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    time_passes(29000);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_named(), 0);
    assert_string_equal(the.slow, "");
}

static void without_a_limit_nothing_is_named(void **state) {
    (void)state;
    the.env.slow_ms = 0;
    runs();
    time_passes(3600000);
    assert_int_equal(the_link.asks, 1); /* the early look stays */
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_named(), 0);
    assert_string_equal(the.slow, "");
}

static void a_limit_below_the_early_look_comes_first(void **state) {
    (void)state;
    the.env.slow_ms = 200;
    runs();
    time_passes(199);
    assert_int_equal(the_link.asks, 0);
    time_passes(1);
    link_tell_waits(NULL, NULL, "is running");
    observer_hears("SLOW 1_a: slow, 200 ms so far: is running");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void r05_a_long_one_is_named_again_less_and_less_often(void **state) {
    (void)state;
    runs();
    unsigned asked = 0;
    for (unsigned second = 0; second < 3600; second++) {
        time_passes(1000);
        if (the_link.asked != NULL && the_link.asks > asked) {
            asked = the_link.asks;
            link_tell_waits(NULL, NULL, "is running");
        }
    }
    /* 30 s, 1, 2, 4, 8, 16, 26, 36, 46 and 56 min. */
    assert_int_equal(times_named(), 10);
    observer_hears("SLOW 1_a: slow, 56 min 00 s so far: is running");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 3600000 is running\n");
}

/* A login for each migration that takes a second would be the more of what takes so long. */
static void where_several_ask_already_it_asks_a_second_later(void **state) {
    (void)state;
    runs();
    the.asking = 4;
    time_passes(1999);
    assert_int_equal(the_link.asks, 0);
    the.asking = 3;
    time_passes(1);
    assert_int_equal(the_link.asks, 1);
    assert_int_equal(the.asking, 4);
    link_tell_holders("pid 7");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.asking, 3);
}

static void who_is_slow_asks_however_many_do(void **state) {
    (void)state;
    runs();
    the.asking = 4;
    time_passes(30000);
    assert_int_equal(the_link.asks, 1);
    link_tell_waits(NULL, NULL, "is running");
    observer_hears("SLOW 1_a: slow, 30.0 s so far: is running");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void without_a_second_session_it_is_named_all_the_same(void **state) {
    (void)state;
    runs();
    the_link.no_inquiry = true;
    time_passes(30000);
    observer_hears("SLOW 1_a: slow, 30.0 s so far");
    assert_int_equal(times_in(the.told, "so far:"), 0);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 30000 -\n");
}

static void an_answer_that_does_not_come_is_not_waited_for(void **state) {
    (void)state;
    runs();
    time_passes(34999);
    assert_int_equal(times_named(), 0);
    time_passes(1);
    observer_hears("SLOW 1_a: slow, 35.0 s so far");
    assert_null(the_link.asked);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_question_that_finds_nothing_leaves_what_was_seen(void **state) {
    (void)state;
    runs();
    time_passes(30000);
    link_tell_holders("pid 7");
    time_passes(30000);
    link_tell_waits(NULL, NULL, NULL);
    observer_hears("SLOW 1_a: slow, 1 min 00 s so far");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 60000 waits for pid 7\n");
}

static void one_that_ends_before_the_answer_is_in_the_result(void **state) {
    (void)state;
    runs();
    time_passes(30000);
    assert_non_null(the_link.asked);
    the_server.duration = "30000";
    server_answers_through("COMMIT");
    the_server.duration = "7";
    server_answers_before("CREATE TABLE b");
    assert_null(the_link.asked);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_named(), 0);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 30000 -\n");
}

/* The ends of 1_a to 3_c are on their way while 4_d is at work. */
static void runs_unheard(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    folder_has("3_c.sql", "CREATE TABLE c (x int);");
    folder_has("4_d.sql", "CREATE TABLE d (x int);");
    folder_has("5_e.sql", "CREATE TABLE e (x int);");
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_answers_before("CREATE TABLE a");
}

static void the_one_at_work_is_named_and_not_the_last_that_was_heard_of(void **state) {
    (void)state;
    runs_unheard();
    time_passes(1000);
    assert_true(the_link.asks_ahead);
    link_tell_ahead(3);
    time_passes(29000);
    assert_false(the_link.asks_ahead); /* it is known */
    link_tell_waits(NULL, "VACUUM on d", NULL);
    observer_hears("SLOW 4_d: slow, 30.0 s so far: VACUUM on d");
    assert_int_equal(times_named(), 1);
    server_answers_before("CREATE TABLE d");
    the_server.duration = "30000";
    server_answers_through("COMMIT");
    the_server.duration = "7";
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 4_d 4_d.sql:0 30000 VACUUM on d\n");
}

static void a_question_that_comes_with_the_limit_names_the_one_at_work_too(void **state) {
    (void)state;
    the.env.slow_ms = 200;
    runs_unheard();
    time_passes(200);
    link_tell_ahead(3);
    observer_hears("SLOW 4_d: slow, 200 ms so far");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 4_d 4_d.sql:0 200 -\n");
}

/* More blocks than the string has. */
static void what_cannot_be_ahead_is_not_believed(void **state) {
    (void)state;
    runs_unheard();
    time_passes(1000);
    link_tell_ahead(700);
    time_passes(29000);
    link_tell_ahead(0);
    observer_hears("SLOW 1_a: slow, 30.0 s so far");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* Nobody could say which was at work; its end says it. */
static void unheard_and_unasked_the_slow_one_is_in_the_result(void **state) {
    (void)state;
    the.env.slow_ms = 200;
    runs_unheard();
    time_passes(300);
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    the_server.duration = "290";
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE c");
    the_server.duration = "7";
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_named(), 0);
    assert_string_equal(the.slow, "migrate 2_b 2_b.sql:0 290 -\n");
}

static void each_that_is_slow_is_in_the_result(void **state) {
    (void)state;
    runs();
    time_passes(30000);
    link_tell_holders("pid 7");
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    time_passes(30000);
    link_tell_holders("pid 8");
    time_passes(1000);
    server_fails("22012", "division by zero");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 30000 waits for pid 7\n"
                                  "migrate 2_b 2_b.sql:0 31000 waits for pid 8\n");
}

/* lock_timeout ends every try long before it is slow; together they are. */
static void tries_that_came_to_nothing_count(void **state) {
    (void)state;
    runs();
    uint64_t tries = 0;
    for (; tries < 20 && times_named() == 0; tries++) {
        time_passes(1000);
        link_tell_holders("pid 7 (psql, idle in transaction for 3 min 02 s)");
        time_passes(4000);
        if (times_named() > 0) {
            break;
        }
        server_fails("55P03", "canceling statement due to lock timeout");
        pause_ends();
        march_is(PGM__STATE_READING);
        for (unsigned i = 0; i < 9 && !march_has_sent("CREATE TABLE a"); i++) {
            server_answers();
        }
        server_answers_before("CREATE TABLE a");
    }
    assert_in_range(tries, 4, 6);
    observer_hears("waits for pid 7 (psql, idle in transaction for 3 min 02 s)");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_in(the.slow, "migrate 1_a"), 1);
    assert_int_equal(times_in(the.slow, "\n"), 1);
}

/* A block does not say which table it locks, and nobody can be named afterwards. */
static void who_was_waited_for_is_in_the_failure(void **state) {
    (void)state;
    the.limits.lock_wait = 0;
    runs();
    time_passes(1000);
    link_tell_holders("pid 7 (psql, idle in transaction for 3 min 02 s)");
    time_passes(4000);
    server_fails("55P03", "canceling statement due to lock timeout");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "lock timeout");
    detail_says("last seen: waits for pid 7 (psql, idle in transaction for 3 min 02 s)");
}

static void who_was_waited_for_is_in_no_failure_of_something_else(void **state) {
    (void)state;
    the.limits.lock_wait = 0;
    runs();
    time_passes(1000);
    link_tell_holders("pid 7");
    time_passes(4000);
    server_fails("22012", "division by zero");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_null(the.failure.detail);
}

static void a_statement_of_a_file_without_a_transaction_is_named_with_its_line(void **state) {
    (void)state;
    builds();
    time_passes(30000);
    link_tell_waits(NULL, "VACUUM on a: scanning heap, 45 %", "is running");
    observer_hears("so far at ");
    observer_hears("1_a.sql:3: VACUUM on a: scanning heap, 45 %");
    time_passes(5000);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:3 35000 VACUUM on a: scanning heap, 45 %\n");
}

static void a_wait_for_another_run_is_slow_too(void **state) {
    (void)state;
    the.env.slow_ms = 2000;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    uint64_t passed = 0;
    while (times_named() == 0 && passed < 10000) {
        lock_is_held(": pid 7, psql");
        march_is(PGM__STATE_LOCK_WAIT);
        time_passes(100);
        passed += 100;
        for (unsigned i = 0; i < 3 && !march_has_sent("pg_try_advisory_lock"); i++) {
            server_answers();
        }
    }
    observer_hears("SLOW: slow, 2.0 s so far: another run holds the lock of this target: pid 7");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_in(the.slow, "lock - -:0 2"), 1);
    assert_int_equal(times_in(the.slow, "\n"), 1);
}

static void what_the_server_says_holds_no_password(void **state) {
    (void)state;
    the.url = "postgresql://u:topsecret@127.0.0.1/db";
    runs();
    time_passes(30000);
    link_tell_holders("pid 7 (topsecret)");
    assert_int_equal(times_in(the.told, "topsecret"), 0);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_in(the.slow, "topsecret"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_is_slow_is_named_with_what_it_waits_for),
        scene_test(who_is_below_the_limit_is_not_named),
        scene_test(without_a_limit_nothing_is_named),
        scene_test(a_limit_below_the_early_look_comes_first),
        scene_test(r05_a_long_one_is_named_again_less_and_less_often),
        scene_test(where_several_ask_already_it_asks_a_second_later),
        scene_test(who_is_slow_asks_however_many_do),
        scene_test(without_a_second_session_it_is_named_all_the_same),
        scene_test(an_answer_that_does_not_come_is_not_waited_for),
        scene_test(a_question_that_finds_nothing_leaves_what_was_seen),
        scene_test(one_that_ends_before_the_answer_is_in_the_result),
        scene_test(the_one_at_work_is_named_and_not_the_last_that_was_heard_of),
        scene_test(a_question_that_comes_with_the_limit_names_the_one_at_work_too),
        scene_test(what_cannot_be_ahead_is_not_believed),
        scene_test(unheard_and_unasked_the_slow_one_is_in_the_result),
        scene_test(each_that_is_slow_is_in_the_result),
        scene_test(tries_that_came_to_nothing_count),
        scene_test(who_was_waited_for_is_in_the_failure),
        scene_test(who_was_waited_for_is_in_no_failure_of_something_else),
        scene_test(a_statement_of_a_file_without_a_transaction_is_named_with_its_line),
        scene_test(a_wait_for_another_run_is_slow_too),
        scene_test(what_the_server_says_holds_no_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
