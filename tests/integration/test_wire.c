/* The proxy, with psql as the program behind it: what it counts, and each way to break a line. */
#include "support/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/shell.h"

static int group_setup(void **state) {
    (void)state;
    cluster_load_env();
    return 0;
}

/* psql's meta commands and statements, one Query message each, through the proxy. */
static shell_result psql_through(const wire *line, const char *settings, const char *input) {
    char *target = text_format("host=127.0.0.1 port=%d %s", wire_port(line), settings);
    const char *const argv[] = {"psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-d", target, NULL};
    shell_result result = shell_run(&(shell_command){.argv = argv, .input = input});
    free(target);
    return result;
}

static void select_one_is_one_round_trip(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = psql_through(line, "sslmode=disable", "select 1");
    assert_status(&result, 0);
    assert_string_equal(result.out, "1\n");
    shell_free(&result);
    assert_int_equal(wire_connections(line), 1);
    wire_stats stats = wire_connection(line, 1);
    assert_int_equal(stats.connect_round_trips, 1);
    assert_int_equal(stats.round_trips, 1);
    assert_int_equal(stats.queries, 1);
    assert_true(stats.ready);
    assert_false(stats.opaque);
    wire_close(line);
}

static void several_queries_are_several_round_trips(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = psql_through(line, "sslmode=disable",
                                       "select 1;\nselect 2;\nselect 3;\n");
    assert_status(&result, 0);
    shell_free(&result);
    wire_stats stats = wire_total(line);
    assert_int_equal(stats.round_trips, 3);
    assert_int_equal(stats.queries, 3);
    wire_close(line);
}

/* `\;` makes psql send one string; NOTICEs between the answers are no second round trip. */
static void a_string_of_statements_is_one_round_trip(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = psql_through(
        line, "sslmode=disable",
        "select 1\\; do 'begin raise notice ''x''; perform pg_sleep(0.05); end'\\; select 2;\n");
    assert_status(&result, 0);
    shell_free(&result);
    assert_int_equal(wire_total(line).round_trips, 1);
    assert_int_equal(wire_total(line).queries, 1);
    wire_close(line);
}

static void a_password_costs_two_more_round_trips(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    char *settings = text_format("sslmode=disable user=pw_user password=%s",
                                 env_need("PGMARCH_TEST_PW_PASSWORD"));
    shell_result result = psql_through(line, settings, "select 1");
    assert_status(&result, 0);
    shell_free(&result);
    free(settings);
    assert_int_equal(wire_total(line).connect_round_trips, 3);
    assert_int_equal(wire_total(line).round_trips, 1);
    wire_close(line);
}

static void tls_is_refused_by_the_proxy_itself(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = psql_through(line, "sslmode=prefer", "select 1");
    assert_status(&result, 0);
    shell_free(&result);
    assert_int_equal(wire_total(line).connect_round_trips, 2);
    assert_int_equal(wire_total(line).round_trips, 1);
    shell_result required = psql_through(line, "sslmode=require", "select 1");
    assert_status(&required, 2);
    assert_err(&required, "server does not support SSL");
    shell_free(&required);
    wire_close(line);
}

static void tls_passes_when_asked_to_and_is_opaque(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), &(wire_options){.pass_tls = true});
    shell_result result = psql_through(line, "sslmode=require",
                                       "select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    assert_status(&result, 0);
    assert_string_equal(result.out, "t\n");
    shell_free(&result);
    assert_true(wire_connection(line, 1).opaque);
    wire_close(line);
}

static void a_large_query_and_a_large_answer_pass_whole(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    enum { SIZE = 3000000 };
    char *sql = malloc(SIZE + 64);
    assert_non_null(sql);
    memcpy(sql, "select md5('", 12);
    memset(sql + 12, 'a', SIZE);
    memcpy(sql + 12 + SIZE, "'), repeat('b', 9000000)", 25);
    shell_result result = psql_through(line, "sslmode=disable", sql);
    free(sql);
    assert_status(&result, 0);
    assert_int_equal(result.out_len, 32 + 1 + 9000000 + 1);
    shell_free(&result);
    assert_int_equal(wire_total(line).round_trips, 1);
    wire_close(line);
}

static void delay_slows_every_round_trip(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    wire_set_delay(line, 50);
    long long before = now_ms();
    shell_result result = psql_through(line, "sslmode=disable", "select 1;\nselect 2;\n");
    long long took = now_ms() - before;
    assert_status(&result, 0);
    shell_free(&result);
    assert_true(took >= 300); /* connect, 1, 2: three times there and back */
    assert_true(took < 30000);
    wire_close(line);
}

static void a_rule_delays_one_message(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_READY,
                                               .type = 'C',
                                               .nth = 2,
                                               .action = WIRE_DELAY,
                                               .delay_ms = 300});
    long long before = now_ms();
    shell_result result = psql_through(line, "sslmode=disable", "select 1;\nselect 2;\n");
    long long took = now_ms() - before;
    assert_status(&result, 0);
    shell_free(&result);
    assert_int_equal(wire_hits(line, rule), 1);
    assert_true(took >= 300);
    wire_close(line);
}

static void reset_at_the_answer_is_seen_and_the_server_has_done_it(void **state) {
    (void)state;
    char database[DATABASE_NAME];
    database_name(database, "reset");
    database_create(database);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                               .type = 'C',
                                               .contains = "CREATE TABLE",
                                               .nth = 1,
                                               .times = 1,
                                               .action = WIRE_RST});
    char *settings = text_format("sslmode=disable dbname=%s", database);
    shell_result result = psql_through(line, settings, "create table made ()");
    assert_status(&result, 2);
    assert_err(&result, "server closed the connection unexpectedly");
    shell_free(&result);
    assert_int_equal(wire_hits(line, rule), 1);
    assert_psql(database, "select to_regclass('made') is not null", "t");
    /* The rule is spent: the next connection is whole. */
    shell_result again = psql_through(line, settings, "create table made_too ()");
    assert_status(&again, 0);
    shell_free(&again);
    free(settings);
    wire_close(line);
    database_drop(database);
}

static void fin_in_the_middle_of_a_message_is_seen(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_READY,
                                               .type = 'D',
                                               .keep = 3,
                                               .action = WIRE_FIN});
    shell_result result = psql_through(line, "sslmode=disable", "select 1");
    assert_status(&result, 2);
    assert_err(&result, "server closed the connection unexpectedly");
    shell_free(&result);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
}

static void reset_before_the_query_keeps_it_from_the_server(void **state) {
    (void)state;
    char database[DATABASE_NAME];
    database_name(database, "unsent");
    database_create(database);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(
        line, (wire_rule){.direction = WIRE_TO_SERVER, .type = 'Q', .nth = 1, .action = WIRE_RST});
    char *settings = text_format("sslmode=disable dbname=%s", database);
    shell_result result = psql_through(line, settings, "create table made ()");
    assert_status(&result, 2);
    shell_free(&result);
    free(settings);
    assert_int_equal(wire_hits(line, rule), 1);
    assert_psql(database, "select to_regclass('made') is null", "t");
    wire_close(line);
    database_drop(database);
}

static void reset_during_connect_is_a_connection_error(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    (void)wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                     .phase = WIRE_CONNECTING,
                                     .type = WIRE_STARTUP,
                                     .action = WIRE_RST});
    shell_result result = psql_through(line, "sslmode=disable", "select 1");
    assert_status(&result, 2);
    shell_free(&result);
    assert_false(wire_connection(line, 1).ready);
    wire_close(line);
}

/* A startup message sent by hand: libpq words both kinds of end the same. Returns what recv() says,
   negative = errno. */
static int end_seen_by_a_socket(const wire *line) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)wire_port(line))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    const char startup[] = {0, 0, 0, 8, 0, 3, 0, 0};
    assert_int_equal(send(fd, startup, sizeof startup, MSG_NOSIGNAL), sizeof startup);
    char byte;
    ssize_t got = recv(fd, &byte, 1, 0);
    int seen = got < 0 ? -errno : (int)got;
    (void)close(fd);
    return seen;
}

static void fin_and_reset_differ_on_the_socket(void **state) {
    (void)state;
    const struct {
        wire_action action;
        int seen;
    } cases[] = {{WIRE_FIN, 0}, {WIRE_RST, -ECONNRESET}};
    for (size_t i = 0; i < 2; i++) {
        wire *line = wire_open(cluster_port(), NULL);
        (void)wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER, .action = cases[i].action});
        assert_int_equal(end_seen_by_a_socket(line), cases[i].seen);
        wire_close(line);
    }
}

/* libpq has no limit of its own while a query runs: psql has to be ended from outside. */
static void a_black_hole_answers_nothing(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(
        line,
        (wire_rule){.direction = WIRE_TO_SERVER, .type = 'Q', .nth = 1, .action = WIRE_BLACK_HOLE});
    shell_result result =
        shell_sh("timeout 3 psql -XAtqw -d 'host=127.0.0.1 port=%d sslmode=disable' -c 'select 1'",
                 wire_port(line));
    assert_status(&result, 124);
    assert_string_equal(result.out, "");
    shell_free(&result);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
}

static void a_black_hole_at_startup_runs_into_the_connect_timeout(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    (void)wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER, .action = WIRE_BLACK_HOLE});
    shell_result result = psql_through(line, "sslmode=disable connect_timeout=2", "select 1");
    assert_status(&result, 2);
    assert_err(&result, "timeout expired");
    shell_free(&result);
    wire_close(line);
}

/* The client is cut off, the backend is not told and goes on. */
static void a_cut_of_the_client_side_leaves_the_backend_running(void **state) {
    (void)state;
    char database[DATABASE_NAME];
    database_name(database, "orphan");
    database_create(database);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                               .type = 'Q',
                                               .nth = 1,
                                               .keep = WIRE_WHOLE,
                                               .side = WIRE_CLIENT_SIDE,
                                               .action = WIRE_RST});
    char *settings = text_format("sslmode=disable dbname=%s", database);
    shell_result result = psql_through(line, settings, "select pg_sleep(30)");
    assert_status(&result, 2);
    shell_free(&result);
    free(settings);
    assert_int_equal(wire_hits(line, rule), 1);
    psql_wait(database,
              "select count(*) from pg_stat_activity where datname = current_database() and "
              "query = 'select pg_sleep(30)' and state = 'active'",
              "1", SHELL_WAIT_MS);
    wire_close(line);
    database_drop(database);
}

static void a_held_message_waits_for_its_release(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_READY,
                                               .type = 'C',
                                               .nth = 1,
                                               .action = WIRE_HOLD});
    char *target = text_format("host=127.0.0.1 port=%d sslmode=disable", wire_port(line));
    const char *const argv[] = {"psql", "-XAtqw", "-d", target, "-c", "select 'let go'", NULL};
    shell_process process;
    shell_start(&process, &(shell_command){.argv = argv});
    assert_true(wire_wait(line, rule, 1, SHELL_WAIT_MS));
    sleep_ms(200);
    assert_false(wire_connection(line, 1).closed);
    wire_release(line);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    assert_string_equal(result.out, "let go\n");
    shell_free(&result);
    free(target);
    wire_close(line);
}

static void a_closed_door_resets_and_opens_again(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    wire_accept(line, false);
    shell_result result = psql_through(line, "sslmode=disable", "select 1");
    assert_status(&result, 2);
    shell_free(&result);
    assert_int_equal(wire_connections(line), 0);
    wire_accept(line, true);
    shell_result again = psql_through(line, "sslmode=disable", "select 1");
    assert_status(&again, 0);
    shell_free(&again);
    wire_close(line);
}

static void rules_choose_a_connection(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    (void)wire_add(
        line,
        (wire_rule){.connection = 2, .direction = WIRE_TO_SERVER, .type = 'Q', .action = WIRE_RST});
    const int expected[] = {0, 2, 0};
    for (int i = 0; i < 3; i++) {
        shell_result result = psql_through(line, "sslmode=disable", "select 1");
        assert_status(&result, expected[i]);
        shell_free(&result);
    }
    assert_int_equal(wire_connections(line), 3);
    wire_close(line);
}

static void many_connections_at_once_are_counted_apart(void **state) {
    (void)state;
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = shell_sh(
        "for i in 1 2 3 4 5 6 7 8 9 10; do "
        "psql -XAtqw -d 'host=127.0.0.1 port=%d sslmode=disable' -c 'select 1' & done; wait",
        wire_port(line));
    assert_status(&result, 0);
    assert_int_equal(result.out_len, 20);
    shell_free(&result);
    assert_int_equal(wire_connections(line), 10);
    for (unsigned i = 1; i <= 10; i++) {
        assert_int_equal(wire_connection(line, i).round_trips, 1);
    }
    wire_close(line);
}

/* Ctrl-C makes psql send a CancelRequest on a connection of its own. */
static void a_cancel_request_is_told_from_a_session(void **state) {
    (void)state;
    char database[DATABASE_NAME];
    database_name(database, "cancel");
    database_create(database);
    wire *line = wire_open(cluster_port(), NULL);
    char *target = text_format("host=127.0.0.1 port=%d sslmode=disable dbname=%s", wire_port(line),
                               database);
    const char *const argv[] = {"psql", "-XAtqw", "-d", target, "-c", "select pg_sleep(30)", NULL};
    shell_process process;
    shell_start(&process, &(shell_command){.argv = argv});
    psql_wait(database,
              "select count(*) from pg_stat_activity where datname = current_database() and "
              "wait_event = 'PgSleep'",
              "1", SHELL_WAIT_MS);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    assert_err(&result, "canceling statement due to user request");
    shell_free(&result);
    free(target);
    assert_int_equal(wire_connections(line), 2);
    assert_true(wire_connection(line, 2).cancel);
    assert_int_equal(wire_total(line).round_trips, 1);
    wire_close(line);
    database_drop(database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_one_is_one_round_trip),
        cmocka_unit_test(several_queries_are_several_round_trips),
        cmocka_unit_test(a_string_of_statements_is_one_round_trip),
        cmocka_unit_test(a_password_costs_two_more_round_trips),
        cmocka_unit_test(tls_is_refused_by_the_proxy_itself),
        cmocka_unit_test(tls_passes_when_asked_to_and_is_opaque),
        cmocka_unit_test(a_large_query_and_a_large_answer_pass_whole),
        cmocka_unit_test(delay_slows_every_round_trip),
        cmocka_unit_test(a_rule_delays_one_message),
        cmocka_unit_test(reset_at_the_answer_is_seen_and_the_server_has_done_it),
        cmocka_unit_test(fin_in_the_middle_of_a_message_is_seen),
        cmocka_unit_test(reset_before_the_query_keeps_it_from_the_server),
        cmocka_unit_test(reset_during_connect_is_a_connection_error),
        cmocka_unit_test(fin_and_reset_differ_on_the_socket),
        cmocka_unit_test(a_black_hole_answers_nothing),
        cmocka_unit_test(a_black_hole_at_startup_runs_into_the_connect_timeout),
        cmocka_unit_test(a_cut_of_the_client_side_leaves_the_backend_running),
        cmocka_unit_test(a_held_message_waits_for_its_release),
        cmocka_unit_test(a_closed_door_resets_and_opens_again),
        cmocka_unit_test(rules_choose_a_connection),
        cmocka_unit_test(many_connections_at_once_are_counted_apart),
        cmocka_unit_test(a_cancel_request_is_told_from_a_session),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
