/* Migrations of one string share a flush of the WAL. What the report says is applied must be on
 * disk all the same: here the server crashes as soon as the report is there. Its WAL writer sleeps,
 * so that nothing is flushed by chance. */
#include "integration/modes/modes.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static own_server server;

static int start_server(void **state) {
    if (scene_group_setup(state) != 0) {
        return -1;
    }
    server = own_start("--set synchronous_commit=on --set wal_writer_delay=10s");
    own_use(&server);
    return 0;
}

static int stop_server(void **state) {
    (void)state;
    own_use(NULL);
    own_stop(&server);
    return 0;
}

static void crash(void) {
    shell_result result = shell_sh("exec \"%s\" restart \"%s/cluster\" immediate",
                                   env_need("PGMARCH_TEST_CLUSTER_TOOL"), server.dir);
    assert_status(&result, 0);
    shell_free(&result);
}

static void write_three(scene *s, const char *third) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "3_c", third, "DROP TABLE c");
}

static void crash_after_up(scene *s, const char *db, int status, const char *applied) {
    assert_march(s, status, "up -u %s --report report.json", scene_url(s, db));
    crash();
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", applied);
    json_decref(report);
    assert_ledger(db, applied);
}

static void all_that_was_applied_survives(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_all");
    write_three(s, "CREATE TABLE c ()");
    crash_after_up(s, db, 0, "1_a,2_b,3_c");
}

static void what_came_before_an_error_survives(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_error");
    write_three(s, "SELECT 1/0");
    crash_after_up(s, db, 1, "1_a,2_b");
}

static void what_came_before_a_false_row_survives(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_verify");
    write_three(s, "CREATE TABLE c ()");
    folder_write(s->folder, "migrations/3_c.verify.sql", "SELECT false");
    crash_after_up(s, db, 1, "1_a,2_b");
}

static void what_came_before_a_stop_survives(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_stop");
    write_three(s, "SELECT pg_sleep(60)");
    shell_process process;
    march_start(s, &process, "up -u %s --report report.json", scene_url(s, db));
    scene_wait_at_gate(db);
    assert_int_equal(kill(process.pid, SIGINT), 0);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
    crash();
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "1_a,2_b");
    json_decref(report);
    assert_ledger(db, "1_a,2_b");
}

static void what_was_rolled_back_stays_rolled_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_down");
    scene_migration(s, "0_z", "SELECT 1", NULL);
    write_three(s, "CREATE TABLE c ()");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "SELECT 1/0");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_march(s, 1, "down --to 0_z -u %s --report report.json", scene_url(s, db));
    crash();
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.rolled_back", "3_c,2_b");
    json_decref(report);
    assert_ledger(db, "0_z,1_a");
}

/* The answers to two of three COMMITs have come when the line is cut, and the server crashes: it
 * has lost them, and they are applied once more. */
static void what_a_crash_took_back_is_applied_again(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_lost");
    scene_gate(db);
    write_three(s, "SELECT public.until_go(); CREATE TABLE c ()");
    shell_process process;
    march_start(s, &process, "up -u %s --report report.json", scene_url(s, db));
    scene_wait_at_gate(db);
    crash();
    scene_go(db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "1_a,2_b,3_c");
    json_decref(report);
    assert_ledger(db, "1_a,2_b,3_c");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b', 'c')", "3");
}

/* The session's own setting, which a file may change, is not what the flush goes by. */
static void what_a_file_sets_does_not_stop_the_flush(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_set");
    write_three(s, "SET synchronous_commit = off");
    crash_after_up(s, db, 0, "1_a,2_b,3_c");
}

static void what_a_file_sets_does_not_stop_the_flush_behind_an_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_set_error");
    write_three(s, "SELECT 1/0");
    scene_migration(s, "2_b", "SET synchronous_commit = off", NULL);
    crash_after_up(s, db, 1, "1_a,2_b");
}

static void what_a_file_sets_does_not_stop_the_flush_of_a_file_without_a_transaction(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_set_alone");
    write_three(s, "-- pgmarch: no-transaction\nSET synchronous_commit = off; SELECT 1");
    crash_after_up(s, db, 0, "1_a,2_b,3_c");
}

/* What the claim fills, the flush must fill. */
static void ledger_that_takes_no_empty_columns_is_flushed_too(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_strict");
    write_three(s, "SELECT 1/0");
    free(psql(db, "CREATE TABLE schema_migrations(version varchar(255) PRIMARY KEY,"
                  " applied_at timestamp NOT NULL, description text NOT NULL, checksum text NOT"
                  " NULL, duration_ms bigint, run_id text NOT NULL)"));
    crash_after_up(s, db, 1, "1_a,2_b");
}

/* One migration is done when the next one waits for a lock, and pauses between two tries. */
static void what_came_before_a_stop_between_two_tries_survives(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_waiting");
    write_three(s, "CREATE TABLE c ()");
    scene_migration(s, "2_b", "ALTER TABLE busy ADD COLUMN b int", NULL);
    free(psql(db, "CREATE TABLE busy ()"));
    shell_process holder;
    stranger_start(&holder, db, "BEGIN; LOCK TABLE busy; SELECT pg_sleep(60)");
    scene_wait_at_gate(db);
    shell_result result = march(s,
                                "up -u %s --ddl-lock-timeout 20ms --target-timeout 3s"
                                " --report report.json",
                                scene_url(s, db));
    assert_status(&result, 1);
    shell_free(&result);
    stranger_end(&holder);
    crash();
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "1_a");
    assert_json(report, "targets.0.outcome", "failed");
    json_decref(report);
    assert_ledger(db, "1_a");
}

/* Each new session finds 1_a in the ledger again: that is no step forward. */
static void session_lost_five_times_is_given_up_behind_a_done_migration(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_ends");
    write_three(s, "CREATE TABLE c ()");
    scene_migration(s, "2_b", "SELECT pg_terminate_backend(pg_backend_pid())", NULL);
    shell_result result = march_sh(
        s, "exec timeout 60 \"$PGMARCH_BIN\" up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "the connection was lost 5 times while this migration ran");
    assert_out(&result, "look into the server's log");
    shell_free(&result);
    crash();
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "1_a");
    /* The lock, taken once more, says that nothing is at it any more. */
    assert_json(report, "targets.0.outcome", "failed");
    json_decref(report);
    assert_ledger(db, "1_a");
}

/* How often WAL was flushed: the statistics count it with fsync on only, so by the position. */
static void each_migration_is_flushed_when_asked_for(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "flush_each");
    write_three(s, "CREATE TABLE c AS SELECT pg_current_wal_flush_lsn() < (SELECT pg_lsn(max(l))"
                   " FROM b) AS late");
    scene_migration(s, "2_b", "CREATE TABLE b AS SELECT pg_current_wal_insert_lsn() AS l", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT late FROM c", "t");
    free(psql(db, "DROP TABLE b, c; DELETE FROM schema_migrations WHERE version <> '1_a'"));
    assert_march(s, 0, "up --flush-each -u %s", scene_url(s, db));
    assert_psql(db, "SELECT late FROM c", "f");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(all_that_was_applied_survives),
        scene_test(what_came_before_an_error_survives),
        scene_test(what_came_before_a_false_row_survives),
        scene_test(what_came_before_a_stop_survives),
        scene_test(what_was_rolled_back_stays_rolled_back),
        scene_test(what_a_crash_took_back_is_applied_again),
        scene_test(what_a_file_sets_does_not_stop_the_flush),
        scene_test(what_a_file_sets_does_not_stop_the_flush_behind_an_error),
        scene_test(what_a_file_sets_does_not_stop_the_flush_of_a_file_without_a_transaction),
        scene_test(ledger_that_takes_no_empty_columns_is_flushed_too),
        scene_test(what_came_before_a_stop_between_two_tries_survives),
        scene_test(session_lost_five_times_is_given_up_behind_a_done_migration),
        scene_test(each_migration_is_flushed_when_asked_for),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
