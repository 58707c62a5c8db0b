/* Failure modes N-…: migrations that cannot run in a transaction. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char VALID[] =
    "SELECT string_agg(c.relname || ':' || i.indisvalid, ',' ORDER BY c.relname) "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "WHERE c.relname LIKE 'i_%'";

/* In one string the two would be in one implicit transaction, and fail with 25001. */
static void n01_statements_go_out_one_by_one(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n01");
    scene_migration(s, "1_t", "CREATE TABLE t (a int, b int)", NULL);
    scene_migration(
        s, "2_i",
        "CREATE INDEX CONCURRENTLY i_a ON t (a);\nCREATE INDEX CONCURRENTLY i_b ON t (b);",
        "DROP INDEX CONCURRENTLY i_b; DROP INDEX CONCURRENTLY i_a;");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_t,2_i");
    assert_psql(db, VALID, "i_a:true,i_b:true");
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "1_t");
    assert_psql(db, VALID, "");
}

static void n03_a_failed_build_is_named_and_mended_by_the_next_run(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n03");
    free(psql(db, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)"));
    scene_migration(s, "1_i", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i_a\n ON t (a);",
                    NULL);
    const char *up = scene_text(s, "up -u %s", scene_url(s, db));
    json_t *report;
    json_t *target = failed_target(s, up, &report);
    assert_json(target, "error.sqlstate", "23505");
    assert_json(target, "error.file", "migrations/1_i.up.sql");
    assert_int_equal(json_number(target, "error.line"), 1);
    assert_part(json_text(target, "error.hint"), "INVALID index public.i_a");
    json_decref(report);
    assert_ledger(db, "");
    assert_psql(db, VALID, "i_a:false");

    free(psql(db, "DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)"));
    assert_march(s, 0, "%s", up);
    assert_ledger(db, "1_i");
    assert_psql(db, VALID, "i_a:true");
}

/* IF NOT EXISTS would keep it, and the server would never use it. */
static void n03_an_invalid_index_of_somebody_else_stops_the_file(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n03_other");
    free(psql(db, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)"));
    shell_result build =
        shell_sh("psql -XAtq -d \"%s\" -c 'CREATE UNIQUE INDEX CONCURRENTLY i_a ON t (a)'", db);
    assert_status(&build, 1);
    shell_free(&build);
    assert_psql(db, VALID, "i_a:false");
    scene_migration(s, "1_i", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i_a ON t (a)", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_part(json_text(target, "error.message"), "public.i_a is INVALID");
    assert_part(json_text(target, "error.hint"), "REINDEX INDEX CONCURRENTLY public.i_a");
    json_decref(report);
    assert_ledger(db, "");
}

/* n04: the build waits for a writer far longer than lock_timeout of other migrations. */
static void n04_lock_timeout_does_not_reach_a_build(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n04");
    free(psql(db, "CREATE TABLE t (a int); CREATE TABLE seen (setting text)"));
    scene_migration(s, "1_i",
                    "-- pgmarch: no-transaction\n"
                    "INSERT INTO seen VALUES (current_setting('lock_timeout'));\n"
                    "CREATE INDEX CONCURRENTLY i_a ON t (a);\n",
                    NULL);
    free(psql(db, "ALTER DATABASE \"%s\" SET lock_timeout = '50ms'", db));
    shell_process writer;
    stranger_start(&writer, db, "BEGIN; INSERT INTO t VALUES (1); SELECT pg_sleep(1.5); COMMIT;");
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "1", SHELL_WAIT_MS);
    assert_march(s, 0, "up --ddl-lock-timeout 100ms -u %s", scene_url(s, db));
    shell_result result = shell_wait(&writer);
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql(db, "SELECT setting FROM seen", "0");
    assert_psql(db, VALID, "i_a:true");
}

/* n05: the line is cut before the query with `text` reaches the server, or behind its answer. */
static void cut_and_go_on(scene *s, const char *db, const char *text, bool behind) {
    free(psql(db, "DROP TABLE IF EXISTS schema_migrations, pgmarch_progress; TRUNCATE log"));
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_SERVER,
                                               .phase = WIRE_READY,
                                               .type = 'Q',
                                               .contains = text,
                                               .times = 1,
                                               .keep = behind ? WIRE_WHOLE : 0,
                                               .action = WIRE_RST});
    shell_result result = march(s, "up -u postgresql://postgres@127.0.0.1:%d/%s", wire_port(line),
                                db);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
    assert_psql(
        db, "SELECT count(*) FROM (SELECT word FROM log GROUP BY word HAVING count(*) > 1) d", "0");
    if (result.status != 0) {
        assert_out(&result, "may or may not have run");
        /* What the hint asks of a person, who looks how far it came. */
        char *answer = psql(db, "SELECT CASE WHEN (SELECT count(*) FROM log) > statement THEN "
                                "'--ran ' ELSE '--not-run ' END || statement + 1 "
                                "FROM pgmarch_progress");
        assert_out(&result, answer);
        assert_march(s, 0, "repair %s -u %s", answer, scene_url(s, db));
        free(answer);
        assert_march(s, 0, "up -u %s", scene_url(s, db));
    }
    shell_free(&result);
    assert_psql(db, "SELECT string_agg(word, ',' ORDER BY at) FROM log", "one,two,three");
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
    assert_ledger(db, "1_log");
}

/* Our notes of progress are ours to write; to the file, the role stays as it has set it. */
static void a_role_that_a_file_takes_stays_its_own_affair(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_role");
    free(psql(db, "DO $$ BEGIN CREATE ROLE alone_weak; EXCEPTION WHEN duplicate_object THEN NULL;"
                  " END $$; CREATE TABLE t (n int); ALTER TABLE t OWNER TO alone_weak;"
                  " CREATE TABLE seen (who text); GRANT INSERT ON seen TO alone_weak;"
                  " GRANT CREATE ON SCHEMA public TO alone_weak"));
    scene_migration(s, "1_role",
                    "-- pgmarch: no-transaction\n"
                    "SET ROLE alone_weak;\n"
                    "CREATE INDEX CONCURRENTLY i ON t (n);\n"
                    "INSERT INTO seen SELECT current_user;\n",
                    NULL);
    scene_migration(s, "2_after", "INSERT INTO seen SELECT current_user", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_role,2_after");
    assert_psql(db, "SELECT string_agg(who, ' ' ORDER BY who) FROM seen", "alone_weak postgres");
    free(psql(db, "DROP OWNED BY alone_weak"));
}

static void n05_a_lost_line_runs_no_statement_twice(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n05");
    free(psql(db, "CREATE TABLE log (word text, at timestamptz DEFAULT clock_timestamp())"));
    scene_migration(s, "1_log",
                    "-- pgmarch: no-transaction\nINSERT INTO log VALUES ('one');\n"
                    "INSERT INTO log VALUES ('two');\nINSERT INTO log VALUES ('three');\n",
                    NULL);
    static const char *const queries[] = {"'one'", "'two'", "'three'", "statement=1,",
                                          "statement=2,"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        cut_and_go_on(s, db, queries[i], false);
        cut_and_go_on(s, db, queries[i], true);
    }
}

/* n08, n09: a build that waits for a stranger's old transaction. */
static void n09_a_build_that_waits_says_for_whom_and_holds_nobody_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n09");
    const char *other = scene_database(s, "n09_other");
    free(psql(db, "CREATE TABLE t (a int)"));
    free(psql(other, "CREATE TABLE t (a int)"));
    scene_migration(s, "1_i", "CREATE INDEX CONCURRENTLY i_a ON t (a)", NULL);
    folder_write(s->folder, "targets.conf", "[blocked]\nurl = %s\n[free]\nurl = %s\n",
                 scene_url(s, db), scene_url(s, other));
    shell_process old;
    stranger_start(&old, db,
                   "BEGIN; INSERT INTO t VALUES (1); SELECT pg_backend_pid();\n"
                   "SELECT pg_sleep(120); COMMIT;");
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "1", SHELL_WAIT_MS);
    char *pid = psql(db, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                         "AND datname = current_database()");
    shell_process process;
    march_start(s, &process, "up -v -t targets.conf --slow 3s");
    psql_wait(other, "SELECT to_regclass('schema_migrations') IS NOT NULL", "t", SHELL_WAIT_MS);
    psql_wait(other, "SELECT count(*) FROM schema_migrations", "1", SHELL_WAIT_MS);
    /* n08: nothing of ours has a transaction open beside the build itself. */
    psql_wait(db,
              "SELECT count(*), count(xact_start), max(wait_event_type) FROM pg_stat_activity "
              "WHERE datname = current_database() AND application_name LIKE 'pgmarch%'",
              "1|1|Lock", SHELL_WAIT_MS);
    shell_wait_text(&process, "1_i: slow, ", SHELL_WAIT_MS);
    shell_wait_text(&process, scene_text(s, "waits for pid %s", pid), SHELL_WAIT_MS);
    psql_wait(db,
              "SELECT count(*), count(xact_start) FROM pg_stat_activity "
              "WHERE datname = current_database() AND application_name LIKE 'pgmarch%'",
              "1|1", SHELL_WAIT_MS);
    free(psql(db, "SELECT pg_terminate_backend(%s)", pid));
    free(pid);
    stranger_end(&old);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql(db, VALID, "i_a:true");
}

/* n08: looked at from the server, all the time, while two migrations of either kind run. */
static void n08_never_a_second_session_in_the_target(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n08");
    free(psql(db, "CREATE TABLE t (a int); CREATE TABLE seen (sessions int, transactions int)"));
    static const char SEE[] =
        "INSERT INTO seen SELECT count(*), count(xact_start) FROM pg_stat_activity\n"
        "WHERE datname = current_database() AND application_name LIKE 'pgmarch%';\n";
    scene_migration(s, "1_a", SEE, NULL);
    scene_migration(s, "2_b",
                    scene_text(s, "-- pgmarch: no-transaction\n%sVACUUM t;\n%s", SEE, SEE), NULL);
    scene_migration(s, "3_c", SEE, NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*), max(sessions), max(transactions) FROM seen", "4|1|1");
}

/* The next string would be read as LATIN1, and a row of that version is nowhere. */
static void s10_an_encoding_that_a_file_sets_does_not_reach_our_notes(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_encoding");
    static const char PROGRESS[] = "SELECT version, statement, running FROM pgmarch_progress";
    scene_migration(s, "1_größe",
                    "-- pgmarch: no-transaction\nSET client_encoding = 'LATIN1';\n"
                    "CREATE TABLE größe (wort text);\nSELECT 1/0;\n"
                    "INSERT INTO größe VALUES ('naïve');\n",
                    NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_psql(db, PROGRESS, "1_größe|2|f");

    free(psql(db, "UPDATE pgmarch_progress SET statement = 3"));
    folder_write(s->folder, "migrations/1_größe.verify.sql",
                 "SET client_encoding = 'LATIN1';\nSELECT count(*) = 0 FROM größe;\n");
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_psql(db, PROGRESS, "1_größe|4|f");

    folder_write(s->folder, "migrations/1_größe.verify.sql",
                 "SET client_encoding = 'LATIN1';\nSELECT count(*) = 1 FROM größe;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_größe");
    assert_psql(db, "SELECT description FROM schema_migrations", "größe");
    assert_psql(db, "SELECT wort FROM größe", "naïve");
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n01_statements_go_out_one_by_one),
        scene_test(n03_a_failed_build_is_named_and_mended_by_the_next_run),
        scene_test(n03_an_invalid_index_of_somebody_else_stops_the_file),
        scene_test(n04_lock_timeout_does_not_reach_a_build),
        scene_test(a_role_that_a_file_takes_stays_its_own_affair),
        scene_test(s10_an_encoding_that_a_file_sets_does_not_reach_our_notes),
        scene_test(n05_a_lost_line_runs_no_statement_twice),
        scene_test(n08_never_a_second_session_in_the_target),
        scene_test(n09_a_build_that_waits_says_for_whom_and_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
