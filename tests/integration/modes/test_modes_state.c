/* Failure modes A-…: a transaction and its row in the ledger. Others of these are proven in
 * test_bad_sql.c; docs/proof/failure-modes.md has the whole list. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* The server itself answers ROLLBACK to the end of the migration, and no error came before. */
static void a01_a_commit_that_answers_rollback_is_a_failure(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a01");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result result = march_faulty(s, "export FAULT_FIND='\";COMMIT;' FAULT_PUT='\";ROLLBACK;'",
                                       "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    json_t *target = json_at(report, "targets.0");
    assert_json(target, "outcome", "failed");
    assert_json(target, "error.phase", "commit");
    assert_json(target, "error.file", "migrations/2_b.up.sql");
    assert_part(json_text(target, "error.message"), "rolled the transaction back at COMMIT");
    assert_json_list(target, "applied", "");
    assert_json_list(target, "pending", "2_b");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
}

/* No file gets past the scanner with a COMMIT in it, so that one is smuggled in. */
static void a02_a_transaction_that_the_file_ended_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b (); /*here*/ CREATE TABLE c ();", NULL);
    scene_migration(s, "3_c", "CREATE TABLE d ()", NULL);
    shell_result result = march_faulty(s, "export FAULT_FIND='/*here*/' FAULT_PUT='COMMIT;'",
                                       "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    json_t *target = json_at(report, "targets.0");
    assert_json(target, "outcome", "failed");
    assert_json(target, "error.version", "2_b");
    assert_part(json_text(target, "error.message"), "ended the transaction it runs in");
    assert_part(json_text(target, "error.hint"), "before it runs again");
    assert_json_list(target, "applied", "1_a");
    assert_json_list(target, "pending", "2_b,3_c");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db,
                "SELECT to_regclass('a') IS NOT NULL, to_regclass('b') IS NOT NULL, "
                "to_regclass('d') IS NULL",
                "t|t|t");
}

static void a02_a_new_transaction_begun_by_the_file_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02_chain");
    scene_migration(s, "1_a", "CREATE TABLE a (); /*here*/ CREATE TABLE b ();", NULL);
    shell_result result =
        march_faulty(s, "export FAULT_FIND='/*here*/' FAULT_PUT='ROLLBACK AND CHAIN;'", "up -u %s",
                     scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "1_a");
    shell_free(&result);
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
    assert_psql(db, "SELECT to_regclass('a') IS NULL, to_regclass('b') IS NULL", "t|t");
}

static void a08_what_failed_and_when_is_in_the_report(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a08");
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT 1/0;\n", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.version", "1_a");
    assert_json(target, "error.sqlstate", "22012");
    assert_int_equal(json_number(target, "error.line"), 2);
    const char *when = json_text(report, "run.started_at");
    char *clock = psql(db, "SELECT abs(extract(epoch FROM now() - '%s'::timestamptz)) < 60", when);
    assert_string_equal(clock, "t");
    free(clock);
    json_decref(report);
    /* Nothing of the attempt is in the target: no row, no lock. */
    assert_ledger(db, "");
    assert_psql(db,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())",
                "0");
}

static void expect_refused(scene *s, const char *statement, const char *name) {
    const char *sql = scene_text(s, "CREATE TABLE t ();\n%s;\n", statement);
    scene_migration(s, "1_a", sql, NULL);
    shell_result result = march(s, "up -u postgresql://postgres@127.0.0.1:1/none");
    assert_status(&result, 2);
    assert_err(&result, "migrations/1_a.up.sql:2");
    assert_err(&result, name);
    assert_err(&result, "-- pgmarch: no-transaction");
    shell_free(&result);
}

static void a10_what_needs_no_transaction_is_refused_in_one_before_any_connection(void **state) {
    scene *s = *state;
    expect_refused(s, "VACUUM t", "VACUUM");
    expect_refused(s, "CREATE DATABASE x", "CREATE DATABASE");
    expect_refused(s, "ALTER SYSTEM SET work_mem = '4MB'", "ALTER SYSTEM");
    expect_refused(s, "CREATE INDEX CONCURRENTLY i ON t (id)", "CREATE INDEX CONCURRENTLY");
}

static void a10_with_the_directive_it_runs(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a10");
    const char *other = scene_text(s, "%s_made", db);
    scene_migration(s, "1_a",
                    scene_text(s,
                               "-- pgmarch: no-transaction\nCREATE TABLE t (id int);\nVACUUM t;\n"
                               "CREATE DATABASE \"%s\" TEMPLATE template0;\n"
                               "ALTER SYSTEM RESET work_mem;\n"
                               "CREATE INDEX CONCURRENTLY i ON t (id);\n",
                               other),
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
    assert_sql("1", "postgres", "SELECT count(*) FROM pg_database WHERE datname = '%s'", other);
    database_drop(other);
    assert_psql(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", "t");
}

/* a12: the third of five: what is before it stays, what is behind it is not run. */
static void a12_the_third_of_five_fails(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a12");
    for (int i = 1; i <= 5; i++) {
        scene_migration(s, scene_text(s, "%d_f", i),
                        i == 3 ? "CREATE TABLE t3 ();\nSELECT 1/0;\n"
                               : scene_text(s, "CREATE TABLE t%d ()", i),
                        NULL);
    }
    shell_result result = march(s, "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "3_f");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json_list(report, "targets.0.applied", "1_f,2_f");
    assert_json_list(report, "targets.0.pending", "3_f,4_f,5_f");
    assert_json(report, "targets.0.error.version", "3_f");
    json_decref(report);
    assert_ledger(db, "1_f,2_f");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname ~ '^t[1-5]$'", "2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a01_a_commit_that_answers_rollback_is_a_failure),
        scene_test(a02_a_transaction_that_the_file_ended_is_noticed),
        scene_test(a02_a_new_transaction_begun_by_the_file_is_noticed),
        scene_test(a08_what_failed_and_when_is_in_the_report),
        scene_test(a10_what_needs_no_transaction_is_refused_in_one_before_any_connection),
        scene_test(a10_with_the_directive_it_runs),
        scene_test(a12_the_third_of_five_fails),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
