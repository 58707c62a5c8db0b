/* REHEARSING: every transition out of it. */
#include "rim/states.h"

/* What is open there is the file's first statement. */
static void at_a_statement(void) {
    in_rehearsing();
    server_answers(); /* nothing, for the time it takes */
    march_sends("pg_try_advisory_xact_lock");
    server_answers();
    march_sends("SAVEPOINT \"pgmarch rehearsal\"");
    server_answers();
    march_sends("CREATE TABLE a (x int);");
}

static void rehearsing_comes_to_its_end(void **state) {
    (void)state;
    in_rehearsing();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void rehearsing_loses_the_connection(void **state) {
    (void)state;
    at_a_statement();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void rehearsing_finds_the_lock_held(void **state) {
    (void)state;
    in_rehearsing();
    server_answers();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void rehearsing_tries_again(void **state) {
    (void)state;
    at_a_statement();
    server_fails("55P03", "canceling statement due to lock timeout");
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void rehearsing_cannot_begin(void **state) {
    (void)state;
    in_rehearsing();
    server_fails("XX000", "not now");
    march_ends(PGM_OUTCOME_FAILED);
}

static void rehearsing_fails_in_its_transaction(void **state) {
    (void)state;
    at_a_statement();
    server_fails("42601", "syntax error");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void rehearsing_takes_too_long(void **state) {
    (void)state;
    the.limits.target_timeout = 5000;
    at_a_statement();
    time_passes(5000);
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("time", "1_a", "target timeout");
}

static void rehearsing_is_stopped(void **state) {
    (void)state;
    at_a_statement();
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    server_answers();
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void rehearsing_is_stopped_hard(void **state) {
    (void)state;
    at_a_statement();
    user_stops_hard();
    march_is(PGM__STATE_CANCELLING);
    march_is_given_up();
}

/* ---- on a copy ---- */

static void rehearsing_of_a_copy_leaves_to_alone_and_comes_back(void **state) {
    (void)state;
    the.common.is_copy = true;
    the.env.rehearses = the.env.with_alone = true;
    ledger_is_empty();
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_is(PGM__STATE_REHEARSING);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void rehearsing_of_a_copy_finds_the_version_taken(void **state) {
    (void)state;
    the.common.is_copy = true;
    in_rehearsing();
    server_answers();
    server_answers();
    server_answers_before("INSERT INTO");
    server_fails("23505", "duplicate key value violates unique constraint");
    march_is(PGM__STATE_READING);
    march_is_given_up();
}

int states_of_rehearsing(void) {
    const struct CMUnitTest tests[] = {
        scene_test(rehearsing_comes_to_its_end),
        scene_test(rehearsing_loses_the_connection),
        scene_test(rehearsing_finds_the_lock_held),
        scene_test(rehearsing_tries_again),
        scene_test(rehearsing_cannot_begin),
        scene_test(rehearsing_fails_in_its_transaction),
        scene_test(rehearsing_takes_too_long),
        scene_test(rehearsing_is_stopped),
        scene_test(rehearsing_is_stopped_hard),
        scene_test(rehearsing_of_a_copy_leaves_to_alone_and_comes_back),
        scene_test(rehearsing_of_a_copy_finds_the_version_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
