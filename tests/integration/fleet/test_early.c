/* While a large folder is read, those who will start first are logged in to, and nothing is asked
 * there before all of it is known to be right. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

/* A way down that `up` reads and never sends: long enough to be read for longer than a login takes,
 * however quick the machine. */
enum { LONG = 12 * 1024 * 1024 };

static void long_folder(scene *s) {
    static const char line[] = "-- a word of explanation that goes on to the end of the line\n";
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    for (size_t at = 0; at < LONG; at += sizeof line - 1) {
        size_t left = LONG - at;
        memcpy(text + at, line, left < sizeof line - 1 ? left : sizeof line - 1);
    }
    text[LONG] = '\0';
    scene_migration(s, "1_a", "CREATE TABLE a ()", text);
    free(text);
}

/* Read behind the long one. */
static void wrong_folder(scene *s) {
    long_folder(s);
    scene_migration(s, "2_b", "SELECT 'never closed", NULL);
}

/* Three databases behind a line. */
static void three_targets(scene *s, const wire *line, const char *name, const char *more) {
    char text[2000] = "";
    for (int i = 1; i <= 3; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "[t%d]\nurl = postgresql://postgres@127.0.0.1:%d/%s\n%s", i, wire_port(line),
                       scene_database(s, scene_text(s, "%s%d", name, i)), more);
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
}

/* So many and no more; the line may hear of one later than the program does. */
static void assert_connections(wire *line, unsigned count) {
    long long deadline = now_ms() + SHELL_WAIT_MS;
    while (wire_connections(line) < count && now_ms() < deadline) {
        sleep_ms(10);
    }
    assert_int_equal(wire_connections(line), count);
}

static void logins_begin_while_the_folder_is_read_and_are_used(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    three_targets(s, line, "early", "");
    long_folder(s);
    shell_result result = march(s, "up -t fleet.conf --report report.json");
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_number(report, "run.counts.applied"), 3);
    assert_int_equal(json_number(report, "targets.0.attempts"), 1);
    json_decref(report);
    assert_connections(line, 3);
    wire_close(line);
}

static void a_folder_that_is_wrong_is_refused_with_nothing_asked(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    three_targets(s, line, "early_wrong", "");
    wrong_folder(s);
    shell_result result = march(s, "up -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "2_b.up.sql:1: a quoted string is never closed");
    shell_free(&result);
    assert_connections(line, 3); /* else this proves nothing */
    assert_int_equal(wire_total(line).queries, 0);
    wire_close(line);
}

static void nobody_is_connected_to_for_a_small_folder_that_is_wrong(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    three_targets(s, line, "early_small", "");
    scene_migration(s, "1_a", "SELECT 'never closed", NULL);
    assert_march(s, 2, "up -t fleet.conf");
    assert_connections(line, 0);
    wire_close(line);
}

static void production_that_may_be_refused_is_not_connected_to(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    three_targets(s, line, "early_prod", "production = true\n");
    wrong_folder(s);
    assert_march(s, 2, "up -t fleet.conf");
    assert_connections(line, 0);
    assert_march(s, 2, "up -t fleet.conf --yes");
    assert_connections(line, 3);
    assert_march(s, 2, "status -t fleet.conf");
    assert_connections(line, 6);
    wire_close(line);
}

static void caps_hold_for_early_logins(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    three_targets(s, line, "early_caps", "");
    wrong_folder(s);
    assert_march(s, 2, "up -t fleet.conf --jobs 2");
    assert_connections(line, 2);
    assert_march(s, 2, "up -t fleet.conf --per-server 1");
    assert_connections(line, 3);
    wire_close(line);
}

/* Whoever counts wrong passwords counts one. */
static void an_early_login_that_is_refused_is_not_tried_again(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    const char *db = scene_database(s, "early_refused");
    long_folder(s);
    shell_result result = march(
        s, "up -u postgresql://pw_user:wrong@127.0.0.1:%d/%s?sslmode=disable", wire_port(line), db);
    assert_status(&result, 1);
    assert_out(&result, "password authentication failed for user \"pw_user\"");
    shell_free(&result);
    assert_connections(line, 1);
    wire_close(line);
}

/* It is a first attempt as any. */
static void an_early_login_that_is_lost_is_tried_again(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    const char *db = scene_database(s, "early_lost");
    unsigned cut = wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                              .type = WIRE_STARTUP,
                                              .times = 1,
                                              .action = WIRE_RST});
    long_folder(s);
    shell_result result = march(s, "up -u postgresql://postgres@127.0.0.1:%d/%s --report r.json",
                                wire_port(line), db);
    assert_status(&result, 0);
    shell_free(&result);
    assert_int_equal(wire_hits(line, cut), 1);
    json_t *report = report_file(s, "r.json");
    assert_int_equal(json_number(report, "targets.0.attempts"), 2);
    json_decref(report);
    assert_ledger(db, "1_a");
    wire_close(line);
}

/* The march hears of it in the middle of its login. */
static void a_login_that_takes_longer_than_the_folder_goes_on(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    const char *db = scene_database(s, "early_slow");
    unsigned held = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_CONNECTING,
                                               .type = 'R',
                                               .times = 1,
                                               .action = WIRE_HOLD});
    long_folder(s);
    shell_process process;
    march_start(s, &process, "up -u postgresql://postgres@127.0.0.1:%d/%s", wire_port(line), db);
    assert_true(wire_wait(line, held, 1, SHELL_WAIT_MS));
    shell_wait_text(&process, "up: 1 target", SHELL_WAIT_MS); /* the folder is read */
    wire_release(line);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    assert_connections(line, 1);
    assert_ledger(db, "1_a");
    wire_close(line);
}

/* Its limit is that of a login as any. */
static void a_server_that_keeps_silent_is_given_up_in_time(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    const char *db = scene_database(s, "early_silent");
    (void)wire_add(
        line,
        (wire_rule){.direction = WIRE_TO_SERVER, .type = WIRE_STARTUP, .action = WIRE_BLACK_HOLE});
    long_folder(s);
    shell_result result = march(s,
                                "up --connect-timeout 300ms --connect-wait 0s "
                                "-u postgresql://postgres@127.0.0.1:%d/%s",
                                wire_port(line), db);
    assert_status(&result, 1);
    assert_out(&result, "no connection within the connect timeout");
    shell_free(&result);
    wire_close(line);
}

/* Threads that were made before anybody waits for signals must not take them. */
static void a_stop_is_heard_by_who_waits_for_it(void **state) {
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    scene *s = *state;
    const char *db = scene_database(s, "early_stop");
    long_folder(s);
    scene_migration(s, "2_slow", "SELECT pg_sleep(600)", NULL);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        shell_process process;
        march_start(s, &process, "up -u postgresql://postgres@%s:%d/%s --report r%zu.json",
                    hosts[i], cluster_port(), db, i);
        psql_wait(db,
                  "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                  "AND datname = current_database()",
                  "1", SHELL_WAIT_MS);
        shell_signal(&process, SIGTERM);
        shell_result result = shell_wait(&process);
        assert_status(&result, 143);
        shell_free(&result);
        json_t *report = report_file(s, scene_text(s, "r%zu.json", i));
        assert_json(report, "targets.0.outcome", "cancelled");
        json_decref(report);
    }
}

static void names_are_looked_up_early_too(void **state) {
    scene *s = *state;
    wire *line = wire_open(cluster_port(), NULL);
    const char *db = scene_database(s, "early_name");
    wrong_folder(s);
    assert_march(s, 2, "up -u 'postgresql://postgres@localhost:%d/%s'", wire_port(line), db);
    assert_connections(line, 1);
    assert_march(s, 2, "up -u postgresql://postgres@nowhere.invalid/%s", db);
    wire_close(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(logins_begin_while_the_folder_is_read_and_are_used),
        scene_test(a_folder_that_is_wrong_is_refused_with_nothing_asked),
        scene_test(nobody_is_connected_to_for_a_small_folder_that_is_wrong),
        scene_test(production_that_may_be_refused_is_not_connected_to),
        scene_test(caps_hold_for_early_logins),
        scene_test(an_early_login_that_is_refused_is_not_tried_again),
        scene_test(an_early_login_that_is_lost_is_tried_again),
        scene_test(a_login_that_takes_longer_than_the_folder_goes_on),
        scene_test(a_server_that_keeps_silent_is_given_up_in_time),
        scene_test(a_stop_is_heard_by_who_waits_for_it),
        scene_test(names_are_looked_up_early_too),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
