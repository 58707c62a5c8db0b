/* Folders of other tools on a real server: what is not known leaves everything standing. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* A table with data that no pending file may touch. */
static const char *with_data(scene *s, const char *db) {
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/1_audit.sql",
                 "CREATE TABLE audit (what text);\nINSERT INTO audit VALUES ('kept');\n");
    assert_march(s, 0, "up -u %s", url);
    return url;
}

static void a_file_with_an_unknown_down_mark_leaves_the_data_standing(void **state) {
    static const char *const marks[] = {
        "-- //@UNDO",   "-- Down",          "-- rollback",        "# --- !Downs",
        "-- !Downs",    "-- rambler down",  "-- ==== DOWN ====",  "-- downgrade --",
        "-- @DOWN",     "-- 2 down",        "-- +micrate Down",   "/* down */",
        "-- DOWN: all", "-- revert script", "-- mytool:rollback", "--liquibase formatted sql"};
    scene *s = *state;
    const char *db = scene_database(s, "marks");
    const char *url = with_data(s, db);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        folder_write(s->folder, "migrations/2_b.sql", "CREATE TABLE b ();\n%s\nDROP TABLE audit;\n",
                     marks[i]);
        shell_result result = march(s, "up -u %s", url);
        assert_status(&result, 2);
        assert_err(&result, "migrations/2_b.sql:2: ");
        shell_free(&result);
        result = march(s, "validate");
        assert_status(&result, 1);
        assert_out(&result, "migrations/2_b.sql:2  file-refused");
        shell_free(&result);
    }
    assert_psql(db, "TABLE audit", "kept");
    assert_ledger(db, "1_audit");
}

/* The way to say so works, and a file that was applied before is taken as it is then. */
static void a_remark_that_is_no_section_is_run_when_it_is_said(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "remark");
    const char *url = scene_url(s, db);
    folder_write(s->folder, "migrations/1_a.sql", "CREATE TABLE a ();\nCREATE TABLE b ();\n");
    assert_march(s, 0, "up -u %s", url);
    folder_write(s->folder, "migrations/1_a.sql",
                 "CREATE TABLE a ();\n-- Undo\nCREATE TABLE b ();\n");
    assert_march(s, 2, "up -u %s", url);
    folder_write(s->folder, "migrations/1_a.sql",
                 "CREATE TABLE a ();\n-- pgmarch: not-a-section\n-- Undo\nCREATE TABLE b ();\n");
    assert_march(s, 1, "up -u %s", url); /* edited */
    assert_march(s, 0, "repair -u %s", url);
    assert_march(s, 0, "up -u %s", url);
}

static void node_pg_migrate_runs_one_section_at_a_time(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "node_pg");
    const char *url = with_data(s, db);
    folder_write(s->folder, "migrations/1700000000000_b.sql",
                 "-- Up Migration\nALTER TABLE audit ADD who text;\n\n"
                 "-- Down Migration\nALTER TABLE audit DROP who;\n");
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql(db, "SELECT what, who IS NULL FROM audit", "kept|t");
    assert_march(s, 0, "down -u %s", url);
    assert_psql(db, "TABLE audit", "kept");
    assert_march(s, 1, "down -u %s", url); /* 1_audit has no way down */
    assert_ledger(db, "1_audit");
}

static void tern_runs_one_section_at_a_time(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "tern");
    const char *url = with_data(s, db);
    folder_write(s->folder, "migrations/2_b.sql",
                 "---- tern: disable-tx ----\nCREATE TABLE b (x int);\n"
                 "CREATE INDEX CONCURRENTLY b_x ON b (x);\n"
                 "---- create above / drop below ----\nDROP TABLE b;\n");
    assert_march(s, 0, "up -u %s", url);
    assert_psql(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'b_x'::regclass", "t");
    assert_march(s, 0, "down -u %s", url);
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    assert_psql(db, "TABLE audit", "kept");
}

static void a_file_of_popx_with_autocommit_runs_outside_of_a_transaction(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "popx");
    scene_migration(s, "1_a", "SELECT 1/0", "SELECT 1/0");
    scene_migration(s, "1_a.postgres.autocommit",
                    "CREATE TABLE a (x int); CREATE INDEX CONCURRENTLY a_x ON a (x);", NULL);
    scene_migration(s, "1_a.cockroach", "SELECT 1/0", "SELECT 1/0");
    scene_migration(s, "1_a.postgres", "SELECT 1/0", "DROP TABLE a");
    /* PostgreSQL's own is there twice: no guess. */
    assert_march(s, 2, "up -u %s", scene_url(s, db));
    shell_result removed = march_sh(s, "rm migrations/1_a.postgres.up.sql");
    assert_status(&removed, 0);
    shell_free(&removed);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('a_x') IS NOT NULL", "t");
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

static void a_missing_up_file_stops_up_and_not_down(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "upless");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    folder_write(s->folder, "migrations/2_gone.down.sql", "DROP TABLE b;");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
    shell_result result = march(s, "up -u %s", url);
    assert_status(&result, 1);
    assert_out(&result, "\"2_gone\" has no up file, only \"migrations/2_gone.down.sql\"");
    assert_out(&result, "put its up file beside it");
    shell_free(&result);
    assert_untouched(db);
    assert_march(s, 1, "up --dry-run -u %s", url);
    assert_march(s, 0, "status -u %s", url);
    assert_march(s, 0, "up --to 1 -u %s", url);
    result = march(s, "validate --online --format json -u %s", url);
    assert_status(&result, 1);
    assert_out(&result, "no-up-file");
    shell_free(&result);
    /* Where it is applied, the way down is still there. */
    scene_migration(s, "2_gone", "CREATE TABLE b ()", "DROP TABLE b");
    assert_march(s, 0, "up --to 2 -u %s", url);
    result = march_sh(s, "rm migrations/2_gone.up.sql");
    assert_status(&result, 0);
    shell_free(&result);
    assert_march(s, 0, "up -u %s", url);
    assert_march(s, 0, "down --to 1 -u %s", url);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL AND to_regclass('c') IS NULL", "t");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_file_with_an_unknown_down_mark_leaves_the_data_standing),
        scene_test(a_remark_that_is_no_section_is_run_when_it_is_said),
        scene_test(node_pg_migrate_runs_one_section_at_a_time),
        scene_test(tern_runs_one_section_at_a_time),
        scene_test(a_file_of_popx_with_autocommit_runs_outside_of_a_transaction),
        scene_test(a_missing_up_file_stops_up_and_not_down),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
