/* Every transition of the state table is made, or it is said here why it cannot be. */
#include "rim/states.h"

/* ---- cleaning up ---- */

static void cancelling_came_too_late(void **state) {
    (void)state;
    in_cancelling();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void cancelling_leaves_a_transaction_to_roll_back(void **state) {
    (void)state;
    in_cancelling();
    server_fails("57014", "canceling statement due to user request");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.pending, "1_a 2_b");
}

static void cancelling_loses_the_connection(void **state) {
    (void)state;
    in_cancelling();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_UNKNOWN);
}

static void cancelling_has_no_effect(void **state) {
    (void)state;
    in_cancelling();
    time_passes(5000);
    march_ends(PGM_OUTCOME_UNKNOWN);
}

static void cancelling_is_stopped_again(void **state) {
    (void)state;
    in_cancelling();
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    user_stops_hard();
    march_is(PGM__STATE_CANCELLING);
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void rolling_back_loses_the_connection(void **state) {
    (void)state;
    in_rolling_back();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error");
}

static void rolling_back_is_not_answered(void **state) {
    (void)state;
    in_rolling_back();
    time_passes(5000);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error");
}

static void rolling_back_is_stopped(void **state) {
    (void)state;
    in_rolling_back();
    user_stops();
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void rolling_back_is_stopped_hard(void **state) {
    (void)state;
    in_rolling_back();
    user_stops_hard();
    march_ends(PGM_OUTCOME_FAILED);
}

/* ---- all of them ---- */

static const struct {
    pgm__state state;
    pgm__event event;
    const char *reason;
} never[] = {
    {PGM__STATE_QUEUED, PGM__EVENT_STOP, "a march is made when it has its slot"},
    {PGM__STATE_QUEUED, PGM__EVENT_STOP_HARD, "a march is made when it has its slot"},
    {PGM__STATE_BACKOFF, PGM__EVENT_FAILED, "nothing is under way that could fail"},
    {PGM__STATE_CANCELLING, PGM__EVENT_FAILED, "what ends there ends clean or open, or is lost"},
    {PGM__STATE_ROLLING_BACK, PGM__EVENT_FAILED, "a ROLLBACK that fails changes nothing any more"},
    {PGM__STATE_CLOSING, PGM__EVENT_STOP, "pgm__march_stop() does not ask a march that closes"},
    {PGM__STATE_CLOSING, PGM__EVENT_STOP_HARD, "pgm__march_stop() does not ask one that closes"},
};

static const char *why_never(pgm__state state, pgm__event event) {
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        if (never[i].state == state && never[i].event == event) {
            return never[i].reason;
        }
    }
    return NULL;
}

/* Behind all others, by which the table has been walked. */
static void every_transition_is_made_or_cannot_be(void **state) {
    (void)state;
    unsigned wrong = 0;
    for (pgm__state from = 0; from < PGM__STATE_COUNT; from++) {
        for (pgm__event event = 0; event < PGM__EVENT_COUNT; event++) {
            bool allowed = is_in_table(from, event);
            bool was = was_visited(from, event);
            const char *reason = why_never(from, event);
            if (allowed && !was && reason == NULL) {
                print_error("%s on %s was not made\n", pgm__state_name(from),
                            pgm__event_name(event));
                wrong++;
            } else if (reason != NULL && (was || !allowed)) {
                print_error("%s on %s: %s, it is said, and %s\n", pgm__state_name(from),
                            pgm__event_name(event), reason,
                            was ? "it was made" : "it is not in the table");
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(cancelling_came_too_late),
        scene_test(cancelling_leaves_a_transaction_to_roll_back),
        scene_test(cancelling_loses_the_connection),
        scene_test(cancelling_has_no_effect),
        scene_test(cancelling_is_stopped_again),
        scene_test(rolling_back_loses_the_connection),
        scene_test(rolling_back_is_not_answered),
        scene_test(rolling_back_is_stopped),
        scene_test(rolling_back_is_stopped_hard),
        cmocka_unit_test(every_transition_is_made_or_cannot_be),
    };
    int failed = states_of_the_way_there() + states_of_work_and_pauses() + states_of_parsing() +
                 states_of_rehearsing() + states_of_comparing();
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
