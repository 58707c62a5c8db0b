/* What some versions of PostgreSQL have and others do not, where it could get in a migration's way.
 * scripts/test --server runs them against each. */
#include "integration/scene.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* A setting of the database counts for every session that begins behind it. */
static void set_for_all(const char *db, const char *setting) {
    free(psql("postgres", "ALTER DATABASE \"%s\" SET %s", db, setting));
}

/* An application's limit is no migration's: it would end the session in the middle of each try. */
static void a_limit_for_transactions_of_17_does_not_cut_off_a_migration(void **state) {
    need_server(17, "transaction_timeout");
    scene *s = *state;
    const char *db = scene_database(s, "transaction_timeout");
    set_for_all(db, "transaction_timeout = '300ms'");
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT pg_sleep(0.4);\n", "DROP TABLE a");
    scene_migration(
        s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b ();\nSELECT pg_sleep(0.4);\n", NULL);
    scene_migration(s, "3_c", "SELECT pg_sleep(0.4);\nCREATE TABLE c ();\n", NULL);
    folder_write(s->folder, "migrations/3_c.verify.sql", "SELECT pg_sleep(0.4) IS NOT NULL;\n");
    shell_result result = march(s, "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_number(report, "targets.0.attempts"), 1);
    json_decref(report);
    assert_ledger(db, "1_a,2_b,3_c");
    assert_march(s, 0, "rehearse -u %s", scene_url(s, db));
}

/* A session that waits for another run's lock is idle; one that was ended for it is made again. */
static void a_limit_for_idle_sessions_of_14_costs_a_login_and_nothing_else(void **state) {
    need_server(14, "idle_session_timeout");
    scene *s = *state;
    const char *db = scene_database(s, "idle_timeout");
    scene_gate(db);
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT until_go()", NULL);
    shell_process first;
    march_start(s, &first, "up -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    shell_process second;
    march_start(s, &second,
                "up -u '%s?options=-cidle_session_timeout%%3D90ms' --report report.json",
                scene_url(s, db));
    shell_wait_text(&second, "idle-session timeout", SHELL_WAIT_MS);
    scene_go(db);
    shell_result result = shell_wait(&first);
    assert_status(&result, 0);
    shell_free(&result);
    result = shell_wait(&second);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    json_t *target = json_at(report, "targets.0");
    assert_json(target, "outcome", "up-to-date");
    assert_true(json_number(target, "attempts") > 1);
    json_decref(report);
    assert_ledger(db, "1_a");
}

static void merge_of_15_is_a_statement_as_any(void **state) {
    need_server(15, "MERGE");
    scene *s = *state;
    const char *db = scene_database(s, "merge");
    scene_migration(s, "1_a",
                    "CREATE TABLE a (id int PRIMARY KEY, n int);\n"
                    "INSERT INTO a VALUES (1, 1), (2, 2);\n"
                    "MERGE INTO a USING (VALUES (2, 20), (3, 30)) AS v (id, n) ON a.id = v.id\n"
                    "WHEN MATCHED THEN UPDATE SET n = v.n\n"
                    "WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.n);\n",
                    NULL);
    scene_migration(s, "2_b",
                    "-- pgmarch: no-transaction\n"
                    "MERGE INTO a USING (VALUES (3)) AS v (id) ON a.id = v.id\n"
                    "WHEN MATCHED THEN DELETE;\nVACUUM a;\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT string_agg(id || ':' || n, ' ' ORDER BY id) FROM a", "1:1 2:20");
    assert_march(s, 0, "rehearse -u %s", scene_url(s, db));
}

/* What a server demands for a password is worked out on a thread (r11), however much it is. */
static void iterations_of_16_for_a_password_are_done(void **state) {
    need_server(16, "scram_iterations");
    scene *s = *state;
    const char *db = scene_database(s, "iterations");
    const char *role = scene_text(s, "%s_r", db);
    free(psql("postgres",
              "SET scram_iterations = 40960; CREATE ROLE \"%s\" LOGIN PASSWORD 'pw'; "
              "GRANT password_users TO \"%s\"; ALTER DATABASE \"%s\" OWNER TO \"%s\"",
              role, role, db, role));
    assert_psql("postgres",
                scene_text(s,
                           "SELECT split_part(rolpassword, ':', 1) FROM pg_authid WHERE rolname "
                           "= '%s'",
                           role),
                "SCRAM-SHA-256$40960");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u 'postgresql://%s:pw@127.0.0.1:%d/%s'", role, cluster_port(), db);
    assert_ledger(db, "1_a");
    free(psql(db, "DROP OWNED BY \"%s\"", role));
    free(psql("postgres", "ALTER DATABASE \"%s\" OWNER TO postgres; DROP ROLE \"%s\"", db, role));
}

/* Two targets that are alike but for what 18 has, and one that is. */
static void what_18_has_makes_a_difference_where_there_is_one(void **state) {
    need_server(18, "virtual columns and NOT NULL constraints");
    scene *s = *state;
    const char *a = scene_database(s, "drift_a");
    const char *b = scene_database(s, "drift_b");
    folder_write(s->folder, "fleet.conf", "[a]\nurl = %s\n[b]\nurl = %s\n", scene_url(s, a),
                 scene_url(s, b));
    scene_migration(s, "1_a",
                    "CREATE TABLE t (x int, y int GENERATED ALWAYS AS (x * 2) VIRTUAL,\n"
                    "  z int CONSTRAINT there NOT NULL, CHECK (x > 0) NOT ENFORCED);\n"
                    "ALTER TABLE t ADD CONSTRAINT later NOT NULL x NOT VALID;\n",
                    NULL);
    assert_march(s, 0, "up -t fleet.conf");
    assert_march(s, 0, "drift -t fleet.conf --strict");
    free(psql(b, "ALTER TABLE t VALIDATE CONSTRAINT later"));
    assert_march(s, 3, "drift -t fleet.conf");
    free(psql(a, "ALTER TABLE t VALIDATE CONSTRAINT later"));
    assert_march(s, 0, "drift -t fleet.conf");
    free(psql(b,
              "ALTER TABLE t DROP y; ALTER TABLE t ADD y int GENERATED ALWAYS AS (x * 2) STORED"));
    assert_march(s, 3, "drift -t fleet.conf");
}

/* From libpq 17 on a login may begin with TLS, if the server is of 17, too: a round trip less. An
 * older libpq does without, and says so, or refuses what was said in a target file. */
static void a_login_that_begins_with_tls_is_for_whom_can_do_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "direct_tls");
    bool known = PQlibVersion() >= 170000;
    if (known && server_major() < 17) {
        need_server(17, "TLS without asking for it");
    }
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "up -u '%s?sslmode=require&sslnegotiation=direct'",
                                scene_url(s, db));
    assert_status(&result, 0);
    if (!known) {
        assert_out(&result,
                   "\"sslnegotiation\" of the URL is not used: this libpq does not know it");
    }
    shell_free(&result);
    assert_ledger(db, "1_a");
    folder_write(s->folder, "targets.conf", "[a]\nurl = %s\nsslnegotiation = direct\n",
                 scene_url(s, db));
    result = march(s, "status -t targets.conf");
    assert_status(&result, known ? 1 : 2); /* TLS is not asked for, which libpq does not like */
    if (known) {
        assert_out(&result, "say sslmode=verify-full");
    } else {
        assert_err(&result, "\"sslnegotiation\" needs a newer libpq than the one in use");
    }
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_limit_for_transactions_of_17_does_not_cut_off_a_migration),
        scene_test(a_limit_for_idle_sessions_of_14_costs_a_login_and_nothing_else),
        scene_test(merge_of_15_is_a_statement_as_any),
        scene_test(iterations_of_16_for_a_password_are_done),
        scene_test(what_18_has_makes_a_difference_where_there_is_one),
        scene_test(a_login_that_begins_with_tls_is_for_whom_can_do_it),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
