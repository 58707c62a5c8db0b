/* `role =`: a login that may do nothing itself, and a role that all objects belong to. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* The login inherits nothing and may not even look into the schema: whatever is not said as the
 * role fails. The role's name needs its quotes. */
#define ROLE  "Roles Owner"
#define LOGIN "roles_login"

static const char *url_of(scene *s, const char *db) {
    return scene_text(s, "postgresql://" LOGIN "@127.0.0.1:%d/%s", cluster_port(), db);
}

static void make_roles(void) {
    static const char *const roles[][2] = {
        {ROLE, ""}, {LOGIN, "LOGIN NOINHERIT"}, {"roles_other", ""}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        free(psql("postgres",
                  "DO $$ BEGIN CREATE ROLE \"%s\" %s; EXCEPTION WHEN duplicate_object OR "
                  "unique_violation THEN END $$",
                  roles[i][0], roles[i][1]));
    }
    free(psql("postgres", "GRANT \"" ROLE "\", roles_other TO " LOGIN));
}

static const char *owned_database(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    make_roles();
    free(psql(db,
              "REVOKE ALL ON SCHEMA public FROM PUBLIC;"
              "GRANT ALL ON SCHEMA public TO \"" ROLE "\";"
              "GRANT CREATE ON DATABASE \"%s\" TO \"" ROLE "\"",
              db));
    folder_write(s->folder, "t.conf", "[t]\nurl = %s\nrole = " ROLE "\n", url_of(s, db));
    return db;
}

/* The database is given back with nothing in it that keeps its name. */
static void leave(const char *db) {
    free(psql(db, "DROP OWNED BY \"" ROLE "\", " LOGIN ", roles_other CASCADE"));
}

/* What belongs to anybody else, of tables, sequences, indexes and schemas of ours. */
static void assert_owned(const char *db) {
    assert_psql(db,
                "SELECT string_agg(c.relname || ' ' || c.relowner::regrole, ',') FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND "
                "n.nspname <> 'information_schema' AND c.relowner <> '\"" ROLE "\"'::regrole",
                "");
    assert_psql(db,
                "SELECT count(*) > 0 FROM pg_class WHERE relname = 'schema_migrations' AND "
                "relowner = '\"" ROLE "\"'::regrole",
                "t");
}

/* ---- files in a transaction ---- */

static void everything_belongs_to_the_role_whatever_a_file_does(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_batch");
    static const char *const ends[] = {"RESET ROLE",
                                       "SET ROLE roles_other",
                                       "RESET ALL",
                                       "SET SESSION AUTHORIZATION DEFAULT",
                                       "SET SESSION AUTHORIZATION roles_login",
                                       "SET LOCAL ROLE NONE",
                                       "SELECT set_config('role', 'roles_other', false)",
                                       "DEALLOCATE ALL; SET ROLE NONE",
                                       "SELECT 1"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        scene_migration(
            s, scene_text(s, "%zu_m", i + 1),
            scene_text(s, "CREATE TABLE t%zu (id serial PRIMARY KEY);\n%s;\n", i, ends[i]),
            scene_text(s, "DROP TABLE t%zu;\n%s;\n", i, ends[i]));
    }
    assert_march(s, 0, "up --to 3 -t t.conf");
    assert_march(s, 0, "up -t t.conf");
    assert_ledger(db, "1_m,2_m,3_m,4_m,5_m,6_m,7_m,8_m,9_m");
    assert_owned(db);
    assert_march(s, 0, "status -t t.conf");
    assert_march(s, 0, "validate --online -t t.conf");
    assert_march(s, 0, "down --to 0 -t t.conf");
    assert_ledger(db, "");
    leave(db);
}

static void a_failed_file_leaves_the_ones_before_it_to_the_role(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_fail");
    scene_migration(s, "1_a", "CREATE TABLE a (); RESET ROLE", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b (); SET ROLE roles_other; CREATE TABLE c ()", NULL);
    shell_result result = march(s, "up -t t.conf");
    assert_status(&result, 1);
    assert_out(&result, "no schema has been selected to create in");
    shell_free(&result);
    assert_ledger(db, "1_a");
    assert_owned(db);
    leave(db);
}

static void a_verify_file_begins_as_the_role(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_verify");
    static const char verify[] = "SELECT current_user = '" ROLE "' AS ours; SET ROLE NONE;";
    scene_migration(s, "1_a", "CREATE TABLE a (); SET ROLE NONE", NULL);
    scene_migration(s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b ();\nSET ROLE NONE;",
                    NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    folder_write(s->folder, "migrations/1_a.verify.sql", "%s", verify);
    folder_write(s->folder, "migrations/2_b.verify.sql", "%s", verify);
    assert_march(s, 0, "up -t t.conf");
    assert_ledger(db, "1_a,2_b,3_c");
    assert_owned(db);
    leave(db);
}

/* ---- files without one ---- */

static void without_a_transaction_too(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_alone");
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nCREATE TABLE a (x int);\n"
                    "CREATE INDEX CONCURRENTLY a_x ON a (x);\nRESET ROLE;\nSELECT 1;\n",
                    NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    scene_migration(s, "3_c",
                    "-- pgmarch: no-transaction\nSET ROLE roles_other;\nDISCARD ALL;\n"
                    "CREATE TABLE c ();\n",
                    NULL);
    scene_migration(s, "4_d", "-- pgmarch: no-transaction\nCREATE TABLE d ();\n", NULL);
    assert_march(s, 0, "up -t t.conf");
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_owned(db);
    leave(db);
}

/* In a file the statements run as it said, as with psql; what is noted of them, as the role. */
static void a_role_that_a_file_takes_lasts_to_its_end(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_lasts");
    free(psql(db, "GRANT USAGE, CREATE ON SCHEMA public TO roles_other"));
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nSET ROLE roles_other;\nCREATE TABLE a ();\n"
                    "CREATE TABLE b ();\n",
                    NULL);
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db,
                "SELECT string_agg(tableowner, ',') FROM pg_tables WHERE tablename IN "
                "('a', 'b')",
                "roles_other,roles_other");
    free(psql(db, "DROP TABLE a, b"));
    assert_owned(db);
    leave(db);
}

static void what_is_half_done_goes_on_and_is_repaired_as_the_role(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_half");
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nCREATE TABLE a ();\nSET ROLE NONE;\n"
                    "SELECT 1/0;\n",
                    NULL);
    assert_march(s, 1, "up -t t.conf");
    assert_psql(db, "SELECT statement FROM pgmarch_progress", "2");
    assert_owned(db);
    assert_march(s, 0, "repair 1 --forget -t t.conf");
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
    leave(db);
}

/* ---- the ledger alone ---- */

static void edits_of_the_ledger_are_the_roles(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_edit");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    assert_march(s, 0, "baseline 1 -t t.conf");
    assert_owned(db);
    free(psql(db, "UPDATE schema_migrations SET checksum = 'x'"));
    assert_march(s, 0, "repair -t t.conf");
    assert_march(s, 0, "up -t t.conf");
    assert_ledger(db, "1_a,2_b");
    free(psql(db, "SET ROLE \"" ROLE "\"; CREATE TABLE goose_db_version (id serial PRIMARY KEY, "
                  "version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp);"
                  "INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true)"));
    assert_march(s, 0, "adopt --from goose --ledger ours -t t.conf");
    assert_psql(db, "SELECT version FROM ours", "1_a");
    assert_owned(db);
    leave(db);
}

static void a_schema_that_is_made_belongs_to_the_role(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_schema");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    folder_write(s->folder, "t.conf",
                 "[t]\nurl = %s\nrole = " ROLE "\nschema = ten\ncreate_schema = true\n",
                 url_of(s, db));
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db, "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'ten'",
                "\"" ROLE "\"");
    assert_owned(db);
    leave(db);
}

/* The login is a superuser here, whose own rights would allow it. */
static void a_ledger_of_neither_role_nor_login_is_a_strangers(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_stranger");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "baseline 1 --role '" ROLE "' -u %s", scene_url(s, db));
    assert_march(s, 0, "up --role '" ROLE "' -u %s", scene_url(s, db));
    free(psql(db, "ALTER TABLE schema_migrations OWNER TO roles_other; "
                  "GRANT ALL ON schema_migrations TO \"" ROLE "\""));
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result result = march(s, "up --role '" ROLE "' -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "belongs to role roles_other");
    shell_free(&result);
    leave(db);
}

/* ---- which role ---- */

static void assert_refused(scene *s, const char *arguments, const char *sqlstate,
                           const char *message, const char *hint) {
    json_t *report;
    json_t *target = failed_target(s, arguments, &report);
    assert_json(target, "error.sqlstate", sqlstate);
    assert_json(target, "error.message", message);
    assert_part(json_text(target, "error.hint"), hint);
    assert_json_list(target, "applied", "");
    json_decref(report);
}

static void a_role_that_cannot_be_had_stops_before_anything_runs(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_none");
    const char *url = url_of(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    static const char *const commands[] = {"up", "status", "up --dry-run", "baseline 1"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *command = commands[i];
        assert_refused(s, scene_text(s, "%s --role 'no \"such' -u %s", command, url), "22023",
                       "role \"no \"such\" does not exist", "CREATE ROLE");
        assert_refused(s, scene_text(s, "%s --role postgres -u %s", command, url), "42501",
                       "permission denied to set role \"postgres\"", "GRANT \"postgres\" TO");
    }
    assert_untouched(db);
    leave(db);
}

static void the_files_own_role_wins_over_option_and_variable(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_wins");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up --to 1 --role roles_other -t t.conf");
    assert_owned(db);
    leave(db);
    const char *other = owned_database(s, "roles_env");
    shell_result result = march_sh(s, "PGMARCH_ROLE='" ROLE "' exec \"$PGMARCH_BIN\" up -u %s",
                                   url_of(s, other));
    assert_status(&result, 0);
    shell_free(&result);
    assert_owned(other);
    leave(other);
}

/* The way it had to be said before. */
static void a_role_set_by_connection_options_is_kept(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_options");
    scene_migration(s, "1_a", "CREATE TABLE a (); SET ROLE roles_other", NULL);
    scene_migration(s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b ();\n", NULL);
    folder_write(s->folder, "t.conf", "[t]\nurl = %s\noptions = -c role=Roles\\ Owner\n",
                 url_of(s, db));
    assert_march(s, 0, "up -t t.conf");
    assert_ledger(db, "1_a,2_b");
    assert_owned(db);
    folder_write(s->folder, "t.conf",
                 "[t]\nurl = %s\noptions = -c role=roles_other\nrole = " ROLE "\n", url_of(s, db));
    scene_migration(s, "3_c", "CREATE TABLE c ()", NULL);
    assert_march(s, 0, "up -t t.conf");
    assert_owned(db);
    leave(db);
}

/* ---- sessions that serve others too ---- */

static void the_next_target_of_a_session_has_its_own_role(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_reuse");
    free(psql(db, "CREATE SCHEMA one AUTHORIZATION \"" ROLE "\"; CREATE SCHEMA two; "
                  "CREATE SCHEMA three AUTHORIZATION roles_other"));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b ();\n", NULL);
    folder_write(s->folder, "t.conf",
                 "[defaults]\nurl = %s\njobs = 1\n[t1]\nschema = one\nrole = " ROLE
                 "\n[t2]\nschema = two\n[t3]\nschema = three\nrole = roles_other\n",
                 scene_url(s, db));
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db,
                "SELECT schemaname, string_agg(DISTINCT tableowner, ','), count(*) FROM pg_tables "
                "WHERE schemaname IN ('one', 'two', 'three') GROUP BY 1 ORDER BY 1",
                "one|" ROLE "|4\nthree|roles_other|4\ntwo|postgres|4");
    leave(db);
}

static void behind_a_pooler_the_role_ends_with_each_transaction(void **state) {
    scene *s = *state;
    const char *db = owned_database(s, "roles_pooled");
    bouncer pool = bouncer_start();
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    scene_migration(s, "1_a", "CREATE TABLE a (); RESET ROLE", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b (); SET ROLE roles_other", "DROP TABLE b");
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT current_user = '" ROLE "'");
    assert_march(s, 0, "baseline 1 --role '" ROLE "' -u %s", url);
    free(psql(db, "DELETE FROM schema_migrations"));
    assert_march(s, 0, "up --role '" ROLE "' -u %s", url);
    assert_ledger(db, "1_a,2_b");
    assert_owned(db);
    scene_migration(s, "3_c", "CREATE TABLE c (); SELECT 1/0", NULL);
    assert_march(s, 1, "up --role '" ROLE "' -u %s", url);
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SELECT current_user' "
                                 "-c 'SELECT session_user'",
                                 pool.port, db);
    assert_string_equal(next.out, "postgres\npostgres\n");
    shell_free(&next);
    assert_march(s, 0, "down --to 0 --role '" ROLE "' -u %s", url);
    bouncer_stop(&pool);
    leave(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(everything_belongs_to_the_role_whatever_a_file_does),
        scene_test(a_failed_file_leaves_the_ones_before_it_to_the_role),
        scene_test(a_verify_file_begins_as_the_role),
        scene_test(without_a_transaction_too),
        scene_test(a_role_that_a_file_takes_lasts_to_its_end),
        scene_test(what_is_half_done_goes_on_and_is_repaired_as_the_role),
        scene_test(edits_of_the_ledger_are_the_roles),
        scene_test(a_schema_that_is_made_belongs_to_the_role),
        scene_test(a_ledger_of_neither_role_nor_login_is_a_strangers),
        scene_test(a_role_that_cannot_be_had_stops_before_anything_runs),
        scene_test(the_files_own_role_wins_over_option_and_variable),
        scene_test(a_role_set_by_connection_options_is_kept),
        scene_test(the_next_target_of_a_session_has_its_own_role),
        scene_test(behind_a_pooler_the_role_ends_with_each_transaction),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
