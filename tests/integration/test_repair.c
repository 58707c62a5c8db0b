/* repair: edited files accepted, runs that never ended forgotten. */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void two(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
}

static json_t *run_json(scene *s, int status, const char *command, const char *db) {
    shell_result result = march(s, "%s --format json -u %s", command, scene_url(s, db));
    assert_status(&result, status);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void h01_repair_accepts_an_edited_file(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h01_repair");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    char *times = psql(db, "SELECT version, applied_at, run_id, duration_ms FROM schema_migrations "
                           "ORDER BY 1");
    scene_migration(s, "1_a", "CREATE TABLE a (); -- edited", "DROP TABLE a");
    free(psql(db, "UPDATE schema_migrations SET checksum = NULL WHERE version = '2_b'"));
    char *before = psql(db, "TABLE schema_migrations");
    assert_march(s, 1, "up -u %s", scene_url(s, db));

    json_t *look = run_json(s, 0, "repair --dry-run", db);
    assert_json(look, "targets.0.outcome", "not-run");
    assert_json_list(look, "targets.0.pending", "1_a,2_b");
    assert_non_null(strstr(json_text(look, "targets.0.changes.0"), "1_a: checksum "));
    json_decref(look);
    assert_psql(db, "TABLE schema_migrations", before);
    free(before);

    json_t *done = run_json(s, 0, "repair", db);
    assert_json(done, "targets.0.outcome", "applied");
    assert_json_list(done, "targets.0.applied", "1_a,2_b");
    assert_json_list(done, "targets.0.pending", "");
    assert_non_null(strstr(json_text(done, "targets.0.changes.1"), "2_b: checksum "));
    json_decref(done);
    /* Only the checksums: what is history stays. */
    assert_psql(db,
                "SELECT version, applied_at, run_id, duration_ms FROM schema_migrations "
                "ORDER BY 1",
                times);
    free(times);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    json_t *again = run_json(s, 0, "repair", db);
    assert_json(again, "targets.0.outcome", "up-to-date");
    json_decref(again);
}

static void repair_forgets_a_row_that_never_ended(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_partial");
    two(s);
    assert_march(s, 0, "up --to 1 -u %s", scene_url(s, db));
    free(psql(db, "INSERT INTO schema_migrations (version, run_id) VALUES ('2_b', 'dead')"));
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    shell_result result = march(s, "repair -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "repaired in");
    assert_out(&result, "2_b: the row of a run that never ended goes");
    shell_free(&result);
    assert_ledger(db, "1_a");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
}

static void repair_forgets_a_half_done_migration(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_progress");
    scene_migration(s, "1_v", "-- pgmarch: no-transaction\nCREATE TABLE v ();\nVACUUM nothing;\n",
                    NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT version, statement FROM pgmarch_progress", "1_v|1");
    free(psql(db, "DROP TABLE v"));
    assert_march(s, 1, "baseline 1 -u %s", scene_url(s, db)); /* half done is not empty */
    scene_migration(s, "1_v", "-- pgmarch: no-transaction\nCREATE TABLE v ();\nVACUUM v;\n", NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db)); /* begun with another text */
    assert_march(s, 0, "repair --dry-run -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "1");
    shell_result result = march(s, "repair -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "1_v: up half done (1 statement ran) is forgotten");
    shell_free(&result);
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_v");
}

static void repair_of_a_database_without_a_ledger_does_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_none");
    two(s);
    assert_march(s, 0, "repair -u %s", scene_url(s, db));
    assert_untouched(db);
}

static void repair_asks_before_it_writes_to_production(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_ask");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    free(psql(db, "UPDATE schema_migrations SET checksum = 'x'"));
    folder_write(s->folder, "fleet.conf", "[p]\nurl = %s\nproduction = true\n", scene_url(s, db));
    assert_march(s, 2, "repair -t fleet.conf");
    assert_psql(db, "SELECT count(*) FROM schema_migrations WHERE checksum = 'x'", "2");
    assert_march(s, 0, "repair --yes -t fleet.conf");
    assert_psql(db, "SELECT count(*) FROM schema_migrations WHERE checksum = 'x'", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h01_repair_accepts_an_edited_file),
        scene_test(repair_forgets_a_row_that_never_ended),
        scene_test(repair_forgets_a_half_done_migration),
        scene_test(repair_of_a_database_without_a_ledger_does_nothing),
        scene_test(repair_asks_before_it_writes_to_production),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
