/* COMPARING: every transition out of it. */
#include "rim/states.h"

static void comparing_comes_to_its_end(void **state) {
    (void)state;
    in_comparing();
    all_goes_well();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void comparing_fails_for_a_moment(void **state) {
    (void)state;
    in_comparing();
    server_answers_before(",o AS MATERIALIZED (");
    server_fails("55P03", "canceling statement due to lock timeout");
    march_is(PGM__STATE_RETRY_WAIT);
    march_is_given_up();
}

static void comparing_loses_the_connection(void **state) {
    (void)state;
    in_comparing();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void comparing_cannot_begin(void **state) {
    (void)state;
    the_server.ledger_missing = false; /* the reading leaves no transaction */
    in_comparing();
    server_fails("28000", "no BEGIN here");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("compare", NULL, "no BEGIN here");
}

static void comparing_fails_in_a_transaction(void **state) {
    (void)state;
    in_comparing();
    server_answers_before(",o AS MATERIALIZED (");
    server_fails("42501", "permission denied for table pg_class");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void comparing_is_not_answered(void **state) {
    (void)state;
    in_comparing();
    time_passes(300000);
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    all_goes_well();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("compare", NULL, "did not say in time");
    hint_says("--statement-timeout");
}

static void comparing_is_stopped(void **state) {
    (void)state;
    in_comparing();
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void comparing_is_stopped_hard(void **state) {
    (void)state;
    in_comparing();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

int states_of_comparing(void) {
    const struct CMUnitTest tests[] = {
        scene_test(comparing_comes_to_its_end),
        scene_test(comparing_fails_for_a_moment),
        scene_test(comparing_loses_the_connection),
        scene_test(comparing_cannot_begin),
        scene_test(comparing_fails_in_a_transaction),
        scene_test(comparing_is_not_answered),
        scene_test(comparing_is_stopped),
        scene_test(comparing_is_stopped_hard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
