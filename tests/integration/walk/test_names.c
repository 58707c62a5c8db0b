/*
 * From the third block of a string on, what comes in every block is a prepared statement of ours.
 * No file may notice, whatever it does with the session's prepared statements or with the ledger.
 */
#include "integration/scene.h"

#include <string.h>

#include "support/cmocka_all.h"

static void files_prepare_what_they_like(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "names_own");
    scene_migration(s, "1_a", "CREATE TABLE t (n int)", NULL);
    scene_migration(s, "2_b", "INSERT INTO t VALUES (2)", NULL);
    scene_migration(s, "3_c", "INSERT INTO t VALUES (3)", NULL);
    /* It finds one prepared statement, its own. */
    scene_migration(s, "4_d",
                    "PREPARE p AS INSERT INTO t SELECT 3 + count(*) FROM pg_prepared_statements;"
                    "EXECUTE p",
                    NULL);
    scene_migration(s, "5_e", "PREPARE p AS INSERT INTO t VALUES (5); EXECUTE p", NULL);
    scene_migration(s, "6_f", "DEALLOCATE ALL; INSERT INTO t VALUES (6)", NULL);
    scene_migration(s, "7_g", "INSERT INTO t VALUES (7)", NULL);
    scene_migration(s, "8_h", "INSERT INTO t VALUES (8)", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d,5_e,6_f,7_g,8_h");
    assert_psql(db, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t", "2 3 4 5 6 7 8");
    assert_psql(db, "SELECT count(*) FROM schema_migrations WHERE duration_ms IS NULL", "0");
}

/* Nothing in the files says so: the code that they call meddles behind our back. */
static void assert_survived(scene *s, const char *title, const char *code) {
    const char *db = scene_database(s, title);
    scene_migration(s, "1_a",
                    scene_text(s,
                               "CREATE TABLE t (n int); CREATE FUNCTION meddle() RETURNS void "
                               "LANGUAGE plpgsql AS $$ BEGIN EXECUTE '%s'; END $$",
                               code),
                    NULL);
    scene_migration(s, "2_b", "INSERT INTO t VALUES (2)", NULL);
    scene_migration(s, "3_c", "INSERT INTO t VALUES (3); SELECT meddle()", NULL);
    scene_migration(s, "4_d", "INSERT INTO t VALUES (4); SELECT meddle()", NULL);
    scene_migration(s, "5_e", "INSERT INTO t VALUES (5); SELECT meddle()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d,5_e");
    assert_psql(db, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t", "2 3 4 5");
}

static void code_that_drops_prepared_statements_costs_one_more_try(void **state) {
    assert_survived(*state, "names_dropped", "DEALLOCATE ALL");
}

static void code_that_prepares_one_name_twice_costs_one_more_try(void **state) {
    assert_survived(*state, "names_twice", "PREPARE p AS SELECT 1");
}

/* An error of a statement that was prepared two blocks earlier belongs to the file at work. */
static void assert_named(scene *s, const char *title, const char *sql, const char *words) {
    const char *db = scene_database(s, title);
    scene_migration(s, "5_e", sql, NULL);
    shell_result result = march(s, "up --format json -u %s", scene_url(s, db));
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_json(report, "targets.0.error.version", "5_e");
    assert_json(report, "targets.0.error.file", "migrations/5_e.up.sql");
    assert_non_null(strstr(json_text(report, "targets.0.error.message"), words));
    json_decref(report);
}

static void damage_to_the_ledger_is_named_by_its_file(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE t (n int)", NULL);
    scene_migration(s, "2_b", "INSERT INTO t VALUES (2)", NULL);
    scene_migration(s, "3_c", "INSERT INTO t VALUES (3)", NULL);
    scene_migration(s, "4_d", "INSERT INTO t VALUES (4)", NULL);
    scene_migration(s, "6_f", "INSERT INTO t VALUES (6)", NULL);
    assert_named(s, "names_drop", "DROP TABLE schema_migrations", "drops or renames the ledger");
    assert_named(s, "names_row", "DELETE FROM schema_migrations WHERE version = '5_e'",
                 "removes its own row");
    assert_named(s, "names_column", "ALTER TABLE schema_migrations DROP COLUMN duration_ms",
                 "changes the ledger");
    assert_named(s, "names_end", "INSERT INTO t VALUES (5); SELECT 1/0", "division by zero");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(files_prepare_what_they_like),
        scene_test(code_that_drops_prepared_statements_costs_one_more_try),
        scene_test(code_that_prepares_one_name_twice_costs_one_more_try),
        scene_test(damage_to_the_ledger_is_named_by_its_file),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
