/* `search_path_extra =`: tenants in schemas of their own, who share the extensions of another. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* citext lies in public, as hstore does; another in a schema that it has for itself. */
static const char *shared_database(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE EXTENSION citext SCHEMA public; CREATE SCHEMA ext; "
                  "CREATE EXTENSION hstore SCHEMA ext; CREATE SCHEMA ten"));
    return db;
}

static void write_target(scene *s, const char *db, const char *more) {
    folder_write(s->folder, "t.conf", "[t]\nurl = %s\nschema = ten\n%s\n", scene_url(s, db), more);
}

/* Of tables and views, all but the extensions' own. */
static void assert_only_in(const char *db, const char *schemas) {
    assert_psql(db,
                "SELECT string_agg(DISTINCT n.nspname, ',' ORDER BY n.nspname) FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','i','S') "
                "AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
                schemas);
}

static void files_use_what_is_shared_and_make_what_is_theirs(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_use");
    write_target(s, db, "search_path_extra = public, ext");
    scene_migration(s, "1_a", "CREATE TABLE a (mail citext PRIMARY KEY)", "DROP TABLE a");
    scene_migration(s, "2_b",
                    "-- pgmarch: no-transaction\nCREATE TABLE b (kv hstore);\n"
                    "CREATE INDEX CONCURRENTLY b_kv ON b USING gin (kv);\n",
                    "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c AS SELECT 'x'::citext AS x, hstore('k', 'v') AS kv",
                    "DROP TABLE c");
    folder_write(s->folder, "migrations/1_a.verify.sql",
                 "SELECT 'A'::citext = 'a' AS folded, current_schema = 'ten' AS home");
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT hstore('a', 'b') ? 'a'");
    assert_march(s, 0, "up -t t.conf");
    assert_only_in(db, "ten");
    assert_psql(db, "SELECT count(*) FROM ten.schema_migrations", "3");
    assert_march(s, 0, "status -t t.conf");
    assert_march(s, 0, "down --to 0 -t t.conf");
    assert_psql(db, "SELECT count(*) FROM ten.schema_migrations", "0");
}

/* What is in public is another's history, whatever its name. */
static void a_ledger_of_the_shared_schema_is_not_the_tenants(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_ledger");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    free(psql(db, "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint, "
                  "is_applied boolean, tstamp timestamp);"
                  "INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true)"));
    write_target(s, db, "search_path_extra = public");
    shell_result adopt = march(s, "adopt --from goose -t t.conf");
    assert_status(&adopt, 1);
    assert_out(&adopt, "there is no table \"goose_db_version\"");
    shell_free(&adopt);
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db, "SELECT count(*) FROM ten.schema_migrations", "1");
    assert_psql(db, "SELECT to_regclass('ten.a') IS NOT NULL", "t");
}

static void a_missing_schema_is_never_the_one_behind_it(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_missing");
    free(psql(db, "DROP SCHEMA ten"));
    scene_migration(s, "1_a", "CREATE TABLE a (x citext)", NULL);
    write_target(s, db, "search_path_extra = public");
    json_t *report;
    json_t *target = failed_target(s, "up -t t.conf", &report);
    assert_json(target, "error.sqlstate", "3F000");
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "0");
    write_target(s, db, "search_path_extra = public\ncreate_schema = true");
    assert_march(s, 0, "up -t t.conf");
    assert_only_in(db, "ten");
}

static void a_schema_that_may_not_be_used_is_not_passed_over(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_hidden");
    free(psql("postgres", "DO $$ BEGIN CREATE ROLE shared_role; EXCEPTION WHEN duplicate_object OR "
                          "unique_violation THEN END $$"));
    free(psql(db, "GRANT ALL ON SCHEMA public TO shared_role"));
    scene_migration(s, "1_a", "CREATE TABLE a (x citext)", NULL);
    write_target(s, db, "search_path_extra = public\nrole = shared_role");
    json_t *report;
    json_t *target = failed_target(s, "up -t t.conf", &report);
    assert_json(target, "error.sqlstate", "42501");
    assert_json(target, "error.message", "permission denied for schema ten");
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "0");
    free(psql(db, "GRANT ALL ON SCHEMA ten TO shared_role"));
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db,
                "SELECT string_agg(schemaname || tableowner, ',') FROM pg_tables WHERE "
                "tableowner = 'shared_role'",
                "tenshared_role,tenshared_role");
    free(psql(db, "DROP OWNED BY shared_role CASCADE"));
}

/* The ledger lies elsewhere, so that the claim alone would not notice. */
static void a_schema_that_goes_in_the_middle_stops_the_next_file(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_gone");
    scene_migration(s, "1_a", "DROP SCHEMA ten", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    write_target(s, db, "search_path_extra = public\nledger = ext.ten_migrations");
    json_t *report;
    json_t *target = failed_target(s, "up -t t.conf", &report);
    assert_part(json_text(target, "error.message"), "the schema of this target is gone");
    assert_part(json_text(target, "error.hint"), "where nothing was made instead");
    assert_json_list(target, "applied", "1_a");
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "0");
}

static void behind_a_pooler_the_path_ends_with_each_transaction(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "shared_pooled");
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", "CREATE TABLE a (x citext)", NULL);
    folder_write(s->folder, "t.conf",
                 "[t]\nurl = postgresql://postgres@127.0.0.1:%d/%s\nschema = ten\n"
                 "search_path_extra = public\n",
                 pool.port, db);
    assert_march(s, 0, "up -t t.conf");
    assert_only_in(db, "ten");
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SHOW search_path'",
                                 pool.port, db);
    assert_string_equal(next.out, "\"$user\", public\n");
    shell_free(&next);
    bouncer_stop(&pool);
}

/* ---- what is not found ---- */

typedef struct absence {
    const char *file;
    const char *target;
    const char *hint;
} absence;

static void what_another_schema_has_is_told(void **state) {
    scene *s = *state;
    static const absence absences[] = {
        {"CREATE TABLE x (a citext)", "", "\"citext\" is in schema public"},
        {"CREATE TABLE x (a citext)", "", "say `search_path_extra = public`"},
        {"CREATE TABLE x (a hstore[])", "search_path_extra = public",
         "\"hstore\" is in schema ext"},
        {"SELECT akeys(NULL)", "", "\"akeys\" is in schema ext"},
        {"SELECT 'a=>b'::ext.hstore #= NULL::ext.hstore", "", "\"#=\" is in schema ext"},
        {"SELECT * FROM shared_countries", "", "\"shared_countries\" is in schema public"},
        {"-- pgmarch: no-transaction\nCREATE TABLE x (a citext);", "",
         "say `search_path_extra = public`"},
    };
    for (size_t i = 0; i < sizeof absences / sizeof *absences; i++) {
        const char *db = shared_database(s, scene_text(s, "absent_%zu", i));
        free(psql(db, "CREATE TABLE public.shared_countries ()"));
        scene_migration(s, "1_a", "CREATE TABLE first ()", NULL);
        scene_migration(s, "2_x", absences[i].file, NULL);
        write_target(s, db, absences[i].target);
        json_t *report;
        json_t *target = failed_target(s, "up -t t.conf", &report);
        assert_part(json_text(target, "error.hint"), absences[i].hint);
        assert_json_list(target, "applied", "1_a");
        json_decref(report);
    }
}

/* Also by a verify file, whose error is rolled back for itself alone. */
static void what_a_verify_file_does_not_find_is_told(void **state) {
    scene *s = *state;
    static const char *const marks[] = {"", "-- pgmarch: no-transaction\n"};
    for (size_t i = 0; i < 2; i++) {
        const char *db = shared_database(s, scene_text(s, "absent_verify_%zu", i));
        scene_migration(s, "1_a", scene_text(s, "%sCREATE TABLE a ();", marks[i]), NULL);
        folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT 'a'::citext = 'A';\n");
        write_target(s, db, "");
        json_t *report;
        json_t *target = failed_target(s, "up -t t.conf", &report);
        assert_json(target, "error.file", "migrations/1_a.verify.sql");
        assert_part(json_text(target, "error.hint"), "say `search_path_extra = public`");
        json_decref(report);
        write_target(s, db, "search_path_extra = public");
        assert_march(s, 0, "up -t t.conf");
    }
}

/* In another tenant's schema it is no advice; and what is nowhere has none. */
static void what_is_another_tenants_is_not_told(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "absent_tenant");
    free(psql(db, "CREATE SCHEMA other; CREATE TABLE other.theirs ()"));
    write_target(s, db, "");
    static const char *const files[] = {"SELECT * FROM theirs", "SELECT * FROM nowhere"};
    for (size_t i = 0; i < 2; i++) {
        scene_migration(s, "1_x", files[i], NULL);
        shell_result result = march(s, "up -t t.conf");
        assert_status(&result, 1);
        assert_nowhere(&result, "is in schema");
        shell_free(&result);
    }
}

static void without_a_schema_the_roles_path_is_named(void **state) {
    scene *s = *state;
    const char *db = shared_database(s, "absent_own");
    scene_migration(s, "1_x", "CREATE TABLE x (kv hstore)", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "add ext to the search_path of the role that migrates");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(files_use_what_is_shared_and_make_what_is_theirs),
        scene_test(a_ledger_of_the_shared_schema_is_not_the_tenants),
        scene_test(a_missing_schema_is_never_the_one_behind_it),
        scene_test(a_schema_that_may_not_be_used_is_not_passed_over),
        scene_test(a_schema_that_goes_in_the_middle_stops_the_next_file),
        scene_test(behind_a_pooler_the_path_ends_with_each_transaction),
        scene_test(what_another_schema_has_is_told),
        scene_test(what_a_verify_file_does_not_find_is_told),
        scene_test(what_is_another_tenants_is_not_told),
        scene_test(without_a_schema_the_roles_path_is_named),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
