/* A tenant's schema is hostile ground: nothing that lies there runs as the role that migrates. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* What a tripwire touches is there even when its transaction is rolled back. */
#define WIRE    "CREATE SEQUENCE public.wire; GRANT ALL ON SEQUENCE public.wire TO PUBLIC;"
#define TRIPPED "SELECT is_called FROM public.wire"

#define OUR_COLUMNS                                                                                \
    "version VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMP, description TEXT, checksum TEXT, "    \
    "duration_ms BIGINT, run_id TEXT"

/* A tenant with a schema of its own, and a target file for it. */
static const char *tenant_database(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db,
              "DO $$ BEGIN CREATE ROLE hostile_tenant LOGIN; EXCEPTION WHEN duplicate_object THEN "
              "END $$; CREATE SCHEMA ten AUTHORIZATION hostile_tenant;" WIRE));
    folder_write(s->folder, "ten.conf", "[ten]\nurl = %s\nschema = ten\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", "DROP TABLE a");
    scene_migration(s, "2_b", "-- pgmarch: no-transaction\nCREATE TABLE b (id int);\nSELECT 1;",
                    "-- pgmarch: no-transaction\nDROP TABLE b;");
    scene_migration(s, "3_c", "SELECT 1", "SELECT 1");
    folder_write(s->folder, "migrations/3_c.verify.sql", "SELECT true");
    return db;
}

/* ---- operators, functions, types, tables ---- */

/* In `ten`, by the tenant, everything that a name without its schema could find there: operators
 * over all pairs of the types in question, functions of the names and arguments that pg_catalog
 * has, types, and views of the catalogs' names. Each touches the wire. */
#define TRIPWIRES                                                                                  \
    "SET ROLE hostile_tenant;"                                                                     \
    "DO $do$ DECLARE a text; b text; o text; f record; BEGIN"                                      \
    " FOREACH a IN ARRAY "                                                                         \
    "ARRAY['varchar','text','name','int2','int4','int8','oid','regclass','bool',"                  \
    "   '\"char\"','timestamp','timestamptz','float8','xid'] LOOP"                                 \
    "  FOREACH b IN ARRAY "                                                                        \
    "ARRAY['varchar','text','name','int2','int4','int8','oid','regclass','bool',"                  \
    "    '\"char\"','timestamp','timestamptz','float8','interval'] LOOP"                           \
    "   EXECUTE pg_catalog.format('CREATE FUNCTION ten.trip(pg_catalog.%%s, pg_catalog.%%s) "      \
    "RETURNS "                                                                                     \
    "     pg_catalog.bool LANGUAGE plpgsql AS $f$ BEGIN PERFORM "                                  \
    "pg_catalog.nextval(''public.wire''); "                                                        \
    "     RETURN true; END $f$', a, b);"                                                           \
    "   FOREACH o IN ARRAY ARRAY['=','<>','<','>','<=','>=','||','+','-','*','/','~','~~','!~~'] " \
    "LOOP"                                                                                         \
    "    EXECUTE pg_catalog.format('CREATE OPERATOR ten.%%s (LEFTARG = pg_catalog.%%s, RIGHTARG "  \
    "= "                                                                                           \
    "      pg_catalog.%%s, FUNCTION = ten.trip)', o, a, b);"                                       \
    "   END LOOP; END LOOP; END LOOP;"                                                             \
    " FOR f IN SELECT p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) AS "         \
    "arguments, "                                                                                  \
    "   pg_catalog.format_type(p.prorettype, NULL) AS result FROM pg_catalog.pg_proc p WHERE "     \
    "   p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset AND "  \
    "   p.provariadic = 0 AND pg_catalog.pg_get_function_identity_arguments(p.oid) !~ "            \
    "'internal|any|"                                                                               \
    "OUT ' AND p.proname IN (%s) LOOP"                                                             \
    "  EXECUTE pg_catalog.format('CREATE FUNCTION ten.%%I(%%s) RETURNS %%s LANGUAGE plpgsql AS "   \
    "$f$ "                                                                                         \
    "    BEGIN PERFORM pg_catalog.nextval(''public.wire''); END $f$', f.proname, "                 \
    "    f.arguments, f.result);"                                                                  \
    " END LOOP;"                                                                                   \
    " FOREACH a IN ARRAY "                                                                         \
    "ARRAY['pg_locks','pg_stat_activity','pg_class','pg_namespace','pg_index',"                    \
    "   'pg_database','pg_trigger','pg_rewrite','pg_policy','pg_roles','pg_auth_members'] LOOP"    \
    "  EXECUTE pg_catalog.format('CREATE VIEW ten.%%I AS SELECT "                                  \
    "pg_catalog.nextval(''public.wire'')', a);"                                                    \
    " END LOOP;"                                                                                   \
    " CREATE FUNCTION ten.check_it(pg_catalog.text) RETURNS pg_catalog.bool LANGUAGE plpgsql AS "  \
    "$f$ "                                                                                         \
    "   BEGIN PERFORM pg_catalog.nextval('public.wire'); RETURN true; END $f$;"                    \
    " FOREACH a IN ARRAY ARRAY['text','int4','int8','oid'] LOOP"                                   \
    "  EXECUTE pg_catalog.format('CREATE DOMAIN ten.%%I AS pg_catalog.%%I CHECK "                  \
    "    (ten.check_it(value::pg_catalog.text))', a, a);"                                          \
    " END LOOP;"                                                                                   \
    "END $do$"

/* The functions that our statements call, and some that they might. */
static const char functions[] =
    "'pg_backend_pid','current_setting','to_regclass','to_regnamespace','pg_postmaster_start_time',"
    "'pg_try_advisory_lock','pg_try_advisory_xact_lock','pg_advisory_unlock_all','timezone',"
    "'clock_timestamp','date_part','plainto_tsquery','left','version','set_config','pg_has_role',"
    "'pg_get_userbyid','current_database','date_trunc','pg_terminate_backend','btrim','starts_with'"
    ","
    "'parse_ident','pg_table_is_visible','count','now','string_agg','upper','lower','length'";

/* Each command, as a superuser; what becomes of it does not matter here. */
static void run_everything(scene *s) {
    static const char *const commands[] = {
        "status -t ten.conf",
        "up --dry-run -t ten.conf",
        "baseline 1_a -t ten.conf",
        "up -t ten.conf",
        "up --flush-each -t ten.conf",
        "status -t ten.conf",
        "repair -t ten.conf",
        "validate --online -t ten.conf",
        "down -t ten.conf --to 1_a",
        "adopt --from dbmate --ledger other -t ten.conf",
        "adopt --from flyway --ledger other -t ten.conf",
        "down -t ten.conf",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        shell_result result = march(s, "%s", commands[i]);
        shell_free(&result);
    }
}

/* Has the wire been there at all? A tripwire that cannot be touched proves nothing. */
static void assert_wire_works(const char *db) {
    free(psql(db, "SELECT 'a'::varchar OPERATOR(ten.=) 'b'::varchar"));
    assert_psql(db, TRIPPED, "t");
}

static void nothing_of_the_tenants_runs_as_us(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_names");
    free(psql(db, TRIPWIRES, functions));
    run_everything(s);
    assert_psql(db, TRIPPED, "f");
    assert_wire_works(db);
}

static void nor_where_its_schema_comes_before_the_catalog(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_path");
    free(psql(db, TRIPWIRES, functions));
    folder_write(s->folder, "ten.conf", "[ten]\nurl = %s\nledger = public.schema_migrations\n",
                 scene_url(s, db));
    free(psql(db, "ALTER DATABASE %s SET search_path = ten, pg_catalog, public", db));
    run_everything(s);
    assert_psql(db, TRIPPED, "f");
    assert_wire_works(db);
    free(psql(db, "ALTER DATABASE %s RESET search_path", db));
}

static void nor_behind_a_pooler(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_pooled");
    free(psql(db, TRIPWIRES, functions));
    bouncer pool = bouncer_start();
    folder_write(s->folder, "ten.conf",
                 "[ten]\nurl = postgresql://postgres@127.0.0.1:%d/%s\nschema = ten\n", pool.port,
                 db);
    scene_migration(s, "2_b", "CREATE TABLE b (id int)", "DROP TABLE b");
    run_everything(s);
    assert_psql(db, TRIPPED, "f");
    assert_psql(db, "SELECT count(*) OPERATOR(pg_catalog.>) 0 FROM ten.schema_migrations", "t");
    bouncer_stop(&pool);
}

/* ---- a ledger that is not ours ---- */

static json_t *refused_target(scene *s, const char *command, json_t **report) {
    json_t *target = failed_target(s, scene_text(s, "%s -t ten.conf", command), report);
    assert_json(target, "error.phase", "read");
    assert_part(json_text(target, "error.message"), "belongs to role hostile_tenant");
    assert_part(json_text(target, "error.hint"), "trust_ledger = true");
    return target;
}

static void assert_refused(scene *s, const char *command) {
    json_t *report;
    (void)refused_target(s, command, &report);
    json_decref(report);
}

static void a_strangers_ledger_is_not_written_to(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"up", "up --dry-run", "baseline 1_a"};
    const char *db = tenant_database(s, "hostile_ledger");
    free(psql(db, "SET ROLE hostile_tenant; CREATE TABLE ten.schema_migrations (" OUR_COLUMNS ");"
                  "CREATE FUNCTION ten.trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
                  "nextval('public.wire'); RETURN NEW; END $$;"
                  "CREATE TRIGGER t BEFORE INSERT ON ten.schema_migrations FOR EACH ROW EXECUTE "
                  "FUNCTION ten.trip()"));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        assert_refused(s, commands[i]);
    }
    assert_march(s, 0, "status -t ten.conf"); /* reading a plain table runs nobody's code */
    assert_psql(db, TRIPPED, "f");
    assert_psql(db, "SELECT to_regclass('ten.a') IS NULL", "t");
    assert_march(s, 0, "up --trust-ledger -t ten.conf");
    assert_psql(db, TRIPPED, "t");
}

static void a_strangers_view_is_not_even_read(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"status", "up", "up --dry-run", "down", "repair"};
    const char *db = tenant_database(s, "hostile_view");
    free(psql(db, "SET ROLE hostile_tenant; CREATE TABLE ten.t (" OUR_COLUMNS ");"
                  "CREATE VIEW ten.schema_migrations AS SELECT t.* FROM ten.t, (SELECT "
                  "nextval('public.wire')) w"));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        assert_refused(s, commands[i]);
    }
    assert_psql(db, TRIPPED, "f");
}

static void a_strangers_notes_of_progress_are_not_used(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_progress");
    free(psql(db, "SET ROLE hostile_tenant; CREATE VIEW ten.pgmarch_progress AS SELECT ''::text AS "
                  "ledger, ''::text AS version, 'up'::text AS direction, 0 AS statement, false AS "
                  "running, nextval('public.wire')::text AS checksum, ''::text AS run_id"));
    assert_refused(s, "up");
    assert_refused(s, "status");
    assert_psql(db, TRIPPED, "f");
}

static void another_tools_table_of_a_stranger_is_not_adopted(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_adopt");
    free(psql(
        db,
        "SET ROLE hostile_tenant; CREATE VIEW ten.goose_db_version AS SELECT 1 AS id, "
        "nextval('public.wire') AS version_id, true AS is_applied, now()::timestamp AS tstamp"));
    assert_refused(s, "adopt --from goose");
    assert_psql(db, TRIPPED, "f");
}

static void a_ledger_of_a_superuser_or_of_our_own_is_used(void **state) {
    scene *s = *state;
    const char *db = tenant_database(s, "hostile_own");
    assert_march(s, 0, "up -t ten.conf");
    folder_write(s->folder, "ten.conf",
                 "[ten]\nurl = postgresql://hostile_tenant@127.0.0.1:%d/%s\nschema = ten\n",
                 cluster_port(), db);
    free(psql(db, "GRANT ALL ON ten.schema_migrations, ten.pgmarch_progress TO hostile_tenant"));
    scene_migration(s, "4_d", "SELECT 1", NULL);
    assert_march(s, 0, "up -t ten.conf"); /* the superuser's */
    free(psql(db, "ALTER TABLE ten.schema_migrations OWNER TO hostile_tenant"));
    scene_migration(s, "5_e", "SELECT 1", NULL);
    assert_march(s, 0, "up -t ten.conf"); /* its own */
}

/* ---- our own replies ---- */

static void a_column_named_like_ours_changes_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "hostile_guard");
    scene_migration(
        s, "1_a",
        "SELECT 5 AS \"pgmarch guard\"; SELECT 7 AS \"pgmarch guard \"; CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "SELECT 5000000 AS \"pgmarch guard\"; SELECT 1/0", NULL);
    folder_write(s->folder, "migrations/1_a.verify.sql",
                 "SELECT 1 AS \"pgmarch verify\"; SELECT true");
    shell_result result = march(s, "up --format json -u %s", scene_url(s, db));
    json_t *report = report_of(&result);
    shell_free(&result);
    json_t *target = json_at(report, "targets.0");
    assert_json(target, "error.sqlstate", "22012");
    assert_json(target, "error.phase", "migrate");
    assert_int_equal(json_number(target, "error.line"), 1);
    assert_json_list(target, "applied", "1_a");
    json_decref(report);
    assert_ledger(db, "1_a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(nothing_of_the_tenants_runs_as_us),
        scene_test(nor_where_its_schema_comes_before_the_catalog),
        scene_test(nor_behind_a_pooler),
        scene_test(a_strangers_ledger_is_not_written_to),
        scene_test(a_strangers_view_is_not_even_read),
        scene_test(a_strangers_notes_of_progress_are_not_used),
        scene_test(another_tools_table_of_a_stranger_is_not_adopted),
        scene_test(a_ledger_of_a_superuser_or_of_our_own_is_used),
        scene_test(a_column_named_like_ours_changes_nothing),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
