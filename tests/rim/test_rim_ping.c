/* targets: a march that only connects and looks who is there. */
#include <string.h>

#include "support/scripted_march.h"

static void starts(void) {
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_TARGETS);
}

/* The reading and the question whose answer is timed. */
static void is_looked_at(void) {
    starts();
    server_connects();
    march_reads();
    march_sends("SELECT 1");
    server_answers();
}

static void it_says_who_answers_and_as_whom(void **state) {
    (void)state;
    the.common.role = "owner";
    the_server.role = "owner";
    the_link.tls = (pgm__tls){"TLSv1.3", "TLS_AES_256_GCM_SHA384"};
    starts();
    server_connects();
    march_sends("SET LOCAL ROLE \"owner\"");
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_true(the.pinged);
    assert_string_equal(the.ping.server_version, "15.18");
    assert_string_equal(the.ping.login_role, "app");
    assert_string_equal(the.ping.current_role, "owner");
    assert_string_equal(the.ping.current_schema, "public");
    assert_string_equal(the.ping.tls, "TLSv1.3");
    assert_string_equal(the.ping.cipher, "TLS_AES_256_GCM_SHA384");
    assert_false(the.ping.pooled);
    assert_false(the.ping.standby);
    assert_int_equal(the.attempts, 1);
    assert_true(the.reached > 0);
}

static void the_ledger_is_not_read_and_nothing_is_written(void **state) {
    (void)state;
    starts();
    server_connects();
    march_does_not_send("SELECT * FROM");
    march_sends("READ ONLY");
    march_reads();
    march_does_not_send("advisory");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* Another tool's ledger is no reason not to be reached. */
static void a_strange_ledger_does_not_matter(void **state) {
    (void)state;
    the_server.ledger_missing = false;
    the_server.ledger_columns = "version dirty";
    the_server.version_type = 20;
    is_looked_at();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void login_and_round_trip_are_timed_apart(void **state) {
    (void)state;
    starts();
    time_passes(30);
    server_connects();
    time_passes(500); /* the first query loads catalogs: nobody's latency */
    march_reads();
    time_passes(7);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.login_us, 30000);
    assert_int_equal(the.ping.round_trip_us, 7000);
}

/* Of the attempt that succeeded: how long the server was not there is no latency. */
static void the_login_that_is_timed_is_the_one_that_succeeded(void **state) {
    (void)state;
    starts();
    time_passes(30);
    server_refuses("57P03", "the database system is starting up");
    pause_ends();
    time_passes(4);
    server_connects();
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.login_us, 4000);
    assert_int_equal(the.attempts, 2);
}

static void a_session_of_another_target_has_no_login(void **state) {
    (void)state;
    is_looked_at();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_non_null(the.handover.session);
    the.target.schema = "tenant_2";
    march_starts(PGM_COMMAND_TARGETS);
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.login_us, -1);
    assert_int_equal(the.ping.round_trip_us, 0);
}

static void a_pooler_and_a_standby_are_seen(void **state) {
    (void)state;
    the_server.pooled = true;
    the_server.standby = true;
    is_looked_at();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_true(the.ping.pooled);
    assert_true(the.ping.standby);
    assert_null(the.ping.tls);
}

/* ---- the size ---- */

static void the_size_is_asked_for_where_it_is_wanted(void **state) {
    (void)state;
    the.wants_size = true;
    is_looked_at();
    march_sends("statement_timeout=5000;SELECT pg_catalog.pg_database_size");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.database_size, 7000000);
}

static void the_size_is_not_asked_for_twice(void **state) {
    (void)state;
    is_looked_at();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.database_size, -1);
}

/* It has to be answered before the reading as a whole is given up. */
static void the_size_is_asked_for_within_the_connect_timeout(void **state) {
    (void)state;
    the.wants_size = true;
    the.limits.connect_timeout = 3000;
    is_looked_at();
    march_sends("statement_timeout=1500;");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_size_that_may_not_be_asked_for_is_not_known(void **state) {
    (void)state;
    the.wants_size = true;
    the_server.size = NULL;
    is_looked_at();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_false(the.failed);
    assert_int_equal(the.ping.database_size, -1);
}

/* ---- what is wrong ---- */

static void a_login_that_is_refused_has_no_ping(void **state) {
    (void)state;
    starts();
    server_refuses("28P01", "password authentication failed for user \"app\"");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("connect", NULL, "password authentication failed");
    assert_false(the.pinged);
}

static void a_role_that_is_not_there_fails(void **state) {
    (void)state;
    the.common.role = "gone";
    starts();
    server_connects();
    march_sends("SET LOCAL ROLE");
    server_answers_through("BEGIN");
    server_fails("22023", "role \"gone\" does not exist");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "role \"gone\" does not exist");
    hint_says("CREATE ROLE \"gone\"");
}

static void a_schema_that_is_not_there_fails(void **state) {
    (void)state;
    the.target.schema = "tenant_9";
    the_server.schema = NULL;
    starts();
    server_connects();
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "schema \"tenant_9\" does not exist");
    assert_true(the.pinged); /* the server was there */
    assert_string_equal(the.ping.server_version, "15.18");
}

static void a_loss_begins_anew(void **state) {
    (void)state;
    starts();
    server_connects();
    march_reads();
    connection_is_lost("server closed the connection unexpectedly");
    pause_ends();
    server_connects();
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.ping.login_us, 0);
    assert_string_equal(the.ping.login_role, "app");
}

/* What was known of it before is still said. */
static void a_server_that_goes_for_good_leaves_what_was_known(void **state) {
    (void)state;
    the.limits.connect_wait = 0;
    starts();
    server_connects();
    march_reads();
    connection_is_lost("server closed the connection unexpectedly");
    march_ends(PGM_OUTCOME_FAILED);
    assert_true(the.pinged);
    assert_string_equal(the.ping.server_version, "15.18");
    assert_int_equal(the.ping.round_trip_us, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(it_says_who_answers_and_as_whom),
        scene_test(the_ledger_is_not_read_and_nothing_is_written),
        scene_test(a_strange_ledger_does_not_matter),
        scene_test(login_and_round_trip_are_timed_apart),
        scene_test(the_login_that_is_timed_is_the_one_that_succeeded),
        scene_test(a_session_of_another_target_has_no_login),
        scene_test(a_pooler_and_a_standby_are_seen),
        scene_test(the_size_is_asked_for_where_it_is_wanted),
        scene_test(the_size_is_not_asked_for_twice),
        scene_test(the_size_is_asked_for_within_the_connect_timeout),
        scene_test(a_size_that_may_not_be_asked_for_is_not_known),
        scene_test(a_login_that_is_refused_has_no_ping),
        scene_test(a_role_that_is_not_there_fails),
        scene_test(a_schema_that_is_not_there_fails),
        scene_test(a_loss_begins_anew),
        scene_test(a_server_that_goes_for_good_leaves_what_was_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
