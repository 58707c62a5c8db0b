/* A file without a transaction that is stopped or cancelled on its way. */
#include <string.h>

#include "engine/classify.h"
#include "rim/alone.h"
#include "rim/openings.h"

static void f05_stopped_it_ends_behind_its_statement(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    user_stops();
    server_answers();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    failure_is("stop", "1_a", "stopped on request");
    hint_says("1 of 2 statements ran; the next run goes on with statement 2");
}

static void f05_stopped_in_its_last_statement_it_is_recorded(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    user_stops();
    server_answers();
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_false(the.failed);
}

static void f05_stopped_in_its_last_statement_nothing_new_is_begun(void **state) {
    (void)state;
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    user_stops();
    server_answers();
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
    assert_string_equal(the.pending, "2_b");
}

static void f05_cancelled_in_a_statement_it_is_noted(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    user_stops_hard();
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("statement=0,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void f05_cancelled_too_late_the_statement_counts(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    user_stops_hard();
    server_answers();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    hint_says("1 of 2 statements ran; the next run goes on with statement 2");
}

static void f05_cancelled_in_a_call_it_stays_in_doubt(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    marks_and_runs("CALL p()");
    user_stops_hard();
    server_fails("57014", "canceling statement due to user request");
    march_ends(PGM_OUTCOME_CANCELLED);
    hint_says("statement 1 may or may not have run");
}

static void f05_cancelled_too_late_the_record_counts(void **state) {
    (void)state;
    comes_to_record(ALONE "VACUUM a;", "VACUUM a");
    user_stops_hard();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.done, "1_a");
}

static void f05_cancelled_and_lost_it_stays_in_doubt(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    user_stops_hard();
    connection_is_lost(GONE);
    march_ends(PGM_OUTCOME_UNKNOWN);
    hint_says("statement 1 may or may not have run");
}

int alone_stopped(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f05_stopped_it_ends_behind_its_statement),
        scene_test(f05_stopped_in_its_last_statement_it_is_recorded),
        scene_test(f05_stopped_in_its_last_statement_nothing_new_is_begun),
        scene_test(f05_cancelled_in_a_statement_it_is_noted),
        scene_test(f05_cancelled_too_late_the_statement_counts),
        scene_test(f05_cancelled_in_a_call_it_stays_in_doubt),
        scene_test(f05_cancelled_too_late_the_record_counts),
        scene_test(f05_cancelled_and_lost_it_stays_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
