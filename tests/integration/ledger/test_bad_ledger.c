/* A ledger that is not as expected: other tools', other rights, edited and missing files. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void apply_two(scene *s, const char *db) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
}

static json_t *run_json(scene *s, int status, const char *command, const char *db) {
    shell_result result = march(s, "%s --format json -u %s", command, scene_url(s, db));
    assert_status(&result, status);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void expect_error(scene *s, const char *command, const char *db, const char *text) {
    shell_result result = march(s, "%s -u %s", command, scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, text);
    assert_out(&result, "1 failed");
    shell_free(&result);
}

/* ---- history ---- */

static void h01_an_edited_file_stops_before_anything_runs(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h01");
    apply_two(s, db);
    char *before = psql(db, "SELECT checksum FROM schema_migrations WHERE version = '1_a'");
    scene_migration(s, "1_a", "CREATE TABLE a (); -- edited", "DROP TABLE a");
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "1_a");
    assert_out(&result, scene_text(s, "%.8s", before)); /* both checksums, short is enough */
    shell_free(&result);
    free(before);
    assert_ledger(db, "1_a,2_b");
    json_t *report = run_json(s, 1, "up", db);
    assert_json(report, "targets.0.error.phase", "plan");
    assert_json(report, "targets.0.error.version", "1_a");
    assert_json_list(report, "targets.0.pending", "3_c");
    json_decref(report);
}

/* A job that only looks has to know without reading: 3 is neither a failure nor all well. */
static void status_has_an_exit_code_for_what_is_pending_or_does_not_fit(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "status_code");
    const char *url = scene_url(s, db);
    apply_two(s, db);
    assert_march(s, 0, "status --exit-code -u %s", url);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    assert_march(s, 3, "status --exit-code -u %s", url);
    assert_march(s, 0, "status -u %s", url);
    shell_result pending = march(s, "status --pending --exit-code -u %s", url);
    assert_status(&pending, 3);
    assert_out(&pending, "○ 3_c (pending)");
    assert_nowhere(&pending, "2_b");
    shell_free(&pending);
    assert_march(s, 0, "up -u %s", url);
    scene_migration(s, "1_a", "CREATE TABLE a (); -- edited", "DROP TABLE a");
    assert_march(s, 3, "status --exit-code -u %s", url);
    shell_result gone = march_sh(s, "rm migrations/1_a.*");
    shell_free(&gone);
    assert_march(s, 3, "status --exit-code -u %s", url);
    assert_march(s, 1, "status --exit-code -u %s_gone", url); /* not read: nobody knows */
}

/* CRLF or LF: the same file, checked out elsewhere. */
static void s10_line_ends_do_not_count_as_an_edit(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s10");
    scene_migration(s, "1_a", "CREATE TABLE a (\n  id int\n);\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a (\r\n  id int\r\n);\r\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
}

static void h02_a_deleted_file_is_told_and_does_not_stop(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h02");
    apply_two(s, db);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    shell_result gone = march_sh(s, "rm migrations/1_a.*");
    shell_free(&gone);
    json_t *report = run_json(s, 0, "up", db);
    assert_non_null(strstr(json_text(report, "targets.0.warnings.0"), "1_a"));
    json_decref(report);
    assert_ledger(db, "1_a,2_b,3_c");
    shell_result status = march(s, "status -u %s", scene_url(s, db));
    assert_status(&status, 0);
    assert_out(&status, "1_a");
    assert_out(&status, "1 without a file");
    shell_free(&status);
}

static void h03_a_target_that_is_ahead_is_an_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h03");
    apply_two(s, db);
    free(psql(db, "INSERT INTO schema_migrations (version) VALUES ('9_from_the_future')"));
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    expect_error(s, "up", db, "9_from_the_future");
    assert_ledger(db, "1_a,2_b,9_from_the_future");
    json_t *report = run_json(s, 0, "status", db);
    assert_json(report, "versions.3.version", "9_from_the_future");
    assert_true(json_is_false(json_at(report, "versions.3.known")));
    json_decref(report);
}

static void h04_a_file_older_than_the_newest_is_an_error_unless_told(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h04");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    scene_migration(s, "4_d", "CREATE TABLE d ()", NULL);
    expect_error(s, "up", db, "--out-of-order");
    expect_error(s, "up", db, "2_b");
    assert_ledger(db, "1_a,3_c");
    assert_march(s, 0, "up --out-of-order -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d");
}

/* ---- down ---- */

static void a_missing_down_file_is_said_before_anything_is_touched(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "no_down");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    expect_error(s, "down --to 1", db, "2_b"); /* 3_c could go, but not the whole way */
    assert_ledger(db, "1_a,2_b,3_c");
    assert_psql(db, "SELECT to_regclass('c') IS NOT NULL", "t");
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
    expect_error(s, "down", db, "give it a way down");
}

static void down_with_nothing_applied_is_no_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "down_nothing");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    shell_result result = march(s, "down -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "1 up-to-date");
    shell_free(&result);
    assert_untouched(db);
}

static void a_failing_down_file_keeps_its_row(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "down_fails");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a;\nDROP TABLE nothing;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    json_t *report = run_json(s, 1, "down", db);
    assert_json(report, "targets.0.error.file", "migrations/1_a.down.sql");
    assert_int_equal(json_number(report, "targets.0.error.line"), 2);
    assert_json_list(report, "targets.0.pending", "1_a");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('a') IS NOT NULL", "t");
}

/* ---- whose table ---- */

static void a_three_column_table_with_rows_is_taken_over_as_it_is(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "adopt");
    free(psql(db, "CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY, "
                  "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, description TEXT);"
                  "INSERT INTO schema_migrations VALUES "
                  "('1_a', '2020-01-02 03:04:05', 'by hand');"
                  "CREATE TABLE a ()"));
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    shell_result status = march(s, "status -u %s", scene_url(s, db));
    assert_status(&status, 0);
    assert_out(&status, "✓ 1_a (applied 2020-01-02 03:04:05)");
    assert_out(&status, "○ 2_b (pending)");
    shell_free(&status);
    assert_psql(db,
                "SELECT count(*) FROM pg_attribute WHERE attnum > 0 AND "
                "attrelid = 'schema_migrations'::regclass",
                "3"); /* status changed nothing */
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db,
                "SELECT version, applied_at, description FROM schema_migrations "
                "WHERE version = '1_a'",
                "1_a|2020-01-02 03:04:05|by hand");
    assert_ledger(db, "1_a,2_b");
    /* The program that made the table can still write to it in its own way. */
    free(psql(db, "INSERT INTO schema_migrations (version, description) VALUES ('1_aa', 'x')"));
    assert_march(s, 0, "down --to 1_a -u %s", scene_url(s, db));
}

static void expect_foreign(scene *s, const char *name, const char *sql, const char *whose) {
    const char *db = scene_database(s, name);
    free(psql(db, "%s", sql));
    char *before = psql(db, "TABLE schema_migrations");
    expect_error(s, "up", db, whose);
    expect_error(s, "down", db, whose);
    expect_error(s, "status", db, whose);
    assert_psql(db, "TABLE schema_migrations", before);
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
    free(before);
}

static void h08_a_table_of_another_tool_is_refused_untouched(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    expect_foreign(s, "h08_golang",
                   "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, "
                   "dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (7, false)",
                   "golang-migrate");
    expect_foreign(s, "h08_dbmate",
                   "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); "
                   "INSERT INTO schema_migrations VALUES ('20200101000000')",
                   "dbmate");
    expect_foreign(s, "h08_ecto",
                   "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, "
                   "inserted_at timestamp(0)); INSERT INTO schema_migrations VALUES (7, now())",
                   "Ecto");
    expect_foreign(s, "h08_other",
                   "CREATE TABLE schema_migrations (id int, name text); "
                   "INSERT INTO schema_migrations VALUES (7, 'x')",
                   "not a ledger");
}

/* ---- rights ---- */

static const char *role_url(scene *s, const char *role, const char *db) {
    free(psql("postgres",
              "DO $$BEGIN IF to_regrole('%s') IS NULL THEN CREATE ROLE %s LOGIN; "
              "END IF; END$$",
              role, role));
    return scene_text(s, "postgresql://%s@127.0.0.1:%d/%s", role, cluster_port(), db);
}

static void h09_a_role_without_create_right_is_told_so(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h09_create");
    free(psql(db, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")); /* as it is from 15 on */
    const char *url = role_url(s, "h09_reader", db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 1);
    assert_out(&result, "42501");
    assert_out(&result, "permission denied for schema public");
    assert_out(&result, "prepare"); /* before any migration ran */
    shell_free(&result);
    assert_untouched(db);
    assert_march(s, 0, "status -u %s", url);
}

static void h09_a_role_without_insert_right_is_told_so(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h09_insert");
    const char *url = role_url(s, "h09_writer", db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    free(psql(db, "GRANT CREATE ON SCHEMA public TO h09_writer"));
    shell_result blind = march(s, "status -u %s", url);
    assert_status(&blind, 1); /* not even SELECT */
    assert_out(&blind, "permission denied for table schema_migrations");
    shell_free(&blind);
    free(psql(db, "GRANT SELECT ON schema_migrations TO h09_writer"));
    assert_march(s, 0, "status -u %s", url);
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 1);
    assert_out(&result, "42501");
    assert_out(&result, "permission denied for table schema_migrations");
    shell_free(&result);
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    free(psql(db, "DROP OWNED BY h09_writer"));
}

/* ---- a migration that lays hands on the ledger ---- */

static void a_migration_that_drops_the_ledger_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "drops_ledger");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "DROP TABLE schema_migrations", NULL);
    json_t *report = run_json(s, 1, "up", db);
    assert_json(report, "targets.0.error.sqlstate", "42P01");
    assert_json(report, "targets.0.error.file", "migrations/2_b.up.sql");
    assert_json(report, "targets.0.error.message",
                "the migration drops or renames the ledger it is recorded in");
    assert_non_null(strstr(json_text(report, "targets.0.error.hint"), "ledger ="));
    assert_json(report, "targets.0.error.line",
                "null"); /* our statement failed, none of the file */
    json_decref(report);
    assert_ledger(db, "1_a");
}

/* libpq's own notices, about columns that are not there, are for us and not for the user. */
static void a_quiet_migration_brings_no_notices(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bad_quiet");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "SELECT; SELECT 1", NULL);
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT true, 1; SELECT");
    shell_result result = march(s, "up --verbose -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_nowhere(&result, "out of range");
    shell_free(&result);
    result = march(s, "up --verbose -u %s", scene_url(s, db));
    assert_nowhere(&result, "out of range");
    shell_free(&result);
}

static void a_migration_that_speaks_our_own_notice_is_only_a_notice(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bad_notice");
    scene_migration(s, "1_a",
                    "DO $$ BEGIN RAISE NOTICE 'pgmarch: starting block 0'; RAISE NOTICE 'pgmarch:"
                    " starting block 7'; END $$",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
}

/* The transaction is whole, so all of it is rolled back, and the message may say nothing else. */
static void a_migration_that_empties_the_ledger_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "empties_ledger");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b (); DELETE FROM schema_migrations", NULL);
    json_t *report = run_json(s, 1, "up", db);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    assert_json(report, "targets.0.error.file", "migrations/2_b.up.sql");
    assert_null(strstr(json_text(report, "targets.0.error.message"), "is committed"));
    assert_non_null(strstr(json_text(report, "targets.0.error.message"), "ledger"));
    json_decref(report);
}

static void a_migration_that_alters_the_ledger_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alters_ledger");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "ALTER TABLE schema_migrations DROP COLUMN duration_ms", NULL);
    json_t *report = run_json(s, 1, "up", db);
    assert_ledger(db, "1_a");
    assert_json(report, "targets.0.error.file", "migrations/2_b.up.sql");
    assert_json(report, "targets.0.error.sqlstate", "42703");
    assert_non_null(strstr(json_text(report, "targets.0.error.message"), "ledger"));
    json_decref(report);
    assert_march(s, 0, "up --to 1_a -u %s", scene_url(s, db));
}

/* Without it nothing keeps two runs from applying one migration twice. */
static void a_ledger_without_its_primary_key_is_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "no_key");
    free(psql(db, "CREATE TABLE schema_migrations (version varchar(255), applied_at timestamp, "
                  "description text)"));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    json_t *report = run_json(s, 1, "up", db);
    assert_json(report, "targets.0.error.message", "the ledger has no primary key on \"version\"");
    json_decref(report);
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h01_an_edited_file_stops_before_anything_runs),
        scene_test(status_has_an_exit_code_for_what_is_pending_or_does_not_fit),
        scene_test(s10_line_ends_do_not_count_as_an_edit),
        scene_test(h02_a_deleted_file_is_told_and_does_not_stop),
        scene_test(h03_a_target_that_is_ahead_is_an_error),
        scene_test(h04_a_file_older_than_the_newest_is_an_error_unless_told),
        scene_test(a_missing_down_file_is_said_before_anything_is_touched),
        scene_test(down_with_nothing_applied_is_no_error),
        scene_test(a_failing_down_file_keeps_its_row),
        scene_test(a_three_column_table_with_rows_is_taken_over_as_it_is),
        scene_test(h08_a_table_of_another_tool_is_refused_untouched),
        scene_test(h09_a_role_without_create_right_is_told_so),
        scene_test(h09_a_role_without_insert_right_is_told_so),
        scene_test(a_migration_that_drops_the_ledger_is_noticed),
        scene_test(a_quiet_migration_brings_no_notices),
        scene_test(a_migration_that_speaks_our_own_notice_is_only_a_notice),
        scene_test(a_migration_that_empties_the_ledger_is_noticed),
        scene_test(a_migration_that_alters_the_ledger_is_noticed),
        scene_test(a_ledger_without_its_primary_key_is_refused),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
