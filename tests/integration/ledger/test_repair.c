/* repair: edited files accepted, runs that never ended forgotten. */
#include "integration/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void two(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
}

/* Both files of a migration. */
static void folder_rename(scene *s, const char *from, const char *to) {
    static const char *const ways[] = {"up", "down"};
    for (size_t i = 0; i < 2; i++) {
        const char *old_path = scene_text(s, "%s/migrations/%s.%s.sql", s->folder, from, ways[i]);
        const char *new_path = scene_text(s, "%s/migrations/%s.%s.sql", s->folder, to, ways[i]);
        assert_int_equal(rename(old_path, new_path), 0);
    }
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
    assert_march(s, 0, "repair --dry-run --forget 1_v -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "1");
    shell_result result = march(s, "repair --forget 1_v -u %s", scene_url(s, db));
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

/* ---- files that have another name or number now ---- */

static void repair_takes_a_renamed_file_over(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_renamed");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    char *times = psql(db, "SELECT applied_at, run_id, duration_ms, checksum FROM "
                           "schema_migrations ORDER BY version");
    folder_rename(s, "2_b", "2_better");
    shell_result stopped = march(s, "up -u %s", scene_url(s, db));
    assert_status(&stopped, 1);
    assert_out(&stopped,
               "\"2_b\" is applied, and the file of that number is called \"2_better\" now");
    assert_out(&stopped, "`pgmarch repair` takes the row over to the new name");
    shell_free(&stopped);
    json_t *look = run_json(s, 0, "repair --dry-run", db);
    assert_json_list(look, "targets.0.pending", "2_b");
    assert_json(look, "targets.0.changes.0",
                "2_b: becomes 2_better, the name that its file has now");
    json_decref(look);
    assert_ledger(db, "1_a,2_b");
    json_t *done = run_json(s, 0, "repair", db);
    assert_json(done, "targets.0.outcome", "applied");
    assert_json_list(done, "targets.0.applied", "2_b");
    json_decref(done);
    assert_ledger(db, "1_a,2_better");
    assert_psql(db, "SELECT description FROM schema_migrations WHERE version = '2_better'",
                "better");
    assert_psql(db,
                "SELECT applied_at, run_id, duration_ms, checksum FROM schema_migrations "
                "ORDER BY version",
                times);
    free(times);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
}

/* Nothing waits for repair, which then tidies up what is left; before it, it saves the run. */
static void repair_takes_a_renamed_repeatable_file_over(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_repeatable");
    folder_write(s->folder, "migrations/V1__log.sql", "CREATE TABLE log (id serial)");
    folder_write(s->folder, "migrations/R__a.sql", "INSERT INTO log DEFAULT VALUES");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    shell_result renamed = march_sh(s, "mv migrations/R__a.sql migrations/R__b.sql");
    shell_free(&renamed);
    json_t *done = run_json(s, 0, "repair", db);
    assert_json(done, "targets.0.changes.0", "R__a: becomes R__b, the name that its file has now");
    json_decref(done);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*) FROM log", "1");
    assert_ledger(db, "R__b,V1__log");
    renamed = march_sh(s, "mv migrations/R__b.sql migrations/R__c.sql");
    shell_free(&renamed);
    shell_result up = march(s, "up -u %s", scene_url(s, db));
    assert_status(&up, 0);
    assert_out(&up, "\"R__b\" is applied, and the very same file is called \"R__c\" now: up runs "
                    "it once more");
    shell_free(&up);
    assert_psql(db, "SELECT count(*) FROM log", "2");
    done = run_json(s, 0, "repair", db);
    assert_json(done, "targets.0.changes.0",
                "R__b: the row goes, its file is R__c now and has run");
    json_decref(done);
    assert_ledger(db, "R__c,V1__log");
    shell_result status = march(s, "status -u %s", scene_url(s, db));
    assert_nowhere(&status, "R__b");
    shell_free(&status);
}

/* Found before anything runs: the file would fail with 42P07, or worse, run. */
static void a_renumbered_file_stops_up_and_repair_takes_it_over(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_renumbered");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    folder_rename(s, "2_b", "7_b");
    scene_migration(s, "6_new", "CREATE TABLE new ()", NULL);
    json_t *stopped = run_json(s, 1, "up", db);
    assert_json(stopped, "targets.0.error.phase", "plan");
    assert_json(stopped, "targets.0.error.version", "2_b");
    assert_json(stopped, "targets.0.error.message",
                "\"2_b\" is applied, and the very same file is called \"7_b\" now: up would run it "
                "a second time");
    assert_json_list(stopped, "targets.0.pending", "6_new");
    json_decref(stopped);
    assert_psql(db, "SELECT to_regclass('new') IS NULL", "t");
    shell_result result = march(s, "repair -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "2_b: becomes 7_b, the number that its file has now");
    shell_free(&result);
    assert_ledger(db, "1_a,7_b");
    assert_march(s, 0, "up --out-of-order -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,6_new,7_b");
}

static void repair_never_guesses_which_of_two_files_is_meant(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_alike");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    folder_rename(s, "2_b", "7_x");
    scene_migration(s, "8_y", "CREATE TABLE b ()", NULL);
    shell_result stopped = march(s, "up -u %s", scene_url(s, db));
    assert_status(&stopped, 1);
    assert_out(&stopped, "\"7_x\", \"8_y\" may be it");
    shell_free(&stopped);
    shell_result result = march(s, "repair -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "\"2_b\" is left as it is");
    shell_free(&result);
    assert_ledger(db, "1_a,2_b");
}

/* The row that is read at the end is not the one that the trigger gave back. */
static void repair_sees_a_trigger_that_keeps_the_old_name(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "repair_trigger");
    two(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    folder_rename(s, "2_b", "7_b");
    free(psql(db, "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS "
                  "'BEGIN NEW.version := OLD.version; RETURN NEW; END';"
                  "CREATE TRIGGER keep BEFORE UPDATE ON schema_migrations FOR EACH ROW "
                  "EXECUTE FUNCTION keep()"));
    shell_result result = march(s, "repair -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "the ledger did not take the row");
    shell_free(&result);
    assert_ledger(db, "1_a,2_b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h01_repair_accepts_an_edited_file),
        scene_test(repair_forgets_a_row_that_never_ended),
        scene_test(repair_forgets_a_half_done_migration),
        scene_test(repair_of_a_database_without_a_ledger_does_nothing),
        scene_test(repair_takes_a_renamed_file_over),
        scene_test(repair_takes_a_renamed_repeatable_file_over),
        scene_test(a_renumbered_file_stops_up_and_repair_takes_it_over),
        scene_test(repair_never_guesses_which_of_two_files_is_meant),
        scene_test(repair_sees_a_trigger_that_keeps_the_old_name),
        scene_test(repair_asks_before_it_writes_to_production),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
