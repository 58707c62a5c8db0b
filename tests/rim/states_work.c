/* ALONE and the pauses: every transition out of them. */
#include "engine/classify.h"
#include "rim/states.h"

/* ---- ALONE ---- */

static void alone_is_done(void **state) {
    (void)state;
    in_alone();
    while (!the.ended) {
        server_answers();
        clock_turn();
    }
    march_ends(PGM_OUTCOME_APPLIED);
}

static void alone_comes_to_another_file_without_a_transaction(void **state) {
    (void)state;
    folder_has("2_b.sql", "-- pgmarch: no-transaction\nVACUUM b;");
    in_alone();
    for (unsigned strings = 0; strings < 5; strings++) { /* begin, mark, run, check, record */
        server_answers();
    }
    march_is(PGM__STATE_ALONE);
    march_sends("'2_b'");
    march_is_given_up();
}

static void alone_comes_to_a_file_with_a_transaction(void **state) {
    (void)state;
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    in_alone();
    for (unsigned strings = 0; strings < 5; strings++) { /* begin, mark, run, check, record */
        march_is(PGM__STATE_ALONE);
        server_answers();
    }
    march_is(PGM__STATE_MARCHING);
    march_is_given_up();
}

static void alone_finds_the_version_taken(void **state) {
    (void)state;
    in_alone();
    server_answers_before("pgmarch: the ledger has changed");
    server_marks(PGM__MARK_TAKEN);
    march_is(PGM__STATE_READING);
    march_is_given_up();
}

static void alone_finds_the_lock_busy(void **state) {
    (void)state;
    in_alone();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    march_is_given_up();
}

static void alone_meets_a_passing_error(void **state) {
    (void)state;
    in_alone();
    server_answers_before("CREATE TABLE");
    server_fails("40P01", "deadlock detected");
    march_is(PGM__STATE_RETRY_WAIT);
    march_is_given_up();
}

static void alone_loses_the_connection(void **state) {
    (void)state;
    in_alone();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void alone_fails_at_its_statement(void **state) {
    (void)state;
    in_alone();
    server_answers();
    server_answers();
    march_sends("VACUUM a");
    server_fails("55000", "VACUUM is not possible");
    march_sends("running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "VACUUM is not possible");
}

static void alone_fails_before_its_first_statement(void **state) {
    (void)state;
    in_alone();
    server_answers_before("CREATE TABLE");
    server_fails("42501", "permission denied for schema public");
    march_is(PGM__STATE_ROLLING_BACK);
    march_is_given_up();
    failure_is("prepare", "1_a", "permission denied");
}

static void alone_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    in_alone();
    time_passes(1000);
    march_is(PGM__STATE_CANCELLING);
    march_is_given_up();
}

static void f05_alone_ends_its_statement_when_it_is_stopped(void **state) {
    (void)state;
    in_alone();
    user_stops();
    march_is(PGM__STATE_ALONE);
    march_is_given_up();
}

static void f05_alone_is_stopped_between_two_statements(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nVACUUM a; VACUUM b;");
    march_starts(PGM_COMMAND_UP);
    begin_alone();
    server_answers();
    server_answers();
    user_stops();
    server_answers();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void f05_alone_is_cancelled_when_it_is_stopped_hard(void **state) {
    (void)state;
    in_alone();
    user_stops_hard();
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    march_is_given_up();
}

/* ---- the pauses ---- */

static void lock_wait_ends(void **state) {
    (void)state;
    in_lock_wait();
    pause_ends();
    march_is(PGM__STATE_READING);
    march_is_given_up();
}

static void lock_wait_loses_the_connection(void **state) {
    (void)state;
    in_lock_wait();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void lock_wait_loses_the_connection_for_good(void **state) {
    (void)state;
    the.limits.connect_wait = 0;
    in_lock_wait();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("lock", NULL, "server closed the connection");
}

/* Another run took the lock between two blocks. */
static void lock_wait_is_stopped_with_a_commit_to_flush(void **state) {
    (void)state;
    behind_a_commit_without_flush();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    user_stops();
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
}

static void lock_wait_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 50;
    in_lock_wait();
    time_passes(50);
    march_ends(PGM_OUTCOME_FAILED);
}

static void lock_wait_is_stopped(void **state) {
    (void)state;
    in_lock_wait();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void lock_wait_is_stopped_hard(void **state) {
    (void)state;
    in_lock_wait();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void retry_wait_ends(void **state) {
    (void)state;
    in_retry_wait();
    pause_ends();
    march_is(PGM__STATE_READING);
    march_is_given_up();
}

static void retry_wait_loses_the_connection(void **state) {
    (void)state;
    in_retry_wait();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void retry_wait_loses_the_connection_for_good(void **state) {
    (void)state;
    the.limits.connect_wait = 0;
    in_retry_wait();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
}

static void retry_wait_is_stopped_with_a_commit_to_flush(void **state) {
    (void)state;
    behind_a_commit_without_flush();
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    user_stops_hard();
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
}

static void retry_wait_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 50;
    in_retry_wait();
    time_passes(50);
    march_ends(PGM_OUTCOME_FAILED);
}

static void retry_wait_is_stopped(void **state) {
    (void)state;
    in_retry_wait();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void retry_wait_is_stopped_hard(void **state) {
    (void)state;
    in_retry_wait();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void backoff_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 50;
    in_backoff();
    time_passes(50);
    march_ends(PGM_OUTCOME_FAILED);
}

static void backoff_is_stopped(void **state) {
    (void)state;
    in_backoff();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void backoff_is_stopped_hard(void **state) {
    (void)state;
    in_backoff();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

int states_of_work_and_pauses(void) {
    const struct CMUnitTest tests[] = {
        scene_test(alone_is_done),
        scene_test(alone_comes_to_another_file_without_a_transaction),
        scene_test(alone_comes_to_a_file_with_a_transaction),
        scene_test(alone_finds_the_version_taken),
        scene_test(alone_finds_the_lock_busy),
        scene_test(alone_meets_a_passing_error),
        scene_test(alone_loses_the_connection),
        scene_test(alone_fails_at_its_statement),
        scene_test(alone_fails_before_its_first_statement),
        scene_test(alone_outlives_the_target_timeout),
        scene_test(f05_alone_ends_its_statement_when_it_is_stopped),
        scene_test(f05_alone_is_stopped_between_two_statements),
        scene_test(f05_alone_is_cancelled_when_it_is_stopped_hard),
        scene_test(lock_wait_ends),
        scene_test(lock_wait_loses_the_connection),
        scene_test(lock_wait_loses_the_connection_for_good),
        scene_test(lock_wait_is_stopped_with_a_commit_to_flush),
        scene_test(lock_wait_outlives_the_target_timeout),
        scene_test(lock_wait_is_stopped),
        scene_test(lock_wait_is_stopped_hard),
        scene_test(retry_wait_ends),
        scene_test(retry_wait_loses_the_connection),
        scene_test(retry_wait_loses_the_connection_for_good),
        scene_test(retry_wait_is_stopped_with_a_commit_to_flush),
        scene_test(retry_wait_outlives_the_target_timeout),
        scene_test(retry_wait_is_stopped),
        scene_test(retry_wait_is_stopped_hard),
        scene_test(backoff_outlives_the_target_timeout),
        scene_test(backoff_is_stopped),
        scene_test(backoff_is_stopped_hard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
