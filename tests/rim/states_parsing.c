/* PARSING: every transition out of it. */
#include "rim/states.h"

static void parsing_comes_to_its_end(void **state) {
    (void)state;
    in_parsing();
    all_goes_well();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void parsing_loses_the_connection(void **state) {
    (void)state;
    in_parsing();
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    march_is_given_up();
}

static void parsing_cannot_begin(void **state) {
    (void)state;
    the_server.ledger_missing = false; /* the reading leaves no transaction */
    in_parsing();
    server_fails("XX000", "no BEGIN here");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "no BEGIN here");
}

static void parsing_fails_in_a_transaction(void **state) {
    (void)state;
    in_parsing();
    server_answers();
    server_fails("53200", "out of memory");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void parsing_is_not_answered(void **state) {
    (void)state;
    in_parsing();
    time_passes(30000);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("parse", "1_a", "did not say in time");
    hint_says("--connect-timeout");
}

static void parsing_is_stopped(void **state) {
    (void)state;
    in_parsing();
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void parsing_is_stopped_hard(void **state) {
    (void)state;
    in_parsing();
    user_stops_hard();
    march_ends(PGM_OUTCOME_CANCELLED);
}

int states_of_parsing(void) {
    const struct CMUnitTest tests[] = {
        scene_test(parsing_comes_to_its_end), scene_test(parsing_loses_the_connection),
        scene_test(parsing_cannot_begin),     scene_test(parsing_fails_in_a_transaction),
        scene_test(parsing_is_not_answered),  scene_test(parsing_is_stopped),
        scene_test(parsing_is_stopped_hard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
