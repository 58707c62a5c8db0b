/* Logging in: session.c, handshake.c and watcher.c against a peer that lets in, or does not. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pg/link/handshake.h"
#include "pg/link/login_threads.h"
#include "pg/link/watcher.h"
#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"
#include "support/threads.h"

/* ---- what a login is like ---- */

static const char asks_password[4] = {0, 0, 0, 3};

static void client_opens_with(const char *password) {
    client_keywords where;
    client_fill(&where, password);
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
}

static void a_server_that_asks_for_nothing(void **state) {
    (void)state;
    peer_lets_in();
    client_connects();
    assert_false(pgm__session_is_computing(the_client.session));
    assert_true(pgm__session_is_idle(the_client.session));
}

static void a_password_is_computed_on_a_thread(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    peer_hears('p', "sekret");
    peer_welcomes();
    client_opens_with("sekret");
    bool computed = false;
    while (!the_client.connected && !the_client.lost) {
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
        computed = computed || pgm__session_is_computing(the_client.session);
    }
    assert_true(the_client.connected);
    assert_true(computed);
}

/* A thread that is still on its way out at the end of the program crashes in what OpenSSL kept for
 * it. */
static void no_thread_of_a_login_outlives_the_pool(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    peer_hears('p', "sekret");
    peer_welcomes();
    threads_linger(true);
    client_opens_with("sekret");
    peer_turn_until(&the_client.connected);
    client_closes();
    assert_int_equal(threads_started(), 1);
    pgm__login_threads_end(the_client.threads);
    the_client.threads = NULL;
    assert_int_equal(threads_left(), 0);
    threads_linger(false);
}

static void without_a_thread_the_step_is_taken_on_the_loop(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    peer_hears('p', "sekret");
    peer_welcomes();
    threads_refuse(true);
    client_opens_with("sekret");
    peer_turn_until(&the_client.connected);
    threads_refuse(false);
    assert_false(pgm__session_is_computing(the_client.session));
}

static void takes_step_without(size_t nth) {
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    peer_hears('p', "sekret");
    peer_welcomes();
    client_opens_with("sekret");
    peer_turn_until_heard(PEER_STARTUP);
    for (bool struck = false; !struck;) { /* what is allocated next is the step */
        oom_arm(nth);
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
        struck = oom_disarm();
    }
    peer_turn_until(&the_client.connected);
}

static void without_memory_the_step_is_taken_on_the_loop(void **state) {
    (void)state;
    takes_step_without(1);
}

static void without_memory_for_a_thread_too(void **state) {
    (void)state;
    takes_step_without(2);
}

/* ---- closed meanwhile ---- */

/* Other work of the one thread that there is. */
typedef struct other_work {
    pgm__login_work work;
    atomic_bool begun;
    atomic_bool may_end;
    bool ended;
} other_work;

static void pause_a_little(void) {
    const struct timespec pause = {.tv_nsec = 500000};
    (void)nanosleep(&pause, NULL);
}

static void compute_other(pgm__login_work *work) {
    other_work *self = (other_work *)work;
    atomic_store(&self->begun, true);
    while (!atomic_load(&self->may_end)) {
        pause_a_little();
    }
}

static void on_other_ended(pgm__login_work *work) {
    ((other_work *)work)->ended = true;
}

static void begin_other(other_work *self, bool may_end) {
    *self = (other_work){.work = {.compute = compute_other, .ended = on_other_ended}};
    atomic_store(&self->may_end, may_end);
    assert_true(pgm__login_threads_do(the_client.threads, &self->work));
}

static void await_begun(other_work *self) {
    while (!atomic_load(&self->begun)) {
        pause_a_little();
    }
}

static void opens_until_it_computes(void) {
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    client_opens_with("sekret");
    while (!pgm__session_is_computing(the_client.session)) {
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
    }
}

/* The thread may compute for ever: nobody waits for it. That it has answered is seen by what it
 * does next; the loop does not turn. */
static void a_step_is_left_to_itself_when_the_session_is_closed(void **state) {
    (void)state;
    other_work next;
    opens_until_it_computes();
    peer_hears('p', "sekret");
    begin_other(&next, true);
    await_begun(&next);
    client_closes();
    assert_false(the_client.connected);
    peer_turn_until_heard('p');
    peer_turn_until(&next.ended);
}

/* Its password is not sent any more. */
static void a_step_that_waits_is_not_taken_when_the_session_is_closed(void **state) {
    (void)state;
    other_work before;
    begin_other(&before, false);
    await_begun(&before);
    opens_until_it_computes();
    client_closes();
    atomic_store(&before.may_end, true);
    peer_turn_until(&before.ended);
    assert_false(the_client.connected);
    assert_string_equal(peer_heard('p'), "");
}

/* ---- who is not let in ---- */

static void r03_a_wrong_password_is_told_with_its_sqlstate(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"app\"\0"
                    "Fauth.c\0L322\0Rauth_failed\0");
    peer_hangs_up();
    client_opens();
    peer_turn_until(&the_client.lost);
    assert_string_equal(the_client.error.sqlstate, "28P01");
    assert_non_null(strstr(the_client.heard, "password authentication failed for user \"app\""));
    assert_null(strstr(the_client.heard, "LOCATION"));
    assert_null(strstr(the_client.heard, "28P01"));
}

static void a_password_that_nobody_gave_is_missed(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    peer_says('R', asks_password, sizeof asks_password);
    client_opens();
    peer_turn_until(&the_client.lost);
    assert_non_null(strstr(the_client.heard, "no password supplied"));
    assert_string_equal(the_client.error.sqlstate, "");
}

static void a_server_that_hangs_up_at_once(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    peer_hangs_up();
    client_opens();
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
}

/* The number of a port where nobody listens: one that was listened on a moment ago. */
static int dead_port(void) {
    uv_tcp_t tcp;
    struct sockaddr_in address;
    int len = sizeof address;
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &address), 0);
    assert_int_equal(uv_tcp_init(&the_client.loop, &tcp), 0);
    assert_int_equal(uv_tcp_bind(&tcp, (const struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_tcp_getsockname(&tcp, (struct sockaddr *)&address, &len), 0);
    uv_close((uv_handle_t *)&tcp, NULL);
    (void)uv_run(&the_client.loop, UV_RUN_NOWAIT);
    return ntohs(address.sin_port);
}

static void nobody_listens(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    (void)snprintf(where.port, sizeof where.port, "%d", dead_port());
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    peer_turn_until(&the_client.lost);
    assert_non_null(strstr(the_client.heard, "Connection refused"));
}

/* The second socket may have the number of the first one. */
static void where_the_first_host_refuses_the_second_is_asked(void **state) {
    (void)state;
    client_keywords where;
    char ports[40];
    peer_lets_in();
    client_fill(&where, NULL);
    (void)snprintf(ports, sizeof ports, "%d,%d", dead_port(), peer_port());
    where.values[0] = "127.0.0.1,127.0.0.1";
    where.values[1] = ports;
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    peer_turn_until(&the_client.connected);
    assert_int_equal(peer_connections(), 1);
}

static void where_the_first_server_has_no_room_the_second_is_asked(void **state) {
    (void)state;
    client_keywords where;
    char ports[40];
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0");
    peer_hangs_up();
    peer_next();
    peer_lets_in();
    client_fill(&where, NULL);
    (void)snprintf(ports, sizeof ports, "%d,%d", peer_port(), peer_port());
    where.values[0] = "127.0.0.1,127.0.0.1";
    where.values[1] = ports;
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    peer_turn_until(&the_client.connected);
    assert_int_equal(peer_connections(), 2);
}

static void what_libpq_refuses_is_told_from_the_loop(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    where.values[1] = "not a port";
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    assert_false(the_client.lost);
    peer_turn_until(&the_client.lost);
    assert_non_null(strstr(the_client.heard, "not a port"));
}

/* ---- watchers and steps by themselves ---- */

static void ignore_socket(int status, int events, void *data) {
    (void)status;
    (void)events;
    (void)data;
}

static void what_is_no_socket_is_not_watched(void **state) {
    (void)state;
    pgm__watcher *watcher = NULL;
    assert_false(
        pgm__watcher_arm(&watcher, &the_client.loop, -1, UV_READABLE, ignore_socket, NULL));
    assert_null(watcher);
    pgm__watcher_pause(watcher);
    pgm__watcher_drop(&watcher);
}

static void another_number_gets_another_watcher(void **state) {
    (void)state;
    int first[2];
    int second[2];
    assert_int_equal(uv_pipe(first, 0, 0), 0);
    assert_int_equal(uv_pipe(second, 0, 0), 0);
    pgm__watcher *watcher = NULL;
    assert_true(
        pgm__watcher_arm(&watcher, &the_client.loop, first[0], UV_READABLE, ignore_socket, NULL));
    const pgm__watcher *old = watcher;
    assert_true(
        pgm__watcher_arm(&watcher, &the_client.loop, second[0], UV_READABLE, ignore_socket, NULL));
    assert_ptr_not_equal(watcher, old);
    pgm__watcher_drop(&watcher);
    assert_null(watcher);
    (void)uv_run(&the_client.loop, UV_RUN_NOWAIT);
    uv_fs_t request;
    const int all[] = {first[0], first[1], second[0], second[1]};
    for (size_t i = 0; i < 4; i++) {
        (void)uv_fs_close(NULL, &request, all[i], NULL);
    }
}

static void leaving_no_step_is_nothing(void **state) {
    (void)state;
    pgm__handshake_abandon(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(a_server_that_asks_for_nothing),
        client_test(a_password_is_computed_on_a_thread),
        client_test(no_thread_of_a_login_outlives_the_pool),
        client_test(without_a_thread_the_step_is_taken_on_the_loop),
        client_test(without_memory_the_step_is_taken_on_the_loop),
        client_test(without_memory_for_a_thread_too),
        client_test(a_step_is_left_to_itself_when_the_session_is_closed),
        client_test(a_step_that_waits_is_not_taken_when_the_session_is_closed),
        client_test(r03_a_wrong_password_is_told_with_its_sqlstate),
        client_test(a_password_that_nobody_gave_is_missed),
        client_test(a_server_that_hangs_up_at_once),
        client_test(nobody_listens),
        client_test(where_the_first_host_refuses_the_second_is_asked),
        client_test(where_the_first_server_has_no_room_the_second_is_asked),
        client_test(what_libpq_refuses_is_told_from_the_loop),
        client_test(what_is_no_socket_is_not_watched),
        client_test(another_number_gets_another_watcher),
        client_test(leaving_no_step_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
