/* What takes longer than --slow is named with what it waits for, and stays in the report. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* A psql that has run `sql`, and sits in its transaction until it is ended. Its pid is asked for by
 * its transaction: between two statements it does not sit. */
static char *idle_start(shell_process *holder, const char *db, const char *sql) {
    char *all = text_format("%s;\n\\! exec sleep 60 >/dev/null 2>&1 </dev/null\n", sql);
    stranger_start(holder, db, all);
    free(all);
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' "
              "AND datname = current_database() AND query NOT LIKE 'BEGIN%'",
              "1", SHELL_WAIT_MS);
    return psql(db, "SELECT pid FROM pg_stat_activity WHERE xact_start IS NOT NULL "
                    "AND datname = current_database() AND pid <> pg_backend_pid() "
                    "AND backend_type = 'client backend'");
}

static void idle_end(shell_process *holder, const char *db, char *pid) {
    free(psql(db, "SELECT pg_terminate_backend(%s)", pid));
    free(pid);
    stranger_end(holder);
}

static void assert_ended_well(shell_process *process) {
    shell_result result = shell_wait(process);
    assert_status(&result, 0);
    shell_free(&result);
}

/* The other target is not slow; a merged report keeps what each says. */
static void a_lock_holder_is_named_on_the_way_and_in_the_report(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_lock");
    const char *other = scene_database(s, "slow_not");
    free(psql(db, "CREATE TABLE t (a int)"));
    free(psql(other, "CREATE TABLE t (a int)"));
    scene_migration(s, "1_a", "ALTER TABLE t ADD COLUMN b int", NULL);
    folder_write(s->folder, "targets.conf", "[blocked]\nurl = %s\n[free]\nurl = %s\n",
                 scene_url(s, db), scene_url(s, other));
    shell_process holder;
    char *pid = idle_start(&holder, db, "BEGIN; LOCK TABLE t; SELECT 'what it ran'");
    const char *who = scene_text(s, "waits for pid %s (psql, postgres, idle in transaction for ",
                                 pid);
    shell_process process;
    march_start(s, &process,
                "up -t targets.conf --ddl-lock-timeout 0 --slow 1500ms --report r.json");
    shell_wait_text(&process, "blocked  … 1_a: slow, ", SHELL_WAIT_MS);
    shell_wait_text(&process, who, SHELL_WAIT_MS);
    idle_end(&holder, db, pid);
    assert_ended_well(&process);
    assert_march(s, 0, "report merge r.json --report all.json");
    static const char *const files[] = {"r.json", "all.json"};
    for (size_t i = 0; i < 2; i++) {
        json_t *report = report_file(s, files[i]);
        json_t *blocked = report_target(report, "blocked");
        assert_json(blocked, "slow.0.phase", "migrate");
        assert_json(blocked, "slow.0.version", "1_a");
        assert_json(blocked, "slow.0.file", "migrations/1_a.up.sql");
        assert_true(json_number(blocked, "slow.0.took_ms") >= 1500);
        assert_part(json_text(blocked, "slow.0.last_seen"), who);
        assert_part(json_text(blocked, "slow.0.last_seen"), "what it ran");
        assert_json(blocked, "slow.1.phase", "<absent>");
        assert_json(report_target(report, "free"), "slow.0.phase", "<absent>");
        json_decref(report);
    }
}

/* Each try waits no longer than a second, all of them together are slow. */
static void tries_that_each_end_early_are_slow_together(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_tries");
    free(psql(db, "CREATE TABLE t (a int)"));
    scene_migration(s, "1_a", "ALTER TABLE t ADD COLUMN b int", NULL);
    shell_process holder;
    char *pid = idle_start(&holder, db, "BEGIN; LOCK TABLE t");
    shell_process process;
    march_start(s, &process, "up -u %s --ddl-lock-timeout 1s --slow 2500ms --report r.json",
                scene_url(s, db));
    shell_wait_text(&process, "1_a: slow, ", SHELL_WAIT_MS);
    idle_end(&holder, db, pid);
    assert_ended_well(&process);
    json_t *report = report_file(s, "r.json");
    assert_json(report, "targets.0.slow.0.version", "1_a");
    assert_true(json_number(report, "targets.0.slow.0.took_ms") >= 2500);
    json_decref(report);
}

static void n09_a_build_is_named_with_its_phase(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_build");
    free(psql(db, "CREATE TABLE t (a int)"));
    scene_migration(s, "1_i", "-- pgmarch: no-transaction\nCREATE INDEX CONCURRENTLY i_a ON t (a);",
                    NULL);
    shell_process holder;
    char *pid = idle_start(&holder, db, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    shell_process process;
    march_start(s, &process, "up -u %s --slow 1s --report r.json", scene_url(s, db));
    shell_wait_text(&process, "so far at migrations/1_i.up.sql:2: waits for pid ", SHELL_WAIT_MS);
    shell_wait_text(&process,
                    "; CREATE INDEX CONCURRENTLY on t: waiting for old snapshots, 0 of 1 sessions",
                    SHELL_WAIT_MS);
    /* n08: whoever asks is gone, and was in no transaction. */
    psql_wait(db,
              "SELECT count(*), count(xact_start) FROM pg_stat_activity "
              "WHERE datname = current_database() AND application_name LIKE 'pgmarch%'",
              "1|1", SHELL_WAIT_MS);
    idle_end(&holder, db, pid);
    assert_ended_well(&process);
    json_t *report = report_file(s, "r.json");
    assert_json(report, "targets.0.slow.0.version", "1_i");
    assert_int_equal(json_number(report, "targets.0.slow.0.line"), 2);
    assert_part(json_text(report, "targets.0.slow.0.last_seen"), "waiting for old snapshots");
    json_decref(report);
}

/* Behind a pooler the process is not ours for long enough to be asked about. */
static void a_statement_that_works_is_told_as_the_server_sees_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_sleep");
    bouncer pool = bouncer_start();
    const char *pooled = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    scene_migration(s, "1_a", "SELECT pg_sleep(3)", NULL);
    shell_result result = march(s, "up -u %s --slow 1s", scene_url(s, db));
    assert_status(&result, 0);
    assert_err(&result, " so far: waits on Timeout/PgSleep\n");
    assert_out(&result, "slow: 1_a, ");
    assert_out(&result, "; last seen: waits on Timeout/PgSleep\n");
    shell_free(&result);
    scene_migration(s, "2_b", "SELECT pg_sleep(3)", NULL);
    result = march(s, "up -u %s --slow 1s", pooled);
    assert_status(&result, 0);
    assert_err(&result, " so far\n");
    assert_nowhere(&result, "last seen");
    shell_free(&result);
    scene_migration(s, "3_c", "SELECT pg_sleep(3)", NULL);
    result = march(s, "up -u %s --slow 0 --report r.json", scene_url(s, db));
    assert_status(&result, 0);
    assert_nowhere(&result, "slow, ");
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    assert_json(report, "targets.0.slow.0.phase", "<absent>");
    json_decref(report);
    bouncer_stop(&pool);
}

/* Nine ends are on their way, or were told with the first of them: either way it is the tenth. */
static void behind_quick_ones_it_is_the_slow_one_that_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_tenth");
    for (int i = 1; i <= 9; i++) {
        scene_migration(s, scene_text(s, "%d_quick", i), "SELECT 1", NULL);
    }
    scene_migration(s, "10_sleep", "SELECT pg_sleep(4)", NULL);
    scene_migration(s, "11_last", "SELECT 1", NULL);
    shell_result result = march(s, "up -u %s --slow 1500ms --report r.json", scene_url(s, db));
    assert_status(&result, 0);
    assert_err(&result, " 10_sleep: slow, ");
    assert_out(&result, "slow: 10_sleep, ");
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    assert_int_equal(json_array_size(json_at(report_target(report, db), "slow")), 1);
    json_decref(report);
}

/* The server's buffer would keep it until the end; this role is told of no NOTICE. */
static void the_end_of_what_took_its_time_is_told_when_it_comes(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_told");
    shell_process process;
    free(psql(db, "ALTER DATABASE %s SET client_min_messages = error", db));
    scene_gate(db);
    scene_migration(s, "1_a", "SELECT pg_sleep(0.3)", NULL);
    scene_migration(s, "2_b", "SELECT pg_sleep(0.3)", NULL);
    scene_migration(s, "3_c", "SELECT until_go()", NULL);
    march_start(s, &process, "up -u %s --verbose", scene_url(s, db));
    shell_wait_text(&process, "✓ 2_b", SHELL_WAIT_MS);
    scene_go(db);
    assert_ended_well(&process);
}

#define ROLE "slow_alone"

/* A role that may connect only once. */
static void whoever_may_not_ask_marches_on(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow_alone");
    free(psql("postgres", "DO $$ BEGIN CREATE ROLE " ROLE " LOGIN CONNECTION LIMIT 1; "
                          "EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"));
    free(psql(db, "CREATE TABLE t (a int); ALTER TABLE t OWNER TO " ROLE
                  "; GRANT ALL ON SCHEMA public TO " ROLE));
    scene_migration(s, "1_a", "SELECT pg_sleep(4)", NULL);
    shell_result result = march(s, "up -u postgresql://" ROLE "@127.0.0.1:%d/%s --slow 1s",
                                cluster_port(), db);
    assert_status(&result, 0);
    assert_err(&result, " so far\n");
    assert_out(&result, "slow: 1_a, ");
    assert_nowhere(&result, "too many connections");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_lock_holder_is_named_on_the_way_and_in_the_report),
        scene_test(tries_that_each_end_early_are_slow_together),
        scene_test(n09_a_build_is_named_with_its_phase),
        scene_test(a_statement_that_works_is_told_as_the_server_sees_it),
        scene_test(behind_quick_ones_it_is_the_slow_one_that_is_named),
        scene_test(the_end_of_what_took_its_time_is_told_when_it_comes),
        scene_test(whoever_may_not_ask_marches_on),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
