/* RESOLVING, CONNECTING, BACKOFF, and sessions that go from hand to hand. */
#include <string.h>
#include <uv.h>

#include "engine/classify.h"
#include "support/scripted_march.h"

static void one_file(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
}

/* ---- names ---- */

static void r07_all_names_are_known_before_it_connects(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example,two.example/app";
    march_starts(PGM_COMMAND_UP);
    name_resolves("two.example", "10.0.0.2");
    march_is(PGM__STATE_RESOLVING);
    assert_int_equal(sessions_open(), 0);
    name_resolves("one.example", "10.0.0.1 10.0.1.1");
    march_is(PGM__STATE_CONNECTING);
    assert_string_equal(session_now()->hostaddr, "10.0.0.1,10.0.1.1,10.0.0.2");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_host_without_an_address_is_left_out(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example,two.example/app";
    march_starts(PGM_COMMAND_UP);
    name_fails("one.example", UV_EAI_NONAME);
    name_resolves("two.example", "10.0.0.2");
    assert_string_equal(session_now()->hostaddr, "10.0.0.2");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void the_last_host_without_an_address_is_what_is_told(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example,two.example/app";
    march_starts(PGM_COMMAND_UP);
    name_fails("one.example", UV_EAI_NONAME);
    name_fails("two.example", UV_EAI_NONAME);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("resolve", NULL, "could not translate host name \"two.example\" to address");
    hint_says("check the host name");
    assert_int_equal(the.attempts, 1);
}

static void a_name_that_could_not_be_asked_about_is_asked_again(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example/app";
    march_starts(PGM_COMMAND_UP);
    name_fails("one.example", UV_EAI_AGAIN);
    pause_ends();
    name_resolves("one.example", "10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.attempts, 2);
}

static void a_name_that_is_not_answered_takes_a_connect_timeout(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example/app";
    the.limits.connect_timeout = 2000;
    the.limits.connect_wait = 0;
    march_starts(PGM_COMMAND_UP);
    time_passes(1999);
    march_is(PGM__STATE_RESOLVING);
    time_passes(1);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "timeout expired");
    assert_true(the.unreachable);
}

/* Whoever asks again has stopped waiting for the first answer. */
static void r07_an_answer_that_comes_in_the_pause_is_nobody_s(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example/app";
    the.limits.connect_timeout = 2000;
    march_starts(PGM_COMMAND_UP);
    time_passes(2000);
    march_is(PGM__STATE_BACKOFF);
    assert_null(the_link.lookups->fn);
    pause_ends();
    name_resolves("one.example", "10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void numbers_and_sockets_are_not_looked_up(void **state) {
    (void)state;
    one_file();
    the.url =
        "postgresql://app@/app?host=/run/one,10.0.0.1,%3A%3A1,two.example&hostaddr=,,,10.0.0.9";
    march_starts(PGM_COMMAND_UP);
    assert_null(the_link.lookups);
    assert_string_equal(session_now()->hostaddr, ",10.0.0.1,::1,10.0.0.9");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void without_memory_for_a_name_it_fails(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example/app";
    the_link.no_lookup = true;
    march_starts(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "out of memory");
}

static void stopped_between_two_answers_it_hears_the_second_no_more(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@one.example,two.example/app";
    march_starts(PGM_COMMAND_UP);
    name_resolves("one.example", "10.0.0.1");
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_null(the_link.lookups->fn);
}

/* ---- connecting ---- */

static void without_memory_for_a_session_it_fails(void **state) {
    (void)state;
    one_file();
    the_link.no_session = true;
    march_starts(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "out of memory");
}

/* libpq goes to the next host by itself only when one refuses, not when one is silent. */
static void r08_behind_a_silent_address_the_next_one_comes_first(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app@10.0.0.1,10.0.0.2,10.0.0.3/app";
    the.limits.connect_timeout = 2000;
    the.limits.connect_wait = 60000;
    march_starts(PGM_COMMAND_UP);
    assert_string_equal(session_now()->hostaddr, "10.0.0.1,10.0.0.2,10.0.0.3");
    time_passes(2000);
    march_is(PGM__STATE_BACKOFF);
    observer_hears("no connection within the connect timeout; trying again");
    pause_ends();
    assert_string_equal(session_now()->hostaddr, "10.0.0.2,10.0.0.3,10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void r03_a_refused_connection_is_tried_as_long_as_is_allowed(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 3000;
    march_starts(PGM_COMMAND_UP);
    /* The shortest pauses there are: 100, 200, 400, 800, 1600, and then the time is over. */
    uint64_t begin = clock_now();
    for (unsigned tries = 1; tries < 6; tries++) {
        server_refuses("", "connection to server at \"127.0.0.1\", port 5432 failed: Connection "
                           "refused");
        march_is(PGM__STATE_BACKOFF);
        pause_ends();
    }
    assert_int_equal(clock_now() - begin, 3100);
    server_refuses("", "Connection refused");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "Connection refused");
    hint_says("is the server running");
    assert_int_equal(the.attempts, 6);
    assert_true(the.unreachable);
    assert_int_equal(the.reached, 0);
}

/* Neon's control plane says so while a project is locked, and where a quota is used up. */
static void what_may_last_for_ever_is_tried_a_few_times_and_slowly(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 600000;
    march_starts(PGM_COMMAND_UP);
    static const char locked[] = "project is temporarily unavailable. Check your quotas";
    for (unsigned tries = 0; tries < PGM__FEW_TRIES; tries++) {
        server_refuses("XX000", locked);
        march_is(PGM__STATE_BACKOFF);
        assert_int_equal(clock_until_next(), 2500);
        pause_ends();
    }
    server_refuses("XX000", locked);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, locked);
    hint_says("run again later");
    assert_int_equal(the.attempts, PGM__FEW_TRIES + 1);
}

static void a_project_that_was_locked_for_a_while_is_marched(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_UP);
    server_refuses("XX000", "project is temporarily unavailable. Check your quotas");
    pause_ends();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.attempts, 2);
}

static void the_pauses_grow_up_to_a_limit(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 600000;
    march_starts(PGM_COMMAND_UP);
    for (unsigned tries = 1; tries < 12; tries++) {
        server_refuses("", "Connection refused");
        assert_true(clock_until_next() <= 2500);
        pause_ends();
    }
    server_refuses("", "Connection refused");
    assert_int_equal(clock_until_next(), 2500);
    march_is_given_up();
}

static void r04_a_server_without_room_is_told_and_tried_again(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_UP);
    server_refuses("53300", "sorry, too many clients already");
    march_is(PGM__STATE_BACKOFF);
    assert_int_equal(the.crowded, 1);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.reached, 1);
}

static void r04_without_room_for_too_long_is_no_outage(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 0;
    march_starts(PGM_COMMAND_UP);
    server_refuses("53300", "sorry, too many clients already");
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("--per-server");
    assert_false(the.unreachable);
}

static void who_was_reached_once_is_not_unreachable(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    connection_is_lost("server closed the connection unexpectedly");
    the.limits.connect_wait = 0;
    for (unsigned tries = 0; !the.ended && tries < 20; tries++) {
        pause_ends();
        server_refuses("", "Connection refused");
        clock_turn();
    }
    march_ends(PGM_OUTCOME_UNKNOWN);
    assert_false(the.unreachable);
    assert_int_equal(the.reached, 1);
}

static void a_login_that_computes_is_left_to_its_thread(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_UP);
    session_now()->computing = true;
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_true(the.lingers);
}

static void f12_a_password_that_the_server_repeats_is_not_told(void **state) {
    (void)state;
    one_file();
    the.url = "postgresql://app:sekret@127.0.0.1/app";
    march_starts(PGM_COMMAND_UP);
    server_refuses("28000", "no entry for \"app:sekret\"");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "no entry for \"app:***\"");
}

/* What ended the session comes as a reply with its SQLSTATE; the loss itself has none. */
static void f19_a_loss_is_explained_by_the_error_before_it(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 0;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    server_complains("57P01", "terminating connection due to administrator command");
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "terminating connection due to administrator command");
    assert_string_equal(the.failure.sqlstate, "57P01");
}

static void a_loss_behind_another_error_is_told_as_it_is(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 0;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    server_complains("42501", "permission denied");
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "server closed the connection unexpectedly");
}

static void a_loss_without_a_word_is_told_all_the_same(void **state) {
    (void)state;
    one_file();
    the.limits.connect_wait = 0;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    connection_is_lost(NULL);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "the connection is gone");
}

/* ---- from hand to hand ---- */

static void run_one(void) {
    one_file();
    march_starts(PGM_COMMAND_UP);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_non_null(the.handover.session);
    assert_true(the.handover.used);
    ledger_is_empty();
}

static void the_next_target_takes_the_session_over(void **state) {
    (void)state;
    run_one();
    march_starts(PGM_COMMAND_UP);
    march_is(PGM__STATE_READING);
    assert_int_equal(the_link.opened, 1);
    march_sends("pg_advisory_unlock_all");
    march_sends("DEALLOCATE ALL");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the_link.opened, 1);
}

static void a_session_that_was_lost_meanwhile_is_made_anew(void **state) {
    (void)state;
    run_one();
    the.handover.session->phase = SCRIPTED_LOST;
    march_starts(PGM_COMMAND_UP);
    march_is(PGM__STATE_CONNECTING);
    server_connects();
    march_does_not_send("pg_advisory_unlock_all");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the_link.opened, 2);
}

/* One that was handed over does not sit idle through the pause. */
static void a_session_is_let_go_when_the_name_cannot_be_found(void **state) {
    (void)state;
    the.url = "postgresql://app@one.example/app";
    one_file();
    march_starts(PGM_COMMAND_UP);
    name_resolves("one.example", "10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    name_fails("one.example", UV_EAI_AGAIN);
    march_is(PGM__STATE_BACKOFF);
    assert_int_equal(sessions_open(), 0);
    pause_ends();
    name_resolves("one.example", "10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* It has to be handed on by who was stopped before it was taken over. */
static void a_session_that_was_not_needed_is_handed_on(void **state) {
    (void)state;
    the.url = "postgresql://app@one.example/app";
    one_file();
    march_starts(PGM_COMMAND_UP);
    name_resolves("one.example", "10.0.0.1");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    march_starts(PGM_COMMAND_UP);
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_non_null(the.handover.session);
    assert_int_equal(sessions_open(), 1);
}

/* A cancel request on its way could hit the next target. */
static void a_session_with_a_cancel_request_is_not_handed_on(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    user_stops();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_null(the.handover.session);
    assert_int_equal(sessions_open(), 0);
}

static void a_session_that_only_looked_is_handed_on_clean(void **state) {
    (void)state;
    one_file();
    march_starts(PGM_COMMAND_STATUS);
    all_goes_well();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_non_null(the.handover.session);
    assert_false(the.handover.used);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(r07_all_names_are_known_before_it_connects),
        scene_test(a_host_without_an_address_is_left_out),
        scene_test(the_last_host_without_an_address_is_what_is_told),
        scene_test(a_name_that_could_not_be_asked_about_is_asked_again),
        scene_test(a_name_that_is_not_answered_takes_a_connect_timeout),
        scene_test(r07_an_answer_that_comes_in_the_pause_is_nobody_s),
        scene_test(numbers_and_sockets_are_not_looked_up),
        scene_test(without_memory_for_a_name_it_fails),
        scene_test(stopped_between_two_answers_it_hears_the_second_no_more),
        scene_test(without_memory_for_a_session_it_fails),
        scene_test(r08_behind_a_silent_address_the_next_one_comes_first),
        scene_test(r03_a_refused_connection_is_tried_as_long_as_is_allowed),
        scene_test(what_may_last_for_ever_is_tried_a_few_times_and_slowly),
        scene_test(a_project_that_was_locked_for_a_while_is_marched),
        scene_test(the_pauses_grow_up_to_a_limit),
        scene_test(r04_a_server_without_room_is_told_and_tried_again),
        scene_test(r04_without_room_for_too_long_is_no_outage),
        scene_test(who_was_reached_once_is_not_unreachable),
        scene_test(a_login_that_computes_is_left_to_its_thread),
        scene_test(f12_a_password_that_the_server_repeats_is_not_told),
        scene_test(f19_a_loss_is_explained_by_the_error_before_it),
        scene_test(a_loss_behind_another_error_is_told_as_it_is),
        scene_test(a_loss_without_a_word_is_told_all_the_same),
        scene_test(the_next_target_takes_the_session_over),
        scene_test(a_session_that_was_lost_meanwhile_is_made_anew),
        scene_test(a_session_is_let_go_when_the_name_cannot_be_found),
        scene_test(a_session_that_was_not_needed_is_handed_on),
        scene_test(a_session_with_a_cancel_request_is_not_handed_on),
        scene_test(a_session_that_only_looked_is_handed_on_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
