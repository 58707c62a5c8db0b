/* Migrations that fail at the server: what stays, what goes, and what the report says of it. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Runs up, which must fail; the report of the only target. json_decref() what *report gets. */
static json_t *failed_up(scene *s, const char *db, json_t **report) {
    shell_result result = march(s, "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "1 failed");
    shell_free(&result);
    *report = report_file(s, "report.json");
    json_t *target = json_at(*report, "targets.0");
    assert_json(target, "outcome", "failed");
    return target;
}

static void expect_place(json_t *target, const char *file, long long line, const char *sqlstate) {
    assert_json(target, "error.file", file);
    assert_json(target, "error.sqlstate", sqlstate);
    assert_int_equal(json_number(target, "error.line"), line);
}

/* The server parses a string as a whole: the file before must be applied all the same. */
static void a_syntax_error_in_the_second_of_four_stops_there(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "syntax");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ();\n\nCREATE TABEL c ();\n", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    scene_migration(s, "4_d", "CREATE TABLE d ()", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 3, "42601");
    assert_json(target, "error.version", "2_b");
    assert_json(target, "error.phase", "migrate");
    assert_json_list(target, "applied", "1_a");
    assert_json_list(target, "pending", "2_b,3_c,4_d");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('b', 'c', 'd')", "0");
}

static void a_syntax_error_in_the_first_file_leaves_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "syntax_first");
    scene_migration(s, "1_a", "CREATE TABEL a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/1_a.up.sql", 1, "42601");
    assert_json_list(target, "pending", "1_a,2_b");
    json_decref(report);
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
}

/* Characters are not bytes: the text before the error counts in the server's characters. */
static void a_failing_statement_in_the_middle_rolls_its_whole_file_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "middle");
    scene_migration(s, "1_a",
                    "-- Größe, naïve, 日本語, 🐘🐘🐘🐘🐘🐘🐘🐘\nCREATE TABLE a (\"größe\" int);\n", NULL);
    scene_migration(s, "2_b",
                    "CREATE TABLE b (id int); -- ünïcödé 🐘\n"
                    "INSERT INTO b VALUES (1);\n"
                    "\n"
                    "-- 日本語日本語日本語日本語\n"
                    "INSERT INTO b SELECT größe,\n"
                    "  nichts\n"
                    "FROM a;\n"
                    "INSERT INTO b VALUES (2);\n",
                    NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 6, "42703");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
}

/* No position comes with this error: the statement that ran tells the line. */
static void an_error_at_run_time_names_the_line_of_its_statement(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "run_time");
    scene_migration(s, "1_a", "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1);\n",
                    NULL);
    scene_migration(s, "2_b",
                    "/* two\n   lines */ INSERT INTO a VALUES (2); INSERT INTO a VALUES (3);\n"
                    "INSERT INTO a\nVALUES (1);\nINSERT INTO a VALUES (4);\n",
                    NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 3, "23505");
    assert_json(target, "error.detail", "Key (id)=(1) already exists.");
    json_decref(report);
    assert_psql(db, "SELECT string_agg(id::text, ',') FROM a", "1");
}

static void an_error_inside_a_function_shows_its_context(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "context");
    scene_migration(s, "1_a", "SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  PERFORM 1/0;\nEND $$;\n",
                    NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    assert_json(target, "error.sqlstate", "22012");
    assert_non_null(strstr(json_text(target, "error.context"), "line 4"));
    assert_int_equal(json_number(target, "error.line"), 5); /* where the body has its fourth */
    json_decref(report);
}

/* ---- transaction control ---- */

static void a02_a_file_may_be_one_begin_commit_wrapper(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02");
    scene_migration(s, "1_a", "-- made for another tool\nBEGIN;\nCREATE TABLE a ();\nCOMMIT;\n",
                    "begin; drop table a; commit;");
    scene_migration(s, "2_b", "BEGIN;\nCREATE TABLE b ();\nSELECT 1/0;\nCOMMIT;\n", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 3, "22012");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t"); /* the wrapper did not cut it in two */
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "");
}

static void a02_a_commit_in_the_middle_is_refused_with_its_line(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02_middle");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ();\nCOMMIT;\nCREATE TABLE c ();\n", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 2);
    assert_err(&result, "migrations/2_b.up.sql:2: COMMIT inside a migration");
    shell_free(&result);
    assert_untouched(db);
}

static void a02c_savepoints_are_allowed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02c");
    scene_migration(s, "1_a",
                    "CREATE TABLE a (id int);\nSAVEPOINT s;\nINSERT INTO a VALUES (1);\n"
                    "ROLLBACK TO SAVEPOINT s;\nINSERT INTO a VALUES (2);\nRELEASE s;\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT string_agg(id::text, ',') FROM a", "2");
    assert_ledger(db, "1_a");
}

static void a02e_a_commit_inside_a_body_is_an_ordinary_failure(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a02e");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ();\nDO $$ BEGIN COMMIT; END $$;\n", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 2, "2D000");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
}

/* a03: the constraint is checked at COMMIT, after the file's last statement. */
static void a03_a_deferred_constraint_fails_in_phase_commit(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a03");
    scene_migration(s, "1_a",
                    "CREATE TABLE p (id int PRIMARY KEY);\n"
                    "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n",
                    NULL);
    scene_migration(s, "2_b", "INSERT INTO c VALUES (1);\n", NULL);
    scene_migration(s, "3_c", "CREATE TABLE later ()", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    assert_json(target, "error.phase", "commit");
    assert_json(target, "error.sqlstate", "23503");
    assert_json(target, "error.file", "migrations/2_b.up.sql");
    assert_json_list(target, "pending", "2_b,3_c");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT count(*) FROM c", "0");
}

/* a07: no dirty state: the mended file is simply applied. */
static void a07_a_mended_file_is_applied_by_the_next_run(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a07");
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT broken;\n", NULL);
    json_t *report;
    (void)failed_up(s, db, &report);
    json_decref(report);
    scene_migration(s, "1_a", "CREATE TABLE a ();\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
}

static void a09_a_new_enum_value_used_at_once_gets_a_hint(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a09");
    scene_migration(s, "1_a", "CREATE TYPE mood AS ENUM ('sad')", NULL);
    scene_migration(s, "2_b", "ALTER TYPE mood ADD VALUE 'ok';\nSELECT 'ok'::mood;\n", NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    expect_place(target, "migrations/2_b.up.sql", 2, "55P04");
    assert_string_not_equal(json_text(target, "error.hint"), "null");
    json_decref(report);
}

static void a10_vacuum_hidden_from_the_scanner_gets_a_hint(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a10");
    scene_migration(s, "1_a",
                    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS "
                    "$$BEGIN EXECUTE 'VACUUM'; END$$;\nSELECT f();\n",
                    NULL);
    json_t *report;
    json_t *target = failed_up(s, db, &report);
    assert_json(target, "error.sqlstate", "25001");
    assert_non_null(strstr(json_text(target, "error.hint"), "no-transaction"));
    json_decref(report);
    scene_migration(s, "1_a", "CREATE TABLE a ();\nVACUUM a;\n", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 2);
    assert_err(&result, "migrations/1_a.up.sql:2");
    assert_err(&result, "-- pgmarch: no-transaction");
    shell_free(&result);
}

static void a11_empty_files_and_comments_are_applied(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "a11");
    scene_migration(s, "1_empty", "", "");
    scene_migration(s, "2_comment", "-- nothing yet\n/* nor /* here */ */", "-- nothing");
    scene_migration(s, "3_semicolons", ";;\n;", ";");
    scene_migration(s, "4_open_comment", "SELECT 1 -- no line end", NULL);
    scene_migration(s, "5_bom",
                    "\xEF\xBB\xBF"
                    "CREATE TABLE bom ();\r\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_empty,2_comment,3_semicolons,4_open_comment,5_bom");
    assert_psql(db, "SELECT to_regclass('bom') IS NOT NULL", "t");
}

/* ---- what a file leaves behind in its session ---- */

static void s01_an_emptied_search_path_reaches_no_further(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s01");
    scene_migration(s, "1_dump",
                    "SELECT pg_catalog.set_config('search_path', '', false);\n"
                    "SET statement_timeout = '300ms'; SET default_transaction_read_only = on;\n"
                    "CREATE TABLE public.a ();\n",
                    NULL);
    scene_migration(s, "2_plain", "CREATE TABLE b (); SELECT pg_sleep(0.4)", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db,
                "SELECT string_agg(version, ',' ORDER BY version) "
                "FROM public.schema_migrations",
                "1_dump,2_plain");
    assert_psql(db, "SELECT to_regclass('public.b') IS NOT NULL", "t");
}

static void s02_a_role_left_behind_reaches_no_further(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s02");
    free(psql("postgres", "DO $$BEGIN IF to_regrole('weak') IS NULL THEN CREATE ROLE weak; "
                          "END IF; END$$"));
    free(psql(db, "GRANT CREATE ON SCHEMA public TO weak"));
    scene_migration(s, "1_role", "SET ROLE weak;\nCREATE TABLE a ();\n", NULL);
    scene_migration(s, "2_session", "SET SESSION AUTHORIZATION weak;\nCREATE TABLE b ();\n", NULL);
    scene_migration(s, "3_plain", "CREATE TABLE c ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_role,2_session,3_plain");
    assert_psql(db,
                "SELECT string_agg(tableowner, ',' ORDER BY tablename) FROM pg_tables "
                "WHERE schemaname = 'public'",
                "weak,weak,postgres,postgres");
    free(psql(db, "DROP OWNED BY weak"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_syntax_error_in_the_second_of_four_stops_there),
        scene_test(a_syntax_error_in_the_first_file_leaves_nothing),
        scene_test(a_failing_statement_in_the_middle_rolls_its_whole_file_back),
        scene_test(an_error_at_run_time_names_the_line_of_its_statement),
        scene_test(an_error_inside_a_function_shows_its_context),
        scene_test(a02_a_file_may_be_one_begin_commit_wrapper),
        scene_test(a02_a_commit_in_the_middle_is_refused_with_its_line),
        scene_test(a02c_savepoints_are_allowed),
        scene_test(a02e_a_commit_inside_a_body_is_an_ordinary_failure),
        scene_test(a03_a_deferred_constraint_fails_in_phase_commit),
        scene_test(a07_a_mended_file_is_applied_by_the_next_run),
        scene_test(a09_a_new_enum_value_used_at_once_gets_a_hint),
        scene_test(a10_vacuum_hidden_from_the_scanner_gets_a_hint),
        scene_test(a11_empty_files_and_comments_are_applied),
        scene_test(s01_an_emptied_search_path_reaches_no_further),
        scene_test(s02_a_role_left_behind_reaches_no_further),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
