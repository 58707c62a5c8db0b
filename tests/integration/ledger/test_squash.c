/* squash: a history becomes one file. */
#include "integration/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void history(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
    scene_migration(s, "4_d", "CREATE TABLE d ()", "DROP TABLE d");
}

static void take_away(scene *s, const char *version) {
    static const char *const ways[] = {"up", "down"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            remove(scene_text(s, "%s/migrations/%s.%s.sql", s->folder, version, ways[i])), 0);
    }
}

/* What somebody does who squashes 1 to 3. */
static void squash_files(scene *s) {
    take_away(s, "1_a");
    take_away(s, "2_b");
    take_away(s, "3_c");
    scene_migration(s, "3_schema", "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c ()", NULL);
}

static const char *fleet(scene *s, const char *one, const char *two) {
    folder_write(s->folder, "fleet.conf", "[one]\nurl = %s\n[two]\nurl = %s\n", scene_url(s, one),
                 scene_url(s, two));
    return "fleet.conf";
}

static json_t *run_json(scene *s, int status, const char *command) {
    shell_result result = march(s, "%s --format json -t fleet.conf", command);
    assert_status(&result, status);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void squash_makes_one_row_of_a_history_and_up_goes_on_behind_it(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "squash_one");
    const char *two = scene_database(s, "squash_two");
    history(s);
    (void)fleet(s, one, two);
    assert_march(s, 0, "up -t fleet.conf");
    assert_march(s, 0, "down -u %s", scene_url(s, two)); /* 4_d is none of its business */
    char *was = psql(one, "SELECT applied_at, run_id FROM schema_migrations WHERE version = '3_c'");
    squash_files(s);

    /* Until then nothing runs twice. */
    shell_result stopped = march(s, "up -t fleet.conf");
    assert_status(&stopped, 1);
    assert_out(&stopped, "`pgmarch squash 3_schema`");
    shell_free(&stopped);

    json_t *look = run_json(s, 0, "squash 3 --dry-run");
    assert_json(look, "run.command", "squash");
    assert_json(look, "targets.0.outcome", "not-run");
    assert_json_list(look, "targets.0.pending", "1_a,2_b,3_c");
    assert_json(look, "targets.0.changes.0", "1_a: its row goes, 3_schema stands for it");
    json_decref(look);
    assert_ledger(one, "1_a,2_b,3_c,4_d");

    json_t *done = run_json(s, 0, "squash 3");
    assert_json(done, "targets.0.outcome", "applied");
    assert_json_list(done, "targets.0.applied", "1_a,2_b,3_c");
    assert_json(done, "targets.1.outcome", "applied");
    json_decref(done);
    assert_ledger(one, "3_schema,4_d");
    assert_ledger(two, "3_schema");
    assert_psql(one, "SELECT description, length(checksum) FROM schema_migrations ORDER BY 1",
                "d|64\nschema|64");
    assert_psql(one, "SELECT applied_at, run_id FROM schema_migrations WHERE version = '3_schema'",
                was);
    free(was);

    shell_result up = march(s, "up -t fleet.conf");
    assert_status(&up, 0);
    assert_nowhere(&up, "has no file"); /* nothing warns any more */
    shell_free(&up);
    assert_ledger(two, "3_schema,4_d");
    json_t *again = run_json(s, 0, "squash 3");
    assert_json(again, "targets.0.outcome", "up-to-date");
    json_decref(again);
    /* A new database runs the file. */
    const char *fresh = scene_database(s, "squash_fresh");
    assert_march(s, 0, "up -u %s", scene_url(s, fresh));
    assert_ledger(fresh, "3_schema,4_d");
}

/* The squash took the name of the last file, and the others are still there to be compared with. */
static void squash_compares_the_files_that_are_still_there(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "squash_there");
    const char *two = scene_database(s, "squash_lacks");
    history(s);
    (void)fleet(s, one, two);
    assert_march(s, 0, "up -t fleet.conf");
    free(psql(two, "DELETE FROM schema_migrations WHERE version = '2_b'"));
    scene_migration(s, "3_c", "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c ()", NULL);
    json_t *refused = run_json(s, 1, "squash 3");
    assert_json(refused, "targets.0.outcome", "not-run");
    assert_json(refused, "targets.1.outcome", "failed");
    assert_json(refused, "targets.1.error.message", "\"2_b\" is not applied here");
    json_decref(refused);
    assert_ledger(one, "1_a,2_b,3_c,4_d"); /* one that cannot keeps all from it */
    json_t *done = run_json(s, 0, "squash 3 --only one");
    assert_json(done, "targets.0.outcome", "applied");
    json_decref(done);
    assert_ledger(one, "3_c,4_d");
    take_away(s, "1_a");
    take_away(s, "2_b");
    assert_march(s, 0, "up -u %s", scene_url(s, one));
    assert_march(s, 1, "squash 3 -u %s --dry-run", scene_url(s, scene_database(s, "squash_empty")));
}

/* The files are gone: that one lacks a migration is seen beside the others only. */
static void squash_refuses_targets_that_do_not_have_the_same_rows(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "squash_even");
    const char *two = scene_database(s, "squash_uneven");
    history(s);
    (void)fleet(s, one, two);
    assert_march(s, 0, "up -t fleet.conf");
    free(psql(two, "DELETE FROM schema_migrations WHERE version = '2_b'"));
    squash_files(s);
    static const char *const commands[] = {"squash 3 --dry-run", "squash 3"};
    for (size_t i = 0; i < 2; i++) {
        shell_result refused = march(s, "%s -t fleet.conf", commands[i]);
        assert_status(&refused, 2);
        assert_err(&refused, "the rows to be squashed are not the same on all targets:\n"
                             "    3 rows, 1_a to 3_c, on 1 target: one\n"
                             "    2 rows, 1_a to 3_c, on 1 target: two\n");
        assert_err(&refused, "nothing was touched");
        shell_free(&refused);
        assert_ledger(one, "1_a,2_b,3_c,4_d");
    }
    assert_march(s, 0, "squash 3 -t fleet.conf --only one");
    assert_ledger(one, "3_schema,4_d");
    /* What is squashed already does not stand against the rest. */
    assert_march(s, 0, "squash 3 -t fleet.conf");
    assert_ledger(two, "3_schema,4_d");
}

static void squash_asks_before_it_writes_to_production(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "squash_ask");
    history(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    squash_files(s);
    folder_write(s->folder, "fleet.conf", "[p]\nurl = %s\nproduction = true\n", scene_url(s, db));
    assert_march(s, 2, "squash 3 -t fleet.conf");
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_march(s, 0, "squash 3 --yes -t fleet.conf");
    assert_ledger(db, "3_schema,4_d");
}

/* All of it or nothing, also where a trigger keeps one row. */
static void squash_leaves_all_rows_where_one_does_not_go(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "squash_trigger");
    history(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    squash_files(s);
    free(psql(db, "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS "
                  "'BEGIN INSERT INTO schema_migrations(version) VALUES (OLD.version);"
                  "RETURN OLD; END';"
                  "CREATE TRIGGER keep AFTER DELETE ON schema_migrations FOR EACH ROW "
                  "WHEN (OLD.version = '2_b') EXECUTE FUNCTION keep()"));
    shell_result result = march(s, "squash 3 -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "the ledger did not take the row");
    shell_free(&result);
    assert_ledger(db, "1_a,2_b,3_c,4_d");
}

static void squash_takes_a_version_that_is_there(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "squash_usage");
    history(s);
    assert_march(s, 2, "squash -u %s", scene_url(s, db));
    assert_march(s, 2, "squash 7 -u %s", scene_url(s, db));
    folder_write(s->folder, "migrations/5_e.down.sql", "SELECT 1");
    assert_march(s, 2, "squash 5 -u %s", scene_url(s, db));
    assert_untouched(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(squash_makes_one_row_of_a_history_and_up_goes_on_behind_it),
        scene_test(squash_compares_the_files_that_are_still_there),
        scene_test(squash_refuses_targets_that_do_not_have_the_same_rows),
        scene_test(squash_asks_before_it_writes_to_production),
        scene_test(squash_leaves_all_rows_where_one_does_not_go),
        scene_test(squash_takes_a_version_that_is_there),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
