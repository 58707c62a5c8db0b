/* RESOLVING, CONNECTING, READING, MARCHING: every transition out of them. */
#include <uv.h>

#include "rim/states.h"

static void resolving(void **state) {
    (void)state;
    in_resolving();
    name_resolves("db.example", "10.0.0.1 10.0.0.2");
    march_is(PGM__STATE_CONNECTING);
    assert_string_equal(session_now()->hostaddr, "10.0.0.1,10.0.0.2");
    march_is_given_up();
}

static void resolving_fails_for_now(void **state) {
    (void)state;
    in_resolving();
    name_fails("db.example", UV_EAI_AGAIN);
    march_is(PGM__STATE_BACKOFF);
    observer_hears("WAITING: could not translate host name \"db.example\" to address: temporary "
                   "failure; trying again");
    march_is_given_up();
}

static void resolving_fails_for_good(void **state) {
    (void)state;
    in_resolving();
    name_fails("db.example", UV_EAI_NONAME);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("resolve", NULL, "\"db.example\"");
}

static void resolving_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    in_resolving();
    time_passes(1000);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("time", NULL, "not done within the target timeout of 1000 ms");
}

static void resolving_is_stopped(void **state) {
    (void)state;
    in_resolving();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void resolving_is_stopped_hard(void **state) {
    (void)state;
    in_resolving();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void connecting_is_refused_for_now(void **state) {
    (void)state;
    in_backoff();
    pause_ends();
    march_is(PGM__STATE_CONNECTING);
    march_is_given_up();
}

static void r03_connecting_is_refused_for_good(void **state) {
    (void)state;
    in_connecting();
    server_refuses("28P01", "password authentication failed for user \"app\"");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "password authentication failed");
    assert_int_equal(the.attempts, 1);
}

static void connecting_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 1000;
    in_connecting();
    time_passes(1000);
    march_ends(PGM_OUTCOME_FAILED);
}

static void connecting_is_stopped(void **state) {
    (void)state;
    in_connecting();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void connecting_is_stopped_hard(void **state) {
    (void)state;
    in_connecting();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void reading_finds_nothing_to_do(void **state) {
    (void)state;
    in_reading();
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void reading_finds_no_table_and_asks_whose_it_is(void **state) {
    (void)state;
    in_reading();
    server_answers_before("SELECT * FROM");
    server_fails("42809", "cannot sample a view");
    march_is(PGM__STATE_READING);
    march_sends("pg_get_userbyid");
    march_is_given_up();
}

static void reading_meets_a_passing_error(void **state) {
    (void)state;
    in_reading();
    server_answers_before("SELECT * FROM");
    server_fails("55P03", "canceling statement due to lock timeout");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    march_is(PGM__STATE_READING);
    march_is_given_up();
}

static void reading_loses_the_connection(void **state) {
    (void)state;
    in_reading();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void reading_meets_a_final_error(void **state) {
    (void)state;
    in_reading();
    server_answers_before("SELECT * FROM");
    server_fails("42501", "permission denied for table schema_migrations");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "permission denied");
}

/* What is committed and not flushed comes first. */
static void reading_again_meets_a_final_error_with_a_commit_to_flush(void **state) {
    (void)state;
    behind_a_commit_without_flush();
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    pause_ends();
    server_answers_before("SELECT * FROM");
    server_fails("42501", "permission denied for table schema_migrations");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_string_equal(the.done, "1_a");
}

static void l06_reading_finds_that_another_name_of_the_place_is_marched(void **state) {
    (void)state;
    the.same_place = "app_too";
    in_reading();
    march_reads();
    march_ends(PGM_OUTCOME_SKIPPED);
}

static void reading_again_is_stopped_with_a_commit_to_flush(void **state) {
    (void)state;
    behind_a_commit_without_flush();
    server_answers_before("CREATE TABLE b");
    server_fails("40001", "could not serialize access");
    pause_ends();
    march_is(PGM__STATE_READING);
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    server_answers();
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
}

static void reading_is_not_answered(void **state) {
    (void)state;
    in_reading();
    time_passes(30000);
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    march_is_given_up();
    failure_is("read", NULL, "the server took the connection and then did not answer");
}

static void reading_is_stopped(void **state) {
    (void)state;
    in_reading();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void reading_is_stopped_hard(void **state) {
    (void)state;
    in_reading();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void marching_goes_on_behind_a_verify_file(void **state) {
    (void)state;
    folder_has("1_a.verify.sql", "SELECT count(*) = 0 FROM a;");
    in_marching();
    server_answers();
    march_is(PGM__STATE_MARCHING);
    march_sends("COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void marching_comes_to_a_file_without_a_transaction(void **state) {
    (void)state;
    folder_has("3_c.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    in_marching();
    server_answers();
    march_is(PGM__STATE_ALONE);
    march_is_given_up();
}

static void l12_marching_finds_the_version_taken_and_reads_again(void **state) {
    (void)state;
    in_marching();
    server_answers_before("INSERT INTO");
    server_fails("23505", "duplicate key value violates unique constraint");
    march_is(PGM__STATE_READING);
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void marching_is_done(void **state) {
    (void)state;
    in_marching();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void marching_loses_the_connection(void **state) {
    (void)state;
    in_marching();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void a03_marching_fails_at_commit_and_nothing_is_open(void **state) {
    (void)state;
    in_marching();
    server_answers_through("CREATE TABLE a");
    server_answers_before("COMMIT");
    server_fails("23503", "insert or update violates foreign key constraint");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("commit", "1_a", "foreign key");
}

static void marching_fails_with_a_transaction_open(void **state) {
    (void)state;
    in_rolling_back();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error");
}

static void r05_marching_outlives_the_target_timeout(void **state) {
    (void)state;
    the.limits.target_timeout = 60000;
    in_marching();
    server_answers_before("CREATE TABLE a");
    time_passes(60000);
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    march_is_given_up();
    failure_is("time", "1_a", "target timeout");
}

static void marching_is_stopped_hard(void **state) {
    (void)state;
    in_marching();
    user_stops_hard();
    march_is(PGM__STATE_CANCELLING);
    march_is_given_up();
}

int states_of_the_way_there(void) {
    const struct CMUnitTest tests[] = {
        scene_test(resolving),
        scene_test(resolving_fails_for_now),
        scene_test(resolving_fails_for_good),
        scene_test(resolving_outlives_the_target_timeout),
        scene_test(resolving_is_stopped),
        scene_test(resolving_is_stopped_hard),
        scene_test(connecting_is_refused_for_now),
        scene_test(r03_connecting_is_refused_for_good),
        scene_test(connecting_outlives_the_target_timeout),
        scene_test(connecting_is_stopped),
        scene_test(connecting_is_stopped_hard),
        scene_test(reading_finds_nothing_to_do),
        scene_test(reading_finds_no_table_and_asks_whose_it_is),
        scene_test(reading_meets_a_passing_error),
        scene_test(reading_loses_the_connection),
        scene_test(reading_meets_a_final_error),
        scene_test(reading_again_meets_a_final_error_with_a_commit_to_flush),
        scene_test(l06_reading_finds_that_another_name_of_the_place_is_marched),
        scene_test(reading_again_is_stopped_with_a_commit_to_flush),
        scene_test(reading_is_not_answered),
        scene_test(reading_is_stopped),
        scene_test(reading_is_stopped_hard),
        scene_test(marching_goes_on_behind_a_verify_file),
        scene_test(marching_comes_to_a_file_without_a_transaction),
        scene_test(l12_marching_finds_the_version_taken_and_reads_again),
        scene_test(marching_is_done),
        scene_test(marching_loses_the_connection),
        scene_test(a03_marching_fails_at_commit_and_nothing_is_open),
        scene_test(marching_fails_with_a_transaction_open),
        scene_test(r05_marching_outlives_the_target_timeout),
        scene_test(marching_is_stopped_hard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
