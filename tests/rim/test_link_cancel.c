/* Cancel requests beside a session: cancel.c, and what session.c holds back meanwhile. */
#include <libpq-fe.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"
#include "support/threads.h"

enum { LIMIT_MS = 5000 };

/* In the first connection a string is at work, which the request ends. */
static void a_string_at_work(void) {
    peer_lets_in();
    peer_hears('Q', "pg_sleep");
    peer_next();
}

static bool heard_cancel;

static void note_cancel(void *data) {
    (void)data;
    heard_cancel = true;
}

static void r06_a_request_is_a_connection_of_its_own(void **state) {
    (void)state;
    heard_cancel = false;
    a_string_at_work();
    peer_hears(PEER_CANCEL, "");
    peer_does(note_cancel, NULL);
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELECT pg_sleep(1e9)");
    pgm__session_cancel(the_client.session, LIMIT_MS);
    pgm__session_cancel(the_client.session, LIMIT_MS); /* one at a time */
    peer_turn_until(&heard_cancel);
    assert_int_equal(peer_connections(), 2);
    client_closes();
}

/* Lest the request hits the string behind the one that it was meant for. */
static void r06_a_string_that_is_sent_meanwhile_waits(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT 2");
    peer_tag("SELECT 2");
    peer_ready('I');
    peer_next();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    client_connects();
    pgm__session_cancel(the_client.session, LIMIT_MS);
    pgm__session_send(the_client.session, "SELECT 2");
    assert_string_equal(peer_heard('Q'), "");
    peer_turn_until(&the_client.ready);
    client_heard("command SELECT 2; ready none; ");
    assert_int_equal(peer_connections(), 2);
}

static void a_string_that_waits_and_a_session_that_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_hangs_up();
    peer_next();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    client_connects();
    pgm__session_cancel(the_client.session, LIMIT_MS);
    pgm__session_send(the_client.session, "SELECT 2");
    peer_turn_until(&the_client.lost);
    client_closes();
    assert_string_equal(peer_heard('Q'), "");
}

static void without_memory_to_hold_a_string_it_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_next();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    client_connects();
    pgm__session_cancel(the_client.session, LIMIT_MS);
    oom_arm(1);
    pgm__session_send(the_client.session, "SELECT 2");
    assert_true(oom_disarm());
    peer_turn_until(&the_client.lost);
    client_closes();
}

/* A pooler forgets the request with its client. */
static void closing_waits_for_the_request(void **state) {
    (void)state;
    heard_cancel = false;
    a_string_at_work();
    peer_hears(PEER_CANCEL, "");
    peer_does(note_cancel, NULL);
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELECT pg_sleep(1e9)");
    peer_turn_until_heard('Q');
    pgm__session_cancel(the_client.session, LIMIT_MS);
    client_closes();
    assert_true(heard_cancel);
}

/* libpq below 17 has no other way than a thread; from 17 on there is none to be left. */
static void no_thread_of_a_request_outlives_it(void **state) {
    (void)state;
    a_string_at_work();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELECT pg_sleep(1e9)");
    threads_linger(true);
    pgm__session_cancel(the_client.session, LIMIT_MS);
    client_closes();
    assert_int_equal(threads_left(), 0);
    threads_linger(false);
}

/* A server that is stopped never closes it. */
static void a_request_that_is_not_heard_ends_with_its_limit(void **state) {
    (void)state;
    a_string_at_work();
    peer_hears(PEER_CANCEL, "");
    client_connects();
    pgm__session_send(the_client.session, "SELECT pg_sleep(1e9)");
    pgm__session_cancel(the_client.session, 1);
    client_closes();
    peer_turn_until_heard(PEER_CANCEL); /* its thread is nobody's */
}

static void without_a_thread_a_request_ends_at_once(void **state) {
    (void)state;
    if (PQlibVersion() >= 170000) {
        peer_may_leave_steps();
        print_message("skipped: libpq from 17 on needs no thread for a request\n");
        skip();
    }
    peer_lets_in();
    peer_hears('Q', "SELECT 2");
    peer_tag("SELECT 2");
    peer_ready('I');
    client_connects();
    threads_refuse(true);
    pgm__session_cancel(the_client.session, LIMIT_MS);
    threads_refuse(false);
    client_asks("SELECT 2");
    client_heard("command SELECT 2; ready none; ");
    assert_int_equal(peer_connections(), 1);
}

static void without_memory_there_is_no_request(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT 2");
    peer_tag("SELECT 2");
    peer_ready('I');
    client_connects();
    for (size_t nth = 1; nth <= 2; nth++) {
        oom_arm(nth);
        pgm__session_cancel(the_client.session, LIMIT_MS);
        assert_true(oom_disarm());
    }
    client_asks("SELECT 2"); /* nothing is in its way */
    client_heard("command SELECT 2; ready none; ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(r06_a_request_is_a_connection_of_its_own),
        client_test(r06_a_string_that_is_sent_meanwhile_waits),
        client_test(a_string_that_waits_and_a_session_that_is_lost),
        client_test(without_memory_to_hold_a_string_it_is_lost),
        client_test(closing_waits_for_the_request),
        client_test(no_thread_of_a_request_outlives_it),
        client_test(a_request_that_is_not_heard_ends_with_its_limit),
        client_test(without_a_thread_a_request_ends_at_once),
        client_test(without_memory_there_is_no_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
