/* Failure modes L-…: two runs on one target, what a lock may and may not do. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/modes/modes.h"
#include "pg/exchange/lock.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char LOCKS[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
                            "database = (SELECT oid FROM pg_database WHERE datname = "
                            "current_database())";

/* Holds the lock of public.schema_migrations for so many seconds, as a stranger. */
static void hold_lock(scene *s, shell_process *process, const char *db, const char *seconds) {
    long long key = (long long)pgm__lock_key("public", "schema_migrations");
    stranger_start(
        process, db,
        scene_text(s, "SELECT pg_advisory_lock(%lld);\nSELECT pg_sleep(%s);\n", key, seconds));
    psql_wait(db, LOCKS, "1", SHELL_WAIT_MS);
}

static void l02_the_wait_ends_when_told_and_names_the_holder(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l02");
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT pg_sleep(60);\n", NULL);
    shell_process first;
    march_start(s, &first, "up -u %s", scene_url(s, db));
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "1", SHELL_WAIT_MS);
    char *pid = psql(db, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                         "AND datname = current_database()");
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up --lock-wait 2s -u %s", scene_url(s, db)),
                                   &report);
    assert_in_range((unsigned long)json_number(target, "duration_ms"), 1500, 20000);
    assert_json(target, "error.phase", "lock");
    assert_part(json_text(target, "error.message"), scene_text(s, "pid %s", pid));
    assert_part(json_text(target, "error.message"), "pgmarch/");
    assert_part(json_text(target, "error.message"), "since 20");
    assert_json_list(target, "pending", "1_a");
    json_decref(report);
    free(pid);
    shell_signal(&first, SIGINT);
    shell_result result = shell_wait(&first);
    assert_status(&result, 130);
    shell_free(&result);
}

/* ---- one session, and what the lock is for ---- */

/* The session that holds the lock is the one that works: it cannot lose the one and keep the
 * other. */
static void l07_lock_and_work_are_one_connection(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l07");
    free(psql(db, "CREATE TABLE held (yes boolean)"));
    static const char SEE[] = "INSERT INTO held SELECT count(*) = 1 FROM pg_locks "
                              "WHERE locktype = 'advisory' AND pid = pg_backend_pid();\n";
    scene_migration(s, "1_a", SEE, NULL);
    scene_migration(
        s, "2_b", scene_text(s, "-- pgmarch: no-transaction\n%sVACUUM held;\n%s", SEE, SEE), NULL);
    scene_migration(s, "3_c", SEE, NULL);
    wire *line = wire_open(cluster_port(), NULL);
    assert_march(s, 0, "up -u postgresql://postgres@127.0.0.1:%d/%s", wire_port(line), db);
    assert_int_equal(wire_connections(line), 1);
    wire_close(line);
    assert_psql(db, "SELECT count(*), bool_and(yes) FROM held", "4|t");
}

/* l08: whoever else has our key only makes us wait. */
static void l08_a_foreign_lock_of_the_same_key_only_delays(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l08");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_process holder;
    hold_lock(s, &holder, db, "120");
    shell_process process;
    march_start(s, &process, "up -u %s", scene_url(s, db));
    shell_wait_text(&process, "another run", SHELL_WAIT_MS);
    shell_wait_text(&process, "psql", SHELL_WAIT_MS); /* who holds it */
    stranger_release(&holder, db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    assert_ledger(db, "1_a");
}

/* l12: what was read before the lock is read again behind it. */
static void l12_state_is_read_again_behind_the_lock(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l12");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    shell_process holder;
    hold_lock(s, &holder, db, "60");
    shell_process process;
    march_start(s, &process, "up -u %s --report report.json", scene_url(s, db));
    shell_wait_text(&process, "another run", SHELL_WAIT_MS);
    /* Somebody else's work, done under the lock. */
    free(psql(db, "BEGIN; CREATE TABLE b (); INSERT INTO schema_migrations (version, checksum) "
                  "SELECT '2_b', NULL; COMMIT"));
    stranger_release(&holder, db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "3_c");
    json_decref(report);
    assert_ledger(db, "1_a,2_b,3_c");
}

/* l10: up to date, and the target cannot even be written to. */
static void l10_up_to_date_needs_no_right_to_write(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l10");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    free(psql("postgres", "ALTER DATABASE \"%s\" SET default_transaction_read_only = on", db));
    shell_process holder;
    hold_lock(s, &holder, db, "60");
    shell_result result = march(s, "up --lock-wait 0 -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_nowhere(&result, "another run");
    shell_free(&result);
    assert_march(s, 0, "status -u %s", scene_url(s, db));
    stranger_end(&holder);
    free(psql("postgres", "ALTER DATABASE \"%s\" RESET default_transaction_read_only", db));
}

/* The client's side is reset and the server is not told: its session stays, idle, with the lock. */
static void l11_a_run_ends_its_own_lost_session_that_holds_the_lock(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l11_orphan");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_v", "VACUUM a", NULL); /* a string of its own: the lock is needed again */
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_CLIENT,
                                               .phase = WIRE_READY,
                                               .type = 'C',
                                               .contains = "COMMIT",
                                               .nth = 3,
                                               .times = 1,
                                               .action = WIRE_RST,
                                               .side = WIRE_CLIENT_SIDE});
    long long start = now_ms();
    assert_march(s, 0, "up --lock-wait 40s -u postgresql://postgres@127.0.0.1:%d/%s",
                 wire_port(line), db);
    assert_true(now_ms() - start < 20000);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
    assert_ledger(db, "1_a,2_v");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(l02_the_wait_ends_when_told_and_names_the_holder),
        scene_test(l07_lock_and_work_are_one_connection),
        scene_test(l08_a_foreign_lock_of_the_same_key_only_delays),
        scene_test(l10_up_to_date_needs_no_right_to_write),
        scene_test(l12_state_is_read_again_behind_the_lock),
        scene_test(l11_a_run_ends_its_own_lost_session_that_holds_the_lock),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
