/* Folders as people have them: faulty and empty ways down, and what lies beside migrations. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void assert_says(scene *s, int status, const char *text, const char *line) {
    shell_result result = march(s, "%s", line);
    assert_status(&result, status);
    assert_out(&result, text);
    shell_free(&result);
}

/* ---- ways down ---- */

static void a_faulty_down_file_is_told_by_up_and_stops_down(void **state) {
    static const char told[] = "\"2_b\" cannot be rolled back: migrations/2_b.down.sql:2: ";
    scene *s = *state;
    const char *db = scene_database(s, "faulty_down");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b;\n\\d b\n");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
    char line[200];
    (void)snprintf(line, sizeof line, "up --dry-run -u %s", url);
    assert_says(s, 0, told, line);
    shell_result result = march(s, "up --format json -u %s", url);
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    json_t *target = json_array_get(json_at(report, "targets"), 0);
    assert_non_null(strstr(json_text(target, "warnings.0"), told));
    json_decref(report);
    shell_free(&result);
    assert_ledger(db, "1_a,2_b,3_c");
    (void)snprintf(line, sizeof line, "down -u %s", url);
    assert_march(s, 0, "%s", line); /* 3_c is in order */
    result = march(s, "down --format json -u %s", url);
    assert_status(&result, 1);
    report = report_of(&result);
    target = json_array_get(json_at(report, "targets"), 0);
    assert_non_null(strstr(json_text(target, "error.message"), told));
    assert_json(target, "error.file", "migrations/2_b.down.sql");
    assert_int_equal(json_number(target, "error.line"), 2);
    json_decref(report);
    shell_free(&result);
    assert_says(s, 1, told, line);
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT to_regclass('b') IS NOT NULL", "t");
    /* What the hint says works, and nothing else is to be done. */
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b;\n");
    assert_march(s, 0, "down -u %s", url);
    assert_ledger(db, "1_a");
}

static void a_faulty_down_section_is_corrected_and_taken_by_repair(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "faulty_section");
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/1_a.sql",
                 "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\nCOMMIT;\n");
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 0);
    assert_out(&result, "\"1_a\" cannot be rolled back: migrations/1_a.sql:5: COMMIT");
    shell_free(&result);
    result = march(s, "down -u %s", url);
    assert_status(&result, 1);
    assert_out(&result, "migrations/1_a.sql:5: COMMIT");
    assert_out(&result, "pgmarch repair");
    shell_free(&result);
    folder_write(s->folder, "migrations/1_a.sql",
                 "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\n");
    assert_march(s, 0, "repair -u %s", url);
    assert_march(s, 0, "down -u %s", url);
    assert_ledger(db, "");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

static void an_empty_down_section_rolls_back_as_an_empty_down_file_does(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "empty_down");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE IF NOT EXISTS a ()", "");
    assert_march(s, 0, "up -u %s", url);
    assert_march(s, 0, "down -u %s", url);
    assert_ledger(db, "");
    assert_psql(db, "SELECT to_regclass('a') IS NOT NULL", "t");
    shell_result removed = march_sh(s, "rm migrations/*");
    assert_status(&removed, 0);
    shell_free(&removed);
    folder_write(s->folder, "migrations/1_a.sql",
                 "-- migrate:up\nCREATE TABLE IF NOT EXISTS a ();\n-- migrate:down\n");
    assert_march(s, 0, "up -u %s", url);
    assert_ledger(db, "1_a");
    assert_march(s, 0, "down -u %s", url);
    assert_ledger(db, "");
    assert_psql(db, "SELECT to_regclass('a') IS NOT NULL", "t");
}

/* ---- what lies beside migrations ---- */

static void a_folder_holds_other_things(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "beside");
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/1_a.sql", "CREATE TABLE a ();");
    folder_write(s->folder, "migrations/create_migration.sh", "#!/bin/sh\n");
    folder_write(s->folder, "migrations/README.txt", "x");
    folder_write(s->folder, "migrations/testdata/1_x.sql", "CREATE TABLE x ();");
    assert_march(s, 0, "up -u %s", url);
    assert_ledger(db, "1_a");
    folder_write(s->folder, "migrations/seed.sql", "CREATE TABLE y ();");
    folder_write(s->folder, "migrations/2_b.psql", "\\d a");
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 2);
    assert_err(&result, "\"2_b.psql\", \"seed.sql\"; names are");
    shell_free(&result);
    assert_march(s, 0, "up --ignore seed.sql --ignore '*.psql' -u %s", url);
    result = march_sh(s, "PGMARCH_IGNORE='seed.sql,*.psql' \"$PGMARCH_BIN\" status -u %s", url);
    assert_status(&result, 0);
    shell_free(&result);
    folder_write(s->folder, "migrations/pgmarch.conf", "ignore = seed.sql\nignore = *.psql\n");
    assert_march(s, 0, "up -u %s", url);
    assert_march(s, 0, "validate");
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('x') IS NULL AND to_regclass('y') IS NULL", "t");
}

static void migrations_in_code_are_left_out_and_told_of(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "code");
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/1_a.sql", "-- +goose Up\nCREATE TABLE a ();");
    folder_write(s->folder, "migrations/2_b.go", "package migrations\n");
    folder_write(s->folder, "migrations/3_c.sql", "-- +goose Up\nCREATE TABLE c ();");
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 2);
    assert_err(&result, "\"2_b.go\" (a migration in code)");
    assert_err(&result, "--skip-code");
    shell_free(&result);
    static const char *const looks[] = {"up --dry-run", "status", "up", "up"};
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        result = march(s, "%s --skip-code -u %s", looks[i], url);
        assert_status(&result, 0);
        assert_out(&result, "not SQL, and left to their own tool:\n    2_b.go\n");
        shell_free(&result);
    }
    assert_ledger(db, "1_a,3_c");
    folder_write(s->folder, "migrations/pgmarch.conf", "skip_code = true\n");
    result = march(s, "up --format json -u %s", url);
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    assert_json_list(report, "run.not_sql", "2_b.go");
    json_decref(report);
    shell_free(&result);
    result = march(s, "validate");
    assert_status(&result, 0);
    assert_out(&result, "in-code: 2_b.go");
    shell_free(&result);
}

/* Before somebody says yes, the plan tells. */
static void the_plan_says_which_numbers_are_not_sql(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "code_plan");
    folder_write(s->folder, "migrations/1_a.sql", "CREATE TABLE a ();");
    folder_write(s->folder, "migrations/2_b.py", "x = 1\n");
    folder_write(s->folder, "targets.conf", "[t]\nurl = %s\nproduction = true\n", scene_url(s, db));
    shell_result result = march_at_terminal(s, SCENE_ANSWER("no"),
                                            "up --skip-code -t targets.conf");
    if (strstr(result.out, "2_b.py") == NULL) {
        fail_msg("%s%s", result.out, result.err);
    }
    shell_free(&result);
    assert_ledger(db, "-");
}

/* ---- numbers ---- */

static void diesel_versions_of_two_lengths_are_two(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lengths");
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/2026-05-27-120000-0000_b/up.sql",
                 "ALTER TABLE a ADD b int;");
    folder_write(s->folder, "migrations/2026-05-27-120000-0000_b/down.sql",
                 "ALTER TABLE a DROP b;");
    folder_write(s->folder, "migrations/2026-05-27-120000_z/up.sql", "CREATE TABLE a ();");
    folder_write(s->folder, "migrations/2026-05-27-120000_z/down.sql", "DROP TABLE a;");
    assert_march(s, 0, "up -u %s", url);
    assert_psql(db,
                "SELECT string_agg(version, ',' ORDER BY applied_at, length(version)) "
                "FROM schema_migrations",
                "2026-05-27-120000_z,2026-05-27-120000-0000_b");
    assert_march(s, 0, "down --to 2026-05-27-120000 -u %s", url);
    assert_ledger(db, "2026-05-27-120000_z");
    assert_march(s, 0, "up --to 2026-05-27-120000-0000 -u %s", url);
    assert_psql(db, "SELECT b FROM a", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_faulty_down_file_is_told_by_up_and_stops_down),
        scene_test(a_faulty_down_section_is_corrected_and_taken_by_repair),
        scene_test(an_empty_down_section_rolls_back_as_an_empty_down_file_does),
        scene_test(a_folder_holds_other_things),
        scene_test(migrations_in_code_are_left_out_and_told_of),
        scene_test(the_plan_says_which_numbers_are_not_sql),
        scene_test(diesel_versions_of_two_lengths_are_two),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
