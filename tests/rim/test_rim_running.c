/* What takes long: who is waited for, what is told, and how it is ended. */
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

static void n09_who_is_waited_for_is_asked_on_a_session_beside(void **state) {
    (void)state;
    runs();
    time_passes(999);
    assert_int_equal(the_link.asks, 0);
    time_passes(1);
    assert_int_equal(the_link.asks, 1);
    assert_int_equal(the_link.asked_about, session_now()->pid);
    link_tell_holders("pid 7 (psql, idle in transaction)");
    observer_hears("WAITING 1_a: waits for pid 7 (psql, idle in transaction)");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void who_waits_for_nobody_is_not_told(void **state) {
    (void)state;
    runs();
    time_passes(1000);
    link_tell_holders(NULL);
    assert_int_equal(times_in(the.told, "WAITING"), 0);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void an_answer_that_comes_in_a_pause_is_not_told(void **state) {
    (void)state;
    runs();
    time_passes(1000);
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    link_tell_holders("pid 7");
    assert_int_equal(times_in(the.told, "pid 7"), 0);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void the_end_waits_for_the_second_session(void **state) {
    (void)state;
    runs();
    time_passes(1000);
    assert_non_null(the_link.asked);
    server_answers();
    assert_null(the_link.asked);
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_file_without_a_transaction_is_watched_too(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_answers();
    server_answers();
    march_sends("VACUUM a");
    time_passes(1000);
    link_tell_holders("pid 7");
    observer_hears("WAITING 1_a: waits for pid 7");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- the deadline ---- */

static void r05_at_the_target_timeout_what_was_in_flight_is_named(void **state) {
    (void)state;
    the.limits.target_timeout = 30000;
    runs();
    time_passes(30000);
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("time", "1_a", "not done within the target timeout of 30000 ms");
    assert_int_equal(the.duration_ms, 30000);
}

static void at_the_target_timeout_a_commit_is_flushed_first(void **state) {
    (void)state;
    the.limits.target_timeout = 30000;
    runs();
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    time_passes(30000);
    server_fails("57014", "canceling statement due to user request");
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_string_equal(the.done, "1_a");
    assert_string_equal(the.pending, "2_b");
}

static void the_target_timeout_changes_nothing_while_it_cleans_up(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    runs();
    user_stops();
    time_passes(1000);
    march_is(PGM__STATE_CANCELLING);
    server_fails("57014", "canceling statement due to user request");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void the_target_timeout_in_a_reading_with_a_commit_to_flush(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    runs();
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    pause_ends();
    march_is(PGM__STATE_READING);
    time_passes(900);
    march_is(PGM__STATE_CANCELLING);
    server_fails("57014", "canceling statement due to user request");
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_string_equal(the.done, "1_a");
}

static void the_target_timeout_in_a_pause_with_a_commit_to_flush(void **state) {
    (void)state;
    the.limits.target_timeout = 50;
    runs();
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    time_passes(50);
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("time", "2_b", "target timeout of 50 ms");
}

/* ---- what does not fit anywhere else in a string ---- */

static void an_error_behind_copy_data_has_the_file_s_line(void **state) {
    (void)state;
    folder_has("1_a.sql", "COPY a FROM STDIN;\n1\n2\n\\.\nSELECT\n nonsense;");
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_rejects("column \"nonsense\" does not exist", "nonsense");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "nonsense");
    assert_int_equal(the.failure.line, 6);
}

static void a_file_that_prepares_does_not_meet_our_statements(void **state) {
    (void)state;
    static const char *const names[] = {"1_a.sql", "2_b.sql", "3_c.sql", "4_d.sql"};
    for (size_t i = 0; i < 4; i++) {
        folder_has(names[i], i == 3 ? "PREPARE p AS SELECT 1; DEALLOCATE p;" : "SELECT 1;");
    }
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_sends("EXECUTE \"pgmarch guard\"('3_c')");
    march_does_not_send("EXECUTE \"pgmarch guard\"('4_d')");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- stopping ---- */

static void f05_what_was_in_flight_is_named_and_rolled_back(void **state) {
    (void)state;
    runs();
    user_stops();
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    failure_is("stop", "1_a", "stopped on request");
    assert_string_equal(the.done, "");
}

/* The end of 1_a was on its way when the cancel was sent. */
static void second_is_cut_off(pgm_outcome outcome) {
    march_cancels();
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    server_fails("57014", "canceling statement due to user request");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(outcome);
    assert_string_equal(the.done, "1_a");
}

static void f05_what_was_at_work_is_named_and_not_the_last_that_was_heard_of(void **state) {
    (void)state;
    runs();
    user_stops();
    second_is_cut_off(PGM_OUTCOME_CANCELLED);
    failure_is("stop", "2_b", "stopped on request");
}

static void a_target_timeout_names_what_was_at_work_too(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    runs();
    time_passes(1000);
    second_is_cut_off(PGM_OUTCOME_FAILED);
    failure_is("time", "2_b", "not done within");
}

static void f05_a_stop_in_a_reading_that_follows_a_commit_flushes(void **state) {
    (void)state;
    runs();
    server_answers_through("COMMIT");
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    pause_ends();
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    server_answers();
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
}

static void f05_a_stop_that_comes_while_it_closes_changes_nothing(void **state) {
    (void)state;
    runs();
    server_answers();
    march_is(PGM__STATE_CLOSING);
    user_stops();
    user_stops_hard();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void f05_a_loss_behind_a_stop_is_not_made_good(void **state) {
    (void)state;
    runs();
    user_stops();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("stop", "1_a", "stopped on request");
    hint_says("run `pgmarch status`");
}

static void f05_a_commit_that_came_before_the_cancel_counts(void **state) {
    (void)state;
    runs();
    server_answers_through("COMMIT");
    server_answers_before("COMMIT");
    user_stops();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a 2_b");
    assert_string_equal(the.pending, "");
}

static void f05_a_migration_that_begins_while_it_is_cancelled_is_told(void **state) {
    (void)state;
    runs();
    user_stops();
    server_answers_through("COMMIT");
    server_notes("NOTICE", "text-search query contains only stop words");
    observer_hears("STARTED 2_b");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n09_who_is_waited_for_is_asked_on_a_session_beside),
        scene_test(who_waits_for_nobody_is_not_told),
        scene_test(an_answer_that_comes_in_a_pause_is_not_told),
        scene_test(the_end_waits_for_the_second_session),
        scene_test(a_file_without_a_transaction_is_watched_too),
        scene_test(r05_at_the_target_timeout_what_was_in_flight_is_named),
        scene_test(at_the_target_timeout_a_commit_is_flushed_first),
        scene_test(the_target_timeout_changes_nothing_while_it_cleans_up),
        scene_test(the_target_timeout_in_a_reading_with_a_commit_to_flush),
        scene_test(the_target_timeout_in_a_pause_with_a_commit_to_flush),
        scene_test(an_error_behind_copy_data_has_the_file_s_line),
        scene_test(a_file_that_prepares_does_not_meet_our_statements),
        scene_test(f05_what_was_in_flight_is_named_and_rolled_back),
        scene_test(f05_what_was_at_work_is_named_and_not_the_last_that_was_heard_of),
        scene_test(a_target_timeout_names_what_was_at_work_too),
        scene_test(f05_a_stop_in_a_reading_that_follows_a_commit_flushes),
        scene_test(f05_a_stop_that_comes_while_it_closes_changes_nothing),
        scene_test(f05_a_loss_behind_a_stop_is_not_made_good),
        scene_test(f05_a_commit_that_came_before_the_cancel_counts),
        scene_test(f05_a_migration_that_begins_while_it_is_cancelled_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
