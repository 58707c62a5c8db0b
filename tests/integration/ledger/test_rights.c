/* What a migrating role needs, and what is said when one thing is missing: DATABASE.md, "Roles and
 * rights". Also: advice that fits where it is given. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

static const char *role_url(scene *s, const char *db) {
    return scene_text(s, "postgresql://rights_role@127.0.0.1:%d/%s", cluster_port(), db);
}

/* The ledger is the superuser's, and the role has what the document lists: nothing more. */
static const char *narrow_database(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    free(psql(db, "DO $$ BEGIN CREATE ROLE rights_role LOGIN; EXCEPTION WHEN duplicate_object THEN "
                  "END $$; REVOKE ALL ON SCHEMA public FROM PUBLIC"));
    assert_march(s, 0, "up --to 1 -u %s", scene_url(s, db));
    free(psql(db,
              "CREATE TABLE pgmarch_progress (ledger text, version varchar(255), direction text, "
              "statement int NOT NULL, running boolean NOT NULL, checksum text, run_id text, pid "
              "int, updated_at timestamp, PRIMARY KEY (ledger, version, direction));"
              "GRANT USAGE, CREATE ON SCHEMA public TO rights_role;"
              "GRANT SELECT, INSERT, UPDATE, DELETE ON schema_migrations, pgmarch_progress TO "
              "rights_role"));
    scene_migration(s, "2_b", "CREATE TABLE b (id int)", "DROP TABLE b");
    scene_migration(s, "3_c", "-- pgmarch: no-transaction\nCREATE TABLE c (id int);\nSELECT 1;",
                    "-- pgmarch: no-transaction\nDROP TABLE c;");
    return db;
}

static void the_rights_that_are_documented_suffice(void **state) {
    scene *s = *state;
    const char *db = narrow_database(s, "rights_all");
    assert_march(s, 0, "up -u %s", role_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
    assert_march(s, 0, "status -u %s", role_url(s, db));
    assert_march(s, 0, "down --to 1 -u %s", role_url(s, db));
    free(psql(db, "UPDATE schema_migrations SET checksum = 'x'"));
    assert_march(s, 0, "repair -u %s", role_url(s, db));
    free(psql(db, "DELETE FROM schema_migrations"));
    assert_march(s, 0, "baseline 2 -u %s", role_url(s, db));
    assert_ledger(db, "1_a,2_b");
    free(psql(db, "DROP OWNED BY rights_role"));
}

typedef struct lack {
    const char *revoke;
    const char *command;
    const char *told; /* in message, detail or hint */
} lack;

static void what_is_missing_is_named(void **state) {
    scene *s = *state;
    static const lack lacks[] = {
        {"REVOKE SELECT ON schema_migrations", "up",
         "permission denied for table schema_migrations"},
        {"REVOKE INSERT ON schema_migrations", "up",
         "permission denied for table schema_migrations"},
        {"REVOKE UPDATE ON schema_migrations", "up",
         "the role needs SELECT, INSERT, UPDATE and DELETE on the ledger"},
        {"REVOKE DELETE ON schema_migrations", "down --to 1",
         "permission denied for table schema_migrations"},
        {"REVOKE CREATE ON SCHEMA public", "up", "permission denied for schema public"},
        {"REVOKE USAGE, CREATE ON SCHEMA public", "up", "has no USAGE on it"},
        {"REVOKE SELECT ON pgmarch_progress", "up", "permission denied for table pgmarch_progress"},
        {"REVOKE UPDATE ON pgmarch_progress", "up", "permission denied for table pgmarch_progress"},
    };
    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
        const char *db = narrow_database(s, scene_text(s, "rights_%zu", i));
        if (strncmp(lacks[i].command, "down", 4) == 0) {
            assert_march(s, 0, "up -u %s", role_url(s, db));
        }
        free(psql(db, "%s FROM rights_role", lacks[i].revoke));
        shell_result result = march(s, "%s -u %s", lacks[i].command, role_url(s, db));
        assert_status(&result, 1);
        assert_out(&result, lacks[i].told);
        shell_free(&result);
        free(psql(db, "DROP OWNED BY rights_role"));
    }
}

static void a_schema_that_may_not_be_used_is_not_called_missing(void **state) {
    scene *s = *state;
    const char *db = narrow_database(s, "rights_schema");
    static const char *const ledgers[] = {"schema_migrations", "public.other"};
    static const char *const messages[] = {"permission denied for schema closed",
                                           "this role has no right to use the schema \"closed\""};
    free(psql(db, "CREATE SCHEMA closed"));
    for (size_t i = 0; i < 2; i++) {
        folder_write(s->folder, "t.conf",
                     "[t]\nurl = %s\nschema = closed\ncreate_schema = true\nledger = %s\n",
                     role_url(s, db), ledgers[i]);
        json_t *report;
        json_t *target = failed_target(s, "up -t t.conf", &report);
        assert_json(target, "error.sqlstate", "42501");
        assert_json(target, "error.message", messages[i]);
        assert_part(json_text(target, "error.hint"), "GRANT USAGE");
        json_decref(report);
    }
    free(psql(db, "DROP OWNED BY rights_role"));
}

static void a_role_without_connections_is_told_of_its_own_limit(void **state) {
    scene *s = *state;
    const char *db = narrow_database(s, "rights_limit");
    free(psql(db, "ALTER ROLE rights_role CONNECTION LIMIT 0"));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up --connect-wait 0 -u %s", role_url(s, db)),
                                   &report);
    assert_json(target, "error.sqlstate", "53300");
    assert_part(json_text(target, "error.hint"), "ALTER ROLE ... CONNECTION LIMIT");
    assert_null(strstr(json_text(target, "error.hint"), "max_connections"));
    json_decref(report);
    free(psql(db, "ALTER ROLE rights_role CONNECTION LIMIT -1; DROP OWNED BY rights_role"));
}

/* ---- advice ---- */

/* A file that was renumbered after it was applied to the fleet: its table is full of rows. */
static void what_exists_already_is_not_to_be_dropped(void **state) {
    scene *s = *state;
    const char *dbs[2];
    for (size_t i = 0; i < 2; i++) {
        dbs[i] = scene_database(s, scene_text(s, "advice_%zu", i));
    }
    folder_write(s->folder, "t.conf", "[one]\nurl = %s\n[two]\nurl = %s\n", scene_url(s, dbs[0]),
                 scene_url(s, dbs[1]));
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", NULL);
    assert_march(s, 0, "up -t t.conf");
    scene_migration(s, "2_again", "CREATE TABLE a (id int)", NULL);
    shell_result result = march(s, "up -t t.conf");
    assert_status(&result, 1);
    assert_out(&result, "relation \"a\" already exists");
    assert_out(&result, "leave it there and find out what made it");
    assert_nowhere(&result, "drop");
    shell_free(&result);
}

static void a_warning_of_a_file_is_in_every_report(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "advice_warning");
    scene_migration(s, "1_a", "DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$", NULL);
    scene_migration(s, "2_b",
                    "-- pgmarch: no-transaction\nDO $$ BEGIN RAISE WARNING 'and the step'; END $$;",
                    NULL);
    shell_result result = march(s, "up --report report.json -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_err(&result, "1_a: mind the gap");
    assert_err(&result, "2_b: and the step");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.warnings.0", "1_a: mind the gap");
    assert_json(report, "targets.0.warnings.1", "2_b: and the step");
    json_decref(report);
}

static void warnings_without_end_do_not_pile_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "advice_many");
    scene_migration(
        s, "1_a", "DO $$ BEGIN FOR i IN 1..2000 LOOP RAISE WARNING 'number %', i; END LOOP; END $$",
        NULL);
    assert_march(s, 0, "up --report report.json -u %s", scene_url(s, db));
    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_array_size(json_at(report, "targets.0.warnings")), 21);
    assert_json(report, "targets.0.warnings.20",
                "the server warned more often than is listed here");
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_rights_that_are_documented_suffice),
        scene_test(what_is_missing_is_named),
        scene_test(a_schema_that_may_not_be_used_is_not_called_missing),
        scene_test(a_role_without_connections_is_told_of_its_own_limit),
        scene_test(what_exists_already_is_not_to_be_dropped),
        scene_test(a_warning_of_a_file_is_in_every_report),
        scene_test(warnings_without_end_do_not_pile_up),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
