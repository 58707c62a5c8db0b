/* Failure modes R-…: what may be waited for, how long, and what is tried again. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char SLEEPING[] = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                               "AND datname = current_database()";

/* ---- locks ---- */

/* The longest that one of many short reads took, in ms, while the process wrote nothing yet. */
static long long slowest_read(const char *db, int for_ms) {
    long long slowest = 0;
    long long until = now_ms() + for_ms;
    while (now_ms() < until) {
        long long before = now_ms();
        free(psql(db, "SELECT count(*) FROM t"));
        long long took = now_ms() - before;
        slowest = took > slowest ? took : slowest;
    }
    return slowest;
}

/* An ALTER TABLE that waits for one long reader makes all later readers wait behind it. */
static void r01_readers_wait_no_longer_than_the_lock_timeout(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r01");
    free(psql(db, "CREATE TABLE t (a int)"));
    scene_gate(db);
    scene_migration(s, "1_a", "CREATE TABLE first ();\nALTER TABLE t ADD b int;\n", NULL);
    shell_process reader;
    stranger_start(&reader, db, "BEGIN; SELECT count(*) FROM t; SELECT until_go(); COMMIT;");
    scene_wait_at_gate(db);
    shell_process process;
    march_start(s, &process, "up --ddl-lock-timeout 300ms -u %s", scene_url(s, db));
    shell_wait_text(&process, "lock timeout", SHELL_WAIT_MS);    /* waits to try again */
    assert_psql(db, "SELECT to_regclass('first') IS NULL", "t"); /* the whole file is undone */
    assert_in_range((unsigned long)slowest_read(db, 1500), 0, 7000);
    scene_go(db);
    shell_result done = shell_wait(&reader);
    shell_free(&done);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT count(*) FROM information_schema.columns WHERE table_name = 't'", "2");
}

/* A sequence counts the tries: it does not roll back. */
static void count_tries(scene *s, const char *sqlstate, const char *expected) {
    const char *db = scene_database(s, scene_text(s, "r02_%s", sqlstate));
    free(psql(db, "CREATE SEQUENCE tries"));
    scene_migration(s, "1_a",
                    scene_text(s,
                               "DO $$BEGIN IF nextval('tries') < 3 THEN\n"
                               "RAISE EXCEPTION 'no' USING ERRCODE = '%s'; END IF; END$$;\n",
                               sqlstate),
                    NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    shell_free(&result);
    assert_psql(db, "SELECT last_value FROM tries", expected);
}

static void r02_only_what_may_pass_is_tried_again(void **state) {
    scene *s = *state;
    static const char *const passing[] = {"55P03", "40P01", "40001"};
    static const char *const final[] = {"23505", "42601", "42501", "P0001", "57014"};
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        count_tries(s, passing[i], "3");
    }
    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
        count_tries(s, final[i], "1");
    }
}

/* In use by a session that will not let go: the server's word comes soon, not at --lock-wait. */
static void r02_what_stays_in_use_is_tried_a_few_times(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r02_use");
    free(psql(db, "CREATE SEQUENCE tries"));
    shell_process user;
    stranger_start(&user, db,
                   scene_text(s,
                              "SELECT pg_replication_origin_create('%s');\n"
                              "SELECT pg_replication_origin_session_setup('%s');\n"
                              "SELECT pg_sleep(60);\n",
                              db, db));
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname "
              "= current_database()",
              "1", SHELL_WAIT_MS);
    scene_migration(
        s, "1_a",
        scene_text(s, "SELECT nextval('tries');\nSELECT pg_replication_origin_drop('%s');\n", db),
        NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "55006");
    assert_part(json_text(target, "error.message"), "in use by PID");
    assert_int_equal(json_number(target, "error.line"), 2);
    assert_in_range((unsigned long)json_number(target, "duration_ms"), 1000, 40000);
    json_decref(report);
    assert_psql(db, "SELECT last_value FROM tries", "6");
    stranger_end(&user);
    /* Let go of in time, the next run has nothing to wait for. */
    free(psql(db, SQL_END_SESSIONS("wait_event = 'PgSleep' AND datname = current_database()")));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT last_value FROM tries", "7");
}

/* Made by somebody else between a block's question and its CREATE ROLE: 42710, not 23505. */
static void f15_a_role_made_behind_the_blocks_question_is_no_failure(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f15_role");
    free(psql(db, "CREATE SEQUENCE tries"));
    scene_gate(db);
    scene_migration(s, "1_a",
                    scene_text(s,
                               "DO $$BEGIN IF to_regrole('%s') IS NULL THEN "
                               "PERFORM nextval('tries'), until_go(); CREATE ROLE \"%s\"; "
                               "END IF; END$$;\n",
                               db, db),
                    NULL);
    shell_process process;
    march_start(s, &process, "up -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    free(psql(db, "CREATE ROLE \"%s\"", db));
    scene_go(db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT last_value FROM tries", "1");
    /* Who does not ask is told at once. */
    scene_migration(s, "2_b", scene_text(s, "SELECT nextval('tries');\nCREATE ROLE \"%s\";\n", db),
                    NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT last_value FROM tries", "2");
    free(psql(db, "DROP ROLE \"%s\"", db));
}

/* ---- a server of our own ---- */

static own_server small; /* max_connections = 20 */

static int start_small(void **state) {
    int failed = scene_group_setup(state);
    small = own_start("--set max_connections=20");
    return failed;
}

static int stop_small(void **state) {
    (void)state;
    own_stop(&small);
    return 0;
}

static void r04_two_hundred_schemas_on_twenty_connections(void **state) {
    scene *s = *state;
    own_use(&small);
    char *text = text_format("%s", "");
    for (int i = 1; i <= 200; i++) {
        char *longer = text_format("%s[s%03d]\nurl = postgresql://postgres@127.0.0.1:%d/postgres\n"
                                   "schema = s%03d\ncreate_schema = true\n",
                                   text, i, small.port, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT pg_sleep(0.02);", NULL);
    shell_result result = march(s, "up -t targets.conf -j 100 --per-server 100 --connect-wait 20s");
    assert_status(&result, 0);
    assert_out(&result, "200 applied");
    shell_free(&result);
    assert_psql("postgres", "SELECT count(*) FROM pg_class WHERE relname = 'a'", "200");
    own_use(NULL);
}

/* ---- targets that hang ---- */

/* Listens, and never answers: with `full`, not even to a SYN. */
typedef struct deaf {
    int listener;
    int fillers[4];
    int port;
} deaf;

static deaf deaf_open(bool full) {
    deaf ear = {.listener = socket(AF_INET, SOCK_STREAM, 0), .fillers = {-1, -1, -1, -1}};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    assert_true(ear.listener >= 0);
    assert_int_equal(bind(ear.listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(ear.listener, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(listen(ear.listener, full ? 0 : 64), 0);
    ear.port = ntohs(address.sin_port);
    for (size_t i = 0; full && i < 4; i++) {
        ear.fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(ear.fillers[i], (struct sockaddr *)&address, len);
    }
    return ear;
}

static void deaf_close(const deaf *ear) {
    for (size_t i = 0; i < 4; i++) {
        if (ear->fillers[i] >= 0) {
            (void)close(ear->fillers[i]);
        }
    }
    (void)close(ear->listener);
}

static void expect_time_is_up(json_t *report, const char *name, const char *outcome) {
    json_t *target = report_target(report, name);
    assert_json(target, "outcome", outcome);
    assert_json(target, "error.phase", "time");
    assert_part(json_text(target, "error.message"), "target timeout");
}

/* Accepts and never answers; sleeps for ever; stopped in the middle of a statement. */
static void r05_hung_targets_end_at_their_timeout_and_hold_nobody_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r05");
    const char *good = scene_database(s, "r05_good");
    deaf ear = deaf_open(false);
    scene_migration(s, "1_a",
                    "DO $$BEGIN IF current_database() NOT LIKE '%good' THEN "
                    "PERFORM pg_sleep(1e9); END IF; END$$;",
                    NULL);
    folder_write(
        s->folder, "targets.conf",
        "[deaf]\nurl = postgresql://postgres@127.0.0.1:%d/x\n"
        "[asleep]\nurl = %s\n[stopped]\nurl = postgresql://postgres@127.0.0.1:%d/postgres\n"
        "[good]\nurl = %s\n",
        ear.port, scene_url(s, db), small.port, scene_url(s, good));
    long long before = now_ms();
    shell_process process;
    march_start(s, &process, "up -v -t targets.conf --target-timeout 3s --report report.json");
    own_use(&small);
    psql_wait("postgres", SLEEPING, "1", SHELL_WAIT_MS);
    own_use(NULL);
    own_freeze(&small);
    shell_wait_text(&process, "good     ✓ applied", SHELL_WAIT_MS);
    shell_result result = shell_wait(&process);
    long long took = now_ms() - before;
    own_wake(&small);
    deaf_close(&ear);
    assert_status(&result, 1);
    shell_free(&result);
    assert_in_range((unsigned long)took, 3000, 40000);
    json_t *report = report_file(s, "report.json");
    expect_time_is_up(report, "deaf", "failed");
    expect_time_is_up(report, "asleep", "failed");
    expect_time_is_up(report, "stopped", "unknown"); /* it may commit when it wakes up */
    assert_json(report_target(report, "stopped"), "error.version", "1_a");
    assert_json(report_target(report, "good"), "outcome", "applied");
    json_decref(report);
    assert_psql(db, SLEEPING, "0");
}

/* ---- the network ---- */

/* 100 names, a second each: neither the loop nor the target without a name waits for them. */
static void r07_slow_names_hold_nobody_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r07");
    char *text = text_format("[direct]\nurl = %s\n", scene_url(s, db));
    for (int i = 1; i <= 100; i++) {
        char *longer = text_format("%s[n%03d]\nurl = postgresql://postgres@h%03d.slow.test:%d/%s\n"
                                   "schema = s%03d\ncreate_schema = true\n",
                                   text, i, i, cluster_port(), db, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    long long before = now_ms();
    shell_result result = march_faulty(s, "export FAULT_DNS_MS=1000",
                                       "up -t targets.conf --report report.json");
    long long took = now_ms() - before;
    assert_status(&result, 0);
    assert_out(&result, "101 applied");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    /* However busy the machine is: none of those with a name took less than the one without. */
    for (int i = 1; i <= 100; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "n%03d", i);
        assert_true(json_number(report_target(report, "direct"), "duration_ms") <
                    json_number(report_target(report, name), "duration_ms"));
    }
    json_decref(report);
    assert_in_range((unsigned long)took, 1000, 200000);
}

static void r08_a_black_hole_ends_at_the_connect_timeout(void **state) {
    scene *s = *state;
    deaf ear = deaf_open(true);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    long long before = now_ms();
    json_t *report;
    json_t *target = failed_target(s,
                                   scene_text(s,
                                              "up --connect-timeout 1s --connect-wait 0 -u "
                                              "postgresql://postgres@127.0.0.1:%d/x",
                                              ear.port),
                                   &report);
    long long took = now_ms() - before;
    assert_json(target, "error.phase", "connect");
    assert_part(json_text(target, "error.message"), "timeout");
    json_decref(report);
    assert_in_range((unsigned long)took, 900, 20000);
    deaf_close(&ear);
}

static void r08_behind_a_black_hole_the_next_host_is_tried(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r08");
    deaf ear = deaf_open(true);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    long long before = now_ms();
    assert_march(s, 0,
                 "up --connect-timeout 1s -u 'postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/%s'",
                 ear.port, cluster_port(), db);
    assert_in_range((unsigned long)(now_ms() - before), 900, 20000);
    assert_ledger(db, "1_a");
    deaf_close(&ear);
}

/* Reading is bounded by the connect timeout, a migration by the target timeout only: no limit of
 * the program's own could tell a dead line from a long ALTER TABLE. The kernel can: see below. */
static void r11_a_line_that_went_dead_ends_in_bounded_time(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r11");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    for (unsigned nth = 1; nth <= 2; nth++) {
        wire *line = wire_open(cluster_port(), NULL);
        unsigned hole = wire_add(
            line, (wire_rule){.direction = WIRE_TO_CLIENT,
                              .phase = WIRE_READY,
                              .type = nth == 1 ? 'T' : 'C',
                              .contains = nth == 1 ? NULL : "RELEASE", /* behind the file */
                              .times = 1,
                              .action = WIRE_BLACK_HOLE});
        long long before = now_ms();
        shell_result result = march(s,
                                    "up --connect-timeout 1s --connect-wait 0 --target-timeout %s "
                                    "-u postgresql://postgres@127.0.0.1:%d/%s",
                                    nth == 1 ? "0" : "1s", wire_port(line), db);
        assert_status(&result, 1);
        shell_free(&result);
        assert_in_range((unsigned long)(now_ms() - before), 900, 40000);
        assert_int_equal(wire_hits(line, hole), 1);
        wire_close(line);
    }
}

/* The second reading hangs until time is up: what the first one found pending still is. */
static void r05_pending_is_reported_although_the_ledger_was_being_read_again(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r05_again");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned cut = wire_add(line, (wire_rule){.connection = 1,
                                              .direction = WIRE_TO_CLIENT,
                                              .phase = WIRE_READY,
                                              .type = 'C',
                                              .contains = "COMMIT",
                                              .nth = 4, /* the lock's, the ledger's, 1_a's, 2_b's */
                                              .action = WIRE_FIN});
    unsigned held = wire_add(line, (wire_rule){.connection = 2,
                                               .direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_READY,
                                               .action = WIRE_HOLD});
    shell_result result = march(s,
                                "up --flush-each --target-timeout 2s --report report.json "
                                "-u postgresql://postgres@127.0.0.1:%d/%s",
                                wire_port(line), db);
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    json_t *target = json_at(report, "targets.0");
    assert_int_equal(wire_hits(line, cut), 1);
    assert_true(wire_hits(line, held) >= 1);
    assert_json(target, "outcome", "unknown");
    assert_json_list(target, "applied", "1_a");
    assert_json_list(target, "pending", "2_b,3_c");
    json_decref(report);
    wire_close(line);
}

/* /proc/net/tcp: "02:" in the timer column is a running keepalive timer, its time in 1/100 s. */
static void r11_the_kernel_watches_an_idle_line(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r11_kernel");
    scene_migration(s, "1_a", "SELECT pg_sleep(60)", NULL);
    shell_process process;
    march_start(s, &process, "up -u %s", scene_url(s, db));
    psql_wait(db, SLEEPING, "1", SHELL_WAIT_MS);
    char *port = psql(db, "SELECT upper(to_hex(client_port)) FROM pg_stat_activity "
                          "WHERE wait_event = 'PgSleep' AND datname = current_database()");
    char *row = text_format("0100007F:%s 0100007F:%04X 01 00000000:00000000 02:", port,
                            (unsigned)cluster_port());
    char *table = folder_read("/proc/net", "tcp");
    const char *at = strstr(table, row);
    assert_non_null(at);
    assert_in_range(strtoul(at + strlen(row), NULL, 16), 0, 1500); /* keepalives_idle = 15 s */
    free(port);
    free(row);
    free(table);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(r01_readers_wait_no_longer_than_the_lock_timeout),
        scene_test(r02_only_what_may_pass_is_tried_again),
        scene_test(r02_what_stays_in_use_is_tried_a_few_times),
        scene_test(f15_a_role_made_behind_the_blocks_question_is_no_failure),
        scene_test(r04_two_hundred_schemas_on_twenty_connections),
        scene_test(r05_hung_targets_end_at_their_timeout_and_hold_nobody_up),
        scene_test(r05_pending_is_reported_although_the_ledger_was_being_read_again),
        scene_test(r07_slow_names_hold_nobody_up),
        scene_test(r08_a_black_hole_ends_at_the_connect_timeout),
        scene_test(r08_behind_a_black_hole_the_next_host_is_tried),
        scene_test(r11_a_line_that_went_dead_ends_in_bounded_time),
        scene_test(r11_the_kernel_watches_an_idle_line),
    };
    return cmocka_run_group_tests(tests, start_small, stop_small);
}
