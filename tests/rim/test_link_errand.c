/* One statement on a session of its own: errand.c. */
#include <string.h>

#include "pg/link/errand.h"
#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"

static pgm__errand *errand;
static pgm__errand_end ended;
static bool over;
static pgm__resolver *resolver;

static void on_end(const pgm__errand_end *end, void *data) {
    (void)data;
    ended = *end;
    errand = NULL;
    over = true;
}

static pgm__conninfo info_of(const client_keywords *where, const char *const *secrets) {
    static const pgm__conn_host host = {.host = "127.0.0.1", .hostaddr = "127.0.0.1", .port = ""};
    static pgm__conn_host hosts[1];
    hosts[0] = host;
    hosts[0].port = where->port;
    return (pgm__conninfo){.keywords = where->keywords,
                           .values = where->values,
                           .user = "app",
                           .dbname = "shop",
                           .hosts = hosts,
                           .host_count = 1,
                           .server = "postgresql://app@peer/shop",
                           .secrets = secrets,
                           .secret_count = secrets == NULL ? 0 : 1};
}

/* Turns the loop to the end, unless nothing began. */
static pgm_status sends(const char *sql, uint64_t run_ms, const char *const *secrets, bool stops) {
    client_keywords where;
    client_fill(&where, NULL);
    const pgm__conninfo info = info_of(&where, secrets);
    const pgm__errand_wish wish = {.info = &info, .sql = sql, .run_ms = run_ms};
    over = false;
    resolver = pgm__resolver_new(&the_client.loop);
    assert_non_null(resolver);
    pgm_status status = pgm__errand_start(&errand, the_client.threads, resolver, &wish, on_end,
                                          NULL, NULL);
    if (status == PGM_OK && stops) {
        pgm__errand_stop(errand);
    }
    if (status == PGM_OK) {
        peer_turn_until(&over);
    }
    pgm__resolver_free(resolver);
    return status;
}

/* A statement in the extended protocol: five messages. */
static void hears(const char *sql) {
    peer_hears('P', sql);
    peer_hears('B', "");
    peer_hears('D', "");
    peer_hears('E', "");
    peer_hears('S', "");
}

static void what_the_server_has_done_is_done(void **state) {
    (void)state;
    peer_lets_in();
    hears("CREATE DATABASE x");
    peer_says('1', "", 0);
    peer_says('2', "", 0);
    peer_says('n', "", 0);
    peer_tag("CREATE DATABASE");
    peer_ready('I');
    assert_int_equal(sends("CREATE DATABASE x", 0, NULL, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_OK);
    assert_true(ended.sent);
    assert_int_equal(ended.server_version / 10000, 15);
}

static void without_a_statement_connecting_is_all(void **state) {
    (void)state;
    peer_lets_in();
    assert_int_equal(sends(NULL, 0, NULL, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_OK);
    assert_false(ended.sent);
    assert_int_equal(ended.server_version / 10000, 15);
}

static void a_refusal_is_told_with_its_code_and_without_the_password(void **state) {
    (void)state;
    static const char *const secrets[] = {"hush", NULL};
    peer_lets_in();
    hears("");
    PEER_ERROR('E', "SERROR\0VERROR\0C42501\0Mhush: permission\ndenied\n\0");
    peer_ready('I');
    assert_int_equal(sends("CREATE DATABASE x", 0, secrets, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_ESQL);
    assert_string_equal(ended.error.sqlstate, "42501");
    assert_string_equal(ended.error.msg,
                        "postgresql://app@peer/shop: ***: permission denied (42501)");
    assert_true(ended.sent);
}

static void who_is_not_let_in_has_sent_nothing(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0");
    peer_hangs_up();
    assert_int_equal(sends("CREATE DATABASE x", 0, NULL, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_ECONNECT);
    assert_false(ended.sent);
    assert_non_null(strstr(ended.error.msg, "too many clients"));
}

/* It may be there all the same. */
static void what_was_sent_before_a_loss_is_said(void **state) {
    (void)state;
    peer_lets_in();
    hears("");
    peer_hangs_up();
    assert_int_equal(sends("CREATE DATABASE x", 0, NULL, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_ECONNECT);
    assert_true(ended.sent);
}

static void what_takes_too_long_is_cancelled(void **state) {
    (void)state;
    peer_lets_in();
    hears("");
    peer_next();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    assert_int_equal(sends("CREATE DATABASE x", 30, NULL, false), PGM_OK);
    assert_int_equal(ended.error.status, PGM_ETIMEOUT);
    assert_true(ended.sent);
    assert_int_equal(peer_connections(), 2);
}

static void who_is_stopped_on_the_way_sends_nothing(void **state) {
    (void)state;
    peer_may_leave_steps();
    peer_lets_in();
    peer_hears('P', "");
    assert_int_equal(sends("CREATE DATABASE x", 0, NULL, true), PGM_OK);
    assert_int_equal(ended.error.status, PGM_ECANCELLED);
    assert_false(ended.sent);
}

static void without_memory_nothing_begins(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    const pgm__conninfo info = info_of(&where, NULL);
    const pgm__errand_wish wish = {.info = &info};
    oom_arm(1);
    assert_int_equal(
        pgm__errand_start(&errand, the_client.threads, NULL, &wish, on_end, NULL, NULL),
        PGM_ENOMEM);
    assert_true(oom_disarm());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(what_the_server_has_done_is_done),
        client_test(without_a_statement_connecting_is_all),
        client_test(a_refusal_is_told_with_its_code_and_without_the_password),
        client_test(who_is_not_let_in_has_sent_nothing),
        client_test(what_was_sent_before_a_loss_is_said),
        client_test(what_takes_too_long_is_cancelled),
        client_test(who_is_stopped_on_the_way_sends_nothing),
        client_test(without_memory_nothing_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
