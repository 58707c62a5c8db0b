/* Ctrl-C, SIGTERM, and outputs that go away: the databases stay whole, and the report is told. */
#include "integration/scene.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Waits until `count` sessions of pgmarch sleep in `db`. */
static void wait_sleeping(const char *db, const char *count) {
    const char *sleeping = "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                           "current_database() AND wait_event = 'PgSleep' "
                           "AND application_name LIKE 'pgmarch/%'";
    psql_wait(db, sleeping, count, SHELL_WAIT_MS);
}

static void expect_no_sessions(const char *db) {
    assert_sql("0", "postgres",
               "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' "
               "AND application_name LIKE 'pgmarch/%%'",
               db);
}

static void stop_a_long_migration(scene *s, const char *name, int signal_number, int status) {
    const char *db = scene_database(s, name);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_slow", "CREATE TABLE b ();\nSELECT pg_sleep(50);\n", NULL);
    shell_process process;
    march_start(s, &process, "up -u %s --report report.json", scene_url(s, db));
    wait_sleeping(db, "1");
    long long before = now_ms();
    shell_signal(&process, signal_number);
    shell_result result = shell_wait(&process);
    assert_true(now_ms() - before < 30000);
    assert_status(&result, status);
    assert_out(&result, "1 cancelled");
    assert_out(&result, "2_slow");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.outcome", "cancelled");
    assert_json_list(report, "targets.0.applied", "1_a");
    assert_json_list(report, "targets.0.pending", "2_slow");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    expect_no_sessions(db);
    /* Nothing to repair: the next run goes on where this one stopped. */
    scene_migration(s, "2_slow", "CREATE TABLE b ();\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_slow");
}

static void f05_sigint_rolls_back_and_reports(void **state) {
    stop_a_long_migration(*state, "f05_int", SIGINT, 130);
}

static void f05_sigterm_rolls_back_and_reports(void **state) {
    stop_a_long_migration(*state, "f05_term", SIGTERM, 143);
}

/* Some run, the others have not begun: these are not-run, and nothing new starts. */
static void f05_sigint_in_a_fleet_starts_nothing_new(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f05_fleet");
    char *text = text_format("[defaults]\ncreate_schema = true\njobs = 5\n");
    for (int i = 10; i < 40; i++) {
        char *longer = text_format("%s[t%d]\nurl = %s\nschema = t%d\n", text, i, scene_url(s, db),
                                   i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    scene_migration(s, "1_slow", "CREATE TABLE a (); SELECT pg_sleep(50)", NULL);
    shell_process process;
    march_start(s, &process, "up -t targets.conf --format json");
    wait_sleeping(db, "5");
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_int_equal(json_number(report, "run.counts.cancelled"), 5);
    assert_int_equal(json_number(report, "run.counts.not-run"), 25);
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 'a'", "0");
    expect_no_sessions(db);
}

/* ---- outputs ---- */

/* f06: `pgmarch up | head -0`: the migrations go on, and the exit status tells. */
static void f06_a_closed_stdout_stops_no_migration(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f06");
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT pg_sleep(0.3)", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result result = march_sh(s, "{ \"$PGMARCH_BIN\" up -u %s; echo status $? >&2; } | true",
                                   scene_url(s, db));
    assert_err(&result, "status 1");
    assert_err(&result, "cannot write to standard output");
    shell_free(&result);
    assert_ledger(db, "1_a,2_b");

    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    shell_result full = march(s, "up -u %s >/dev/full", scene_url(s, db));
    assert_status(&full, 1);
    assert_err(&full, "cannot write to standard output");
    shell_free(&full);
    assert_ledger(db, "1_a,2_b,3_c");

    scene_migration(s, "4_d", "CREATE TABLE d ()", NULL);
    shell_result closed = march(s, "up -u %s >&-", scene_url(s, db));
    assert_status(&closed, 1);
    shell_free(&closed);
    assert_ledger(db, "1_a,2_b,3_c,4_d");
}

/* A place that cannot be written to is found before anything is touched. */
static void f06_an_unwritable_report_is_refused_before_the_run(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f06_report");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    static const char *const places[] = {"/nonexistent/report.json", "migrations",
                                         "/proc/report.json"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        shell_result result = march(s, "up -u %s --report %s", scene_url(s, db), places[i]);
        assert_true(result.status == 2 || result.status == 1);
        assert_err(&result, places[i]);
        shell_free(&result);
        if (i < 2) {
            assert_untouched(db);
        }
    }
}

static void f06_a_full_report_device_is_told_and_the_run_counts(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f06_full");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "up -u %s --report /dev/full", scene_url(s, db));
    assert_status(&result, 1);
    assert_err(&result, "/dev/full");
    assert_out(&result, "1 applied");
    shell_free(&result);
    assert_ledger(db, "1_a");
}

/* f17: the old report stays whole until the new one is complete. */
static void f17_a_report_is_replaced_in_one_step(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f17");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    folder_write(s->folder, "report.json", "%s", "old");
    shell_result result = march_sh(s,
                                   "exec 3<report.json; \"$PGMARCH_BIN\" up -q -u %s "
                                   "--report report.json >&2; cat <&3; ls -A | wc -l",
                                   scene_url(s, db));
    assert_status(&result, 0);
    assert_string_equal(result.out, "old2\n"); /* migrations/ and the report, no temporary file */
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.outcome", "applied");
    json_decref(report);
}

/* The server may be at work before the program has heard of it. */
static void wait_written(scene *s, const char *file, const char *text) {
    bool there = false;
    for (long waited = 0; !there && waited < SHELL_WAIT_MS; waited += 20) {
        char *written = folder_read(s->folder, file);
        there = strstr(written, text) != NULL;
        free(written);
        sleep_ms(20);
    }
    assert_true(there);
}

/* Runs it until `db` has a migration asleep, and, where there is a stream, that it is at work
 * stands there; and kills it outright. */
static void kill_at_work(scene *s, const char *db, const char *options, const char *stream) {
    shell_process process;
    march_start(s, &process, "up -u %s %s", scene_url(s, db), options);
    wait_sleeping(db, "1");
    if (stream != NULL) {
        wait_written(s, stream, "\"2_slow\"");
    }
    shell_signal(&process, SIGKILL);
    shell_result killed = shell_wait(&process);
    assert_status(&killed, 128 + SIGKILL);
    shell_free(&killed);
}

/* l11: killed outright, the server ends the string; nothing is to be unlocked by hand. */
static void l11_a_killed_run_leaves_no_lock(void **state) {
    need_server(14, "client_connection_check_interval");
    scene *s = *state;
    const char *db = scene_database(s, "l11");
    scene_migration(s, "1_slow", "CREATE TABLE a ();\nSELECT pg_sleep(50);\n", NULL);
    kill_at_work(s, db, "", NULL);
    scene_migration(s, "1_slow", "CREATE TABLE a ();\n", NULL);
    assert_march(s, 0, "up -u %s --lock-wait 20s", scene_url(s, db));
    assert_ledger(db, "1_slow");
}

/* What a run has said of itself is whole up to where it was killed. */
static void l11_a_killed_run_leaves_whole_lines(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l11_lines");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_slow", "SELECT pg_sleep(50)", NULL);
    kill_at_work(s, db, "--report run.ndjson", "run.ndjson");
    char *lines = folder_read(s->folder, "run.ndjson");
    assert_int_equal(lines[strlen(lines) - 1], '\n');
    const char *first = NULL;
    const char *last = NULL;
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(json_object_get(event, "event"));
        json_decref(event);
        first = first == NULL ? line : first;
        last = line;
    }
    assert_non_null(strstr(first, "\"event\":\"run\""));
    assert_non_null(strstr(last, "\"2_slow\""));
    free(lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f05_sigint_rolls_back_and_reports),
        scene_test(f05_sigterm_rolls_back_and_reports),
        scene_test(f05_sigint_in_a_fleet_starts_nothing_new),
        scene_test(f06_a_closed_stdout_stops_no_migration),
        scene_test(f06_an_unwritable_report_is_refused_before_the_run),
        scene_test(f06_a_full_report_device_is_told_and_the_run_counts),
        scene_test(f17_a_report_is_replaced_in_one_step),
        scene_test(l11_a_killed_run_leaves_no_lock),
        scene_test(l11_a_killed_run_leaves_whole_lines),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
