/* baseline: a database that has its schema already gets a ledger. */
#include "integration/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void three(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
}

static void baseline_records_rows_and_runs_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline");
    three(s);
    free(psql(db, "CREATE TABLE a (); CREATE TABLE b ()"));
    shell_result result = march(s, "baseline 2 --format json -u %s", scene_url(s, db));
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report, "run.command", "baseline");
    assert_json(report, "targets.0.outcome", "applied");
    assert_json_list(report, "targets.0.applied", "1_a,2_b");
    assert_json_list(report, "targets.0.pending", "");
    const char *id = scene_text(s, "%s", json_text(report, "run.id"));
    json_decref(report);
    assert_psql(db,
                "SELECT version, description, duration_ms, length(checksum), "
                "applied_at > timezone('UTC', now()) - interval '1 hour' FROM schema_migrations "
                "ORDER BY 1",
                "1_a|a|0|64|t\n2_b|b|0|64|t");
    assert_sql("t", db, "SELECT bool_and(run_id = '%s') FROM schema_migrations", id);
    assert_psql(db, "SELECT to_regclass('c') IS NULL", "t");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
}

static void baseline_dry_run_lists_and_touches_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline_dry");
    three(s);
    shell_result result = march(s, "baseline 3_c --dry-run -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "3 migrations would be recorded: 1_a, 2_b, 3_c\n");
    assert_out(&result, "(dry run: nothing changed)");
    shell_free(&result);
    assert_untouched(db);
}

static void h11_baseline_refuses_where_rows_exist_and_goes_on_elsewhere(void **state) {
    scene *s = *state;
    const char *fresh = scene_database(s, "h11_fresh");
    const char *used = scene_database(s, "h11_used");
    three(s);
    assert_march(s, 0, "up --to 1 -u %s", scene_url(s, used));
    char *before = psql(used, "TABLE schema_migrations");
    folder_write(s->folder, "fleet.conf", "[used]\nurl = %s\n[fresh]\nurl = %s\n",
                 scene_url(s, used), scene_url(s, fresh));
    shell_result result = march(s, "baseline 2 -t fleet.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    json_t *refused = report_target(report, "used");
    assert_json(refused, "outcome", "failed");
    assert_json(refused, "error.phase", "plan");
    assert_json(refused, "error.version", "1_a");
    assert_non_null(strstr(json_text(refused, "error.message"), "the first is \"1_a\""));
    assert_json_list(refused, "applied", "");
    assert_json(report_target(report, "fresh"), "outcome", "applied");
    json_decref(report);
    assert_psql(used, "TABLE schema_migrations", before);
    free(before);
    assert_ledger(fresh, "1_a,2_b");
    assert_march(s, 0, "up -t fleet.conf");
    assert_psql(used, "SELECT to_regclass('b') IS NOT NULL", "t");
    assert_psql(fresh, "SELECT to_regclass('b') IS NULL", "t");
}

static void baseline_takes_over_an_empty_ledger_of_three_columns(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline_three");
    three(s);
    free(psql(db, "CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY, "
                  "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, description TEXT)"));
    assert_march(s, 0, "baseline 1 -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
}

static void baseline_keeps_to_schema_and_ledger_of_the_target(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline_schema");
    three(s);
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nurl = %s\ncreate_schema = true\n[one]\nschema = one\n"
                 "[two]\nschema = two\nledger = own\n",
                 scene_url(s, db));
    assert_march(s, 0, "baseline 2 -t fleet.conf --ledger elsewhere");
    assert_psql(db, "SELECT (SELECT count(*) FROM one.elsewhere), (SELECT count(*) FROM two.own)",
                "2|2");
    assert_psql(db, "SELECT to_regclass('schema_migrations') IS NULL", "t");
}

static void baseline_refuses_a_version_that_does_not_exist(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline_usage");
    three(s);
    assert_march(s, 2, "baseline 7 -u %s", scene_url(s, db));
    assert_march(s, 2, "baseline -u %s", scene_url(s, db));
    assert_march(s, 2, "baseline 2 --ledger 'a b' -u %s", scene_url(s, db));
    assert_untouched(db);
}

static void baseline_asks_before_it_writes_to_production(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "baseline_prod");
    three(s);
    folder_write(s->folder, "fleet.conf", "[p]\nurl = %s\nproduction = true\n", scene_url(s, db));
    assert_march(s, 2, "baseline 2 -t fleet.conf");
    assert_untouched(db);
    assert_march(s, 0, "baseline 2 --yes -t fleet.conf");
    assert_ledger(db, "1_a,2_b");
}

/* ---- a dump as the file to begin with ---- */

static void dump(scene *s, const char *db, const char *options) {
    shell_result result = march_sh(s, "pg_dump --no-owner %s -f migrations/1_schema.up.sql '%s'",
                                   options, scene_url(s, db));
    assert_status(&result, 0);
    shell_free(&result);
}

/* It holds the ledger of the database it was made of, and of a file without a transaction more. */
static void
a_dump_of_a_migrated_database_is_refused_with_its_ledger_and_runs_without(void **state) {
    need_dump();
    scene *s = *state;
    const char *db = scene_database(s, "dump_from");
    const char *fresh = scene_database(s, "dump_to");
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", NULL);
    scene_migration(s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b ();\nVACUUM a;\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT to_regclass('pgmarch_progress') IS NOT NULL", "t");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(remove(scene_text(s, "%s/migrations/%s", s->folder,
                                           i == 0 ? "1_a.up.sql" : "2_b.up.sql")),
                         0);
    }
    static const char *const kinds[] = {"", "--schema-only", "--data-only", "--column-inserts",
                                        "--exclude-table='*.schema_migrations'"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        dump(s, db, kinds[i]);
        shell_result refused = march(s, "up -u %s", scene_url(s, fresh));
        assert_int_equal(refused.status, 2);
        assert_err(&refused, "is a ledger of pgmarch");
        assert_err(&refused, "--exclude-table='*.pgmarch_progress'");
        shell_free(&refused);
        assert_untouched(fresh);
    }
    dump(s, db, "--exclude-table='*.schema_migrations' --exclude-table='*.pgmarch_progress'");
    assert_march(s, 0, "up -u %s", scene_url(s, fresh));
    assert_ledger(fresh, "1_schema");
    assert_psql(fresh, "SELECT to_regclass('public.a') IS NOT NULL", "t");
}

/* One of three columns looks like any other tool's: the server finds it, and is told apart. */
static void a_file_that_makes_a_ledger_of_three_columns_gets_a_hint_of_its_own(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dump_three");
    scene_migration(s, "1_a",
                    "CREATE TABLE schema_migrations (version varchar(255), applied_at timestamp, "
                    "description text)",
                    NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "relation \"schema_migrations\" already exists");
    assert_out(&result, "this is the ledger, which pgmarch has made before");
    assert_nowhere(&result, "find out what made it");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(baseline_records_rows_and_runs_nothing),
        scene_test(baseline_dry_run_lists_and_touches_nothing),
        scene_test(h11_baseline_refuses_where_rows_exist_and_goes_on_elsewhere),
        scene_test(baseline_takes_over_an_empty_ledger_of_three_columns),
        scene_test(baseline_keeps_to_schema_and_ledger_of_the_target),
        scene_test(baseline_refuses_a_version_that_does_not_exist),
        scene_test(a_dump_of_a_migrated_database_is_refused_with_its_ledger_and_runs_without),
        scene_test(a_file_that_makes_a_ledger_of_three_columns_gets_a_hint_of_its_own),
        scene_test(baseline_asks_before_it_writes_to_production),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
