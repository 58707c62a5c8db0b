/* Other runs of pgmarch on the server: asked for in the string of the reading, told as a warning.
 */
#include <string.h>

#include "support/scripted_march.h"

static void starts(const char *found) {
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    the.cap_to_tell = 8;
    the_server.other_runs = found;
    march_starts(PGM_COMMAND_UP);
    server_connects();
}

static void applies(void) {
    march_sends("CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void another_run_is_warned_of_with_its_sessions_and_our_cap(void **state) {
    (void)state;
    starts("1 3");
    march_sends("pgmarch other runs " THIS_RUN);
    march_reads();
    assert_int_equal(the.other_runs, 1);
    applies();
    warnings_say(": another run of pgmarch holds 3 sessions here; each run keeps its own "
                 "per_server (8)");
}

static void several_runs_are_counted(void **state) {
    (void)state;
    starts("2 1");
    march_reads();
    applies();
    warnings_say(": 2 other runs of pgmarch hold 1 session here; each run");
}

static void a_run_that_is_alone_says_nothing(void **state) {
    (void)state;
    starts("0");
    march_reads();
    applies();
    assert_int_equal(the.other_runs, 0);
    assert_null(the.warnings);
}

static void who_is_not_to_ask_does_not(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_does_not_send("pgmarch other runs");
    march_reads();
    applies();
}

/* The question may be of no avail; the reading is not. */
static void a_question_that_fails_is_left_out(void **state) {
    (void)state;
    starts("1 3");
    server_answers_before("pgmarch other runs");
    server_fails("57014", "canceling statement due to statement timeout");
    march_does_not_send("pgmarch other runs");
    march_reads();
    applies();
    assert_int_equal(the.other_runs, 0);
    assert_null(the.warnings);
}

/* Answered before a loss; not asked again, and not told twice. */
static void another_reading_does_not_ask_again(void **state) {
    (void)state;
    starts("1 3");
    march_reads();
    march_sends("CREATE TABLE a");
    connection_is_lost("server closed the connection unexpectedly");
    pause_ends();
    server_connects();
    march_does_not_send("pgmarch other runs");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.other_runs, 1);
    assert_int_equal(times_in(the.warnings, "another run of pgmarch"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(another_run_is_warned_of_with_its_sessions_and_our_cap),
        scene_test(several_runs_are_counted),
        scene_test(a_run_that_is_alone_says_nothing),
        scene_test(who_is_not_to_ask_does_not),
        scene_test(a_question_that_fails_is_left_out),
        scene_test(another_reading_does_not_ask_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
