/* Schema targets: one database, many tenants in it. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static const char *const SIXTY_THREE =
    "s23456789_123456789_123456789_123456789_123456789_123456789_123";

/* s05: names that need quotes. */
static void s05_a_schema_name_may_be_any_name(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s05");
    const char *const names[] = {"Tenant-1", "a\"b", "ünï", SIXTY_THREE, "UPPER", "with space"};
    enum { NAMES = sizeof names / sizeof names[0] };
    char *text = text_format("[defaults]\ncreate_schema = true\n");
    for (size_t i = 0; i < NAMES; i++) {
        char *longer = text_format("%s[t%zu]\nurl = %s\nschema = %s\n", text, i, scene_url(s, db),
                                   names[i]);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    assert_int_equal(strlen(SIXTY_THREE), 63);
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    assert_march(s, 0, "up -t targets.conf");
    for (size_t i = 0; i < NAMES; i++) {
        assert_sql("a,schema_migrations", db,
                   "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class c "
                   "JOIN pg_namespace n ON n.oid = relnamespace "
                   "WHERE relkind = 'r' AND nspname = $q$%s$q$",
                   names[i]);
    }
    assert_psql(db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "0");
    shell_result status = march(s, "status -t targets.conf --format json");
    assert_status(&status, 0);
    json_t *report = report_of(&status);
    shell_free(&status);
    for (size_t i = 0; i < NAMES; i++) {
        assert_json_list(report_target(report, scene_text(s, "t%zu", i)), "applied", "1_a");
    }
    json_decref(report);
    assert_march(s, 0, "down -t targets.conf");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 'a'", "0");
}

/* A missing schema is an error, never "everything in public". */
static void s05_the_sessions_own_schema_may_be_any_name(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s05_own");
    free(psql(db,
              "CREATE SCHEMA \"Odd \"\" One\"; ALTER DATABASE %s SET search_path ="
              " \"Odd \"\" One\"",
              db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
}

static void s05_a_missing_schema_is_an_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s05_missing");
    folder_write(s->folder, "targets.conf", "[acme]\nurl = %s\nschema = acme\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result up = march(s, "up -t targets.conf");
    assert_status(&up, 1);
    assert_out(&up, "acme");
    assert_out(&up, "create_schema = true");
    shell_free(&up);
    assert_untouched(db);
}

static void a_schema_created_by_us_is_created_once(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "schema_once");
    folder_write(s->folder, "targets.conf",
                 "[acme]\nurl = %s\nschema = acme\ncreate_schema = true\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "status -t targets.conf");
    assert_march(s, 0, "up -t targets.conf --dry-run");
    assert_untouched(db);
    assert_march(s, 0, "up -t targets.conf");
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db, "SELECT version FROM acme.schema_migrations", "1_a");
}

/* The ledger lies elsewhere, and is whole before: a baseline of nothing, or another run that broke
 * off. */
static void a_schema_beside_a_ledger_that_is_there_is_created(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "schema_beside");
    folder_write(s->folder, "targets.conf",
                 "[acme]\nurl = %s\nschema = acme\ncreate_schema = true\nledger = ops.acme\n",
                 scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    assert_march(s, 0, "up -t targets.conf");
    assert_march(s, 0, "down -t targets.conf");
    free(psql(db, "DROP SCHEMA acme"));
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db, "SELECT to_regclass('acme.a') IS NOT NULL", "t");
    assert_march(s, 0, "down -t targets.conf");
    free(psql(db, "DROP SCHEMA acme"));
    scene_migration(s, "1_a", "-- pgmarch: no-transaction\nCREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db, "SELECT to_regclass('acme.a') IS NOT NULL", "t");
    assert_psql(db, "SELECT string_agg(version, ',') FROM ops.acme", "1_a");
}

static void a_schema_that_is_gone_while_its_ledger_is_not_is_not_made_anew(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "schema_gone");
    folder_write(s->folder, "targets.conf",
                 "[acme]\nurl = %s\nschema = acme\ncreate_schema = true\nledger = ops.acme\n",
                 scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -t targets.conf");
    free(psql(db, "DROP SCHEMA acme CASCADE"));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result up = march(s, "up -t targets.conf");
    assert_status(&up, 1);
    assert_out(&up,
               "schema \"acme\" does not exist, though its ledger lists 1 migration as applied");
    assert_out(&up, "restore the schema");
    shell_free(&up);
    assert_psql(db, "SELECT to_regnamespace('acme') IS NULL", "t");
    shell_result status = march(s, "status -t targets.conf");
    assert_status(&status, 0);
    assert_out(&status, "though its ledger lists 1 migration as applied");
    shell_free(&status);
}

/* l05: the lock's key holds the schema, so tenants of one database do not wait for each other. */
static void l05_schemas_of_one_database_march_side_by_side(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l05");
    char *text = text_format("[defaults]\ncreate_schema = true\nper_server = 20\njobs = 20\n");
    for (int i = 1; i <= 20; i++) {
        char *longer = text_format("%s[t%02d]\nurl = %s\nschema = t%02d\n", text, i,
                                   scene_url(s, db), i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    /* All twenty must be inside their migration at one time, or none gets out of it. A sequence is
     * seen by all at once, transactions or not. */
    free(psql(db, "CREATE SEQUENCE public.arrived"));
    scene_migration(s, "1_meet",
                    "DO $$\nBEGIN\n"
                    "  PERFORM nextval('public.arrived');\n"
                    "  FOR i IN 1..600 LOOP\n"
                    "    IF (SELECT last_value FROM public.arrived) >= 20 THEN\n"
                    "      RETURN;\n"
                    "    END IF;\n"
                    "    PERFORM pg_sleep(0.05);\n"
                    "  END LOOP;\n"
                    "  RAISE 'the others never came';\n"
                    "END $$;",
                    NULL);
    shell_result result = march(s, "up -t targets.conf");
    assert_status(&result, 0);
    assert_out(&result, "20 applied");
    shell_free(&result);
}

/* `ledger =` puts the table elsewhere; the target's schema stays the migrations'. */
static void a_ledger_may_live_in_another_schema(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "ledger_elsewhere");
    free(psql(db, "CREATE SCHEMA ops; CREATE SCHEMA acme"));
    folder_write(s->folder, "targets.conf",
                 "[acme]\nurl = %s\nschema = acme\nledger = ops.\"Acme ledger\"\n",
                 scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db, "SELECT version FROM ops.\"Acme ledger\"", "1_a");
    assert_psql(db, "SELECT to_regclass('acme.a') IS NOT NULL", "t");
    assert_march(s, 0, "up -t targets.conf");
    assert_march(s, 0, "down -t targets.conf");
    assert_psql(db, "SELECT count(*) FROM ops.\"Acme ledger\"", "0");
}

/* l06: the same place under two names, found only after connecting. */
static void l06_one_place_named_twice_is_marched_once(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l06");
    folder_write(s->folder, "targets.conf",
                 "[one]\nurl = %s\n[two]\nurl = postgresql://postgres@localhost:%d/%s\n",
                 scene_url(s, db), cluster_port(), db);
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT pg_sleep(0.2)", NULL);
    shell_result result = march(s, "up -t targets.conf --format json");
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_int_equal(json_number(report, "run.counts.applied"), 1);
    assert_int_equal(json_number(report, "run.counts.skipped"), 1);
    json_decref(report);
    assert_ledger(db, "1_a");

    folder_write(s->folder, "same.conf", "[one]\nurl = %s\n[two]\nurl = %s\n", scene_url(s, db),
                 scene_url(s, db));
    shell_result same = march(s, "up -t same.conf");
    assert_status(&same, 2);
    assert_err(&same, "same.conf:3");
    shell_free(&same);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(s05_a_schema_name_may_be_any_name),
        scene_test(s05_the_sessions_own_schema_may_be_any_name),
        scene_test(s05_a_missing_schema_is_an_error),
        scene_test(a_schema_created_by_us_is_created_once),
        scene_test(a_schema_beside_a_ledger_that_is_there_is_created),
        scene_test(a_schema_that_is_gone_while_its_ledger_is_not_is_not_made_anew),
        scene_test(l05_schemas_of_one_database_march_side_by_side),
        scene_test(a_ledger_may_live_in_another_schema),
        scene_test(l06_one_place_named_twice_is_marched_once),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
