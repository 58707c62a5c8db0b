/* pgmarch drift --against-migrations: targets are held against what the migrations make, which no
 * other target can show. */
#include "integration/scene.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* ---- fleets ---- */

static void write_fleet(scene *s, const char *text) {
    shell_result made = march_sh(s, "cat >fleet.conf <<'END'\n%s\nEND", text);
    assert_status(&made, 0);
    shell_free(&made);
}

/* Targets t_1 … of these databases. */
static void fleet_of(scene *s, const char *const *databases, size_t count, const char *more) {
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = scene_text(s, "%s[t_%zu]\nurl = %s\n%s\n", text, i + 1, scene_url(s, databases[i]),
                          more);
    }
    write_fleet(s, text);
}

/* Or of so many schemas of one. */
static void schemas_of(scene *s, const char *db, size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = scene_text(s, "%s[t_%zu]\nurl = %s\nschema = s_%zu\ncreate_schema = true\n", text,
                          i + 1, scene_url(s, db), i + 1);
    }
    write_fleet(s, text);
}

static void town(scene *s) {
    scene_migration(s, "1_users",
                    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email "
                    "text NOT NULL UNIQUE);",
                    NULL);
    scene_migration(s, "2_orders",
                    "CREATE TYPE state AS ENUM ('new', 'paid');\n"
                    "CREATE TABLE orders (id serial PRIMARY KEY, u bigint REFERENCES users, s "
                    "state DEFAULT 'new');\n"
                    "CREATE VIEW open_orders AS SELECT id FROM orders WHERE s = 'new';",
                    NULL);
    scene_migration(s, "3_more", "CREATE INDEX orders_u ON orders (u);", NULL);
}

/* ---- drift ---- */

/* Whose databases are none of another test's. */
#define MAKER "dm_maker"

static const char *scratch_url(scene *s, const char *role) {
    const char *url = scene_url(s, "postgres");
    const char *at = strchr(url, '@');
    assert_non_null(at);
    return scene_text(s, "postgresql://%s%s", role, at);
}

static const char *scratch_of(scene *s) {
    return scene_text(s, "--against-migrations %s", scratch_url(s, MAKER));
}

static void assert_nothing_left(void) {
    assert_sql("0", "postgres",
               "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgmarch\\_drift\\_%%' AND "
               "pg_get_userbyid(datdba) = '" MAKER "'");
}

static int make_maker(void **state) {
    int failed = scene_group_setup(state);
    free(psql("postgres", "CREATE ROLE " MAKER " LOGIN SUPERUSER"));
    return failed;
}

static int drop_maker(void **state) {
    (void)state;
    free(psql("postgres", "DROP ROLE " MAKER));
    return 0;
}

static json_t *drift(scene *s, int expected, const char *options) {
    shell_result result = march(s, "drift --targets fleet.conf --format json %s %s", scratch_of(s),
                                options);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_nothing_left();
    return report;
}

static void expect(scene *s, int exit, const char *options, long long compared, long long drifted) {
    json_t *report = drift(s, exit, options);
    assert_json(report, "drift.norm", "migrations");
    assert_json(report, "drift.norm_name", "the migrations");
    assert_int_equal(json_number(report, "drift.compared"), compared);
    assert_int_equal(json_number(report, "drift.drifted"), drifted);
    json_decref(report);
}

/* ---- what is made ---- */

static void what_all_have_changed_alike_is_seen(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_alike"), scene_database(s, "dm_alike2")};
    town(s);
    fleet_of(s, dbs, 2, "");
    assert_march(s, 0, "up --targets fleet.conf");
    expect(s, 0, "", 2, 0);
    for (size_t i = 0; i < 2; i++) {
        free(psql(dbs[i], "DROP VIEW open_orders; ALTER TABLE users ADD note text"));
    }
    assert_march(s, 0, "drift --targets fleet.conf"); /* they are alike */
    json_t *report = drift(s, 3, "");
    assert_json(report, "cohorts.0.norm", "the migrations");
    assert_int_equal(json_array_size(json_at(report, "cohorts.0.groups.0.targets")), 0);
    assert_json_list(report, "cohorts.0.groups.1.targets", "t_1,t_2");
    assert_json(report, "cohorts.0.groups.1.differences.0.name", "public.users.note");
    assert_json(report, "cohorts.0.groups.1.differences.0.change", "extra");
    assert_json(report, "cohorts.0.groups.1.differences.1.name", "public.open_orders");
    assert_json(report, "cohorts.0.groups.1.differences.1.change", "missing");
    assert_json_list(report, "cohorts.0.groups.1.differences.1.mentioned_in", "2_orders");
    json_decref(report);
    shell_result text = march(s, "drift --targets fleet.conf %s", scratch_of(s));
    assert_status(&text, 3);
    assert_out(&text, "! no target is what the migrations make (");
    assert_out(&text, "✗ 2 targets differ from the norm, all alike: t_1, t_2");
    assert_out(&text, "The norm is what the migrations make");
    shell_free(&text);
}

/* Each is compared with what its own migrations make, also none at all. */
static void targets_at_several_versions_each_have_their_norm(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_v0"), scene_database(s, "dm_v1"),
                         scene_database(s, "dm_v2"), scene_database(s, "dm_v3")};
    town(s);
    fleet_of(s, dbs, 4, "");
    assert_march(s, 0, "up --targets fleet.conf --only t_2 --to 1");
    assert_march(s, 0, "up --targets fleet.conf --only t_3 --to 2");
    assert_march(s, 0, "up --targets fleet.conf --only t_4");
    expect(s, 0, "", 4, 0);
    free(psql(dbs[0], "CREATE TABLE lone (a int)"));
    free(psql(dbs[2], "DROP VIEW open_orders"));
    json_t *report = drift(s, 3, "");
    assert_int_equal(json_number(report, "drift.drifted"), 2);
    assert_int_equal(json_number(report, "drift.not_compared"), 0);
    json_decref(report);
}

static void schemas_are_compared_with_a_schema(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dm_schemas");
    town(s);
    schemas_of(s, db, 4);
    assert_march(s, 0, "up --targets fleet.conf --only t_1,t_2,t_3");
    assert_march(s, 0, "up --targets fleet.conf --only t_4 --to 1");
    expect(s, 0, "", 4, 0);
    free(psql(db, "DROP INDEX s_1.orders_u; DROP INDEX s_2.orders_u; DROP INDEX s_3.orders_u"));
    json_t *report = drift(s, 3, "");
    assert_int_equal(json_number(report, "drift.drifted"), 3);
    assert_json_list(report, "cohorts.0.groups.1.targets", "t_1,t_2,t_3");
    assert_json(report, "cohorts.0.groups.1.differences.0.name", "orders_u");
    json_decref(report);
}

/* Variables, a ledger with a schema of its own, and both kinds of targets. */
static void what_a_target_says_of_its_migrations_counts_there_too(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dm_said");
    const char *other = scene_database(s, "dm_said2");
    scene_migration(s, "1_a",
                    "CREATE TABLE a (x text);\n"
                    "DO $$ BEGIN EXECUTE format('ALTER TABLE a ALTER x SET DEFAULT %L', "
                    "current_setting('pgmarch.region')); END $$;",
                    NULL);
    const char *more = "create_schema = true\nledger = meta.done\nvar.region = eu\n";
    write_fleet(s, scene_text(s, "[t_1]\nurl = %s\n%s[t_2]\nurl = %s\nschema = s_1\n%s",
                              scene_url(s, db), more, scene_url(s, other), more));
    assert_march(s, 0, "up --targets fleet.conf");
    expect(s, 0, "", 2, 0);
}

static void what_the_migrations_make_can_be_saved(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_save")};
    town(s);
    fleet_of(s, dbs, 1, "");
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql(dbs[0], "DROP INDEX orders_u"));
    json_decref(drift(s, 3, "--save made.json"));
    assert_march(s, 3, "drift --targets fleet.conf --against made.json");
    free(psql(dbs[0], "CREATE INDEX orders_u ON orders (u)"));
    assert_march(s, 0, "drift --targets fleet.conf --against made.json");
}

/* ---- what cannot be made ---- */

static void a_set_that_is_no_beginning_of_the_folder_is_not_compared(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_gap"), scene_database(s, "dm_gap2"),
                         scene_database(s, "dm_gap3")};
    town(s);
    fleet_of(s, dbs, 3, "");
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql(dbs[0], "DELETE FROM schema_migrations WHERE version = '2_orders'"));
    free(psql(dbs[1], "UPDATE schema_migrations SET version = '2_gone' WHERE version = "
                      "'2_orders'"));
    json_t *report = drift(s, 0, "");
    assert_int_equal(json_number(report, "drift.compared"), 1);
    assert_int_equal(json_number(report, "drift.not_compared"), 2);
    assert_int_equal(json_number(report, "drift.norm_failed"), 0);
    json_decref(report);
    shell_result text = march(s, "drift --targets fleet.conf %s", scratch_of(s));
    assert_status(&text, 0);
    assert_out(&text, "3_more is applied here without 2_orders, which comes before it");
    assert_out(&text, "2_gone is applied here, and is not in the folder");
    shell_free(&text);
}

static void without_known_versions_nothing_can_be_made(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dm_unknown");
    const char *dbs[] = {db};
    town(s);
    fleet_of(s, dbs, 1, "");
    assert_march(s, 0, "up --targets fleet.conf");
    const char *role = scene_text(s, "%s_looker", db);
    free(psql("postgres", "CREATE ROLE \"%s\" LOGIN", role));
    shell_result result = march_sh(s,
                                   "sed 's/postgres@/%s@/' fleet.conf >looker.conf && "
                                   "\"$PGMARCH_BIN\" drift --targets looker.conf %s",
                                   role, scratch_of(s));
    free(psql("postgres", "DROP ROLE \"%s\"", role));
    assert_status(&result, 0);
    assert_out(&result, "! 1 target not compared, at an unknown version");
    assert_out(&result, "the ledger could not be read");
    shell_free(&result);
}

/* What stands before it is compared all the same. */
static void a_migration_that_fails_there_is_named_and_is_no_success(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_fails"), scene_database(s, "dm_fails2")};
    town(s);
    scene_migration(s, "3_more", "CREATE INDEX orders_u ON orders (u);\nSELECT * FROM old_shop;",
                    NULL);
    fleet_of(s, dbs, 2, "");
    assert_march(s, 0, "up --targets fleet.conf --only t_2 --to 2");
    free(psql(dbs[0], "CREATE TABLE old_shop (a int)"));
    assert_march(s, 0, "up --targets fleet.conf --only t_1");
    json_t *report = drift(s, 1, "");
    assert_int_equal(json_number(report, "drift.compared"), 1);
    assert_int_equal(json_number(report, "drift.drifted"), 0);
    assert_int_equal(json_number(report, "drift.not_compared"), 1);
    assert_int_equal(json_number(report, "drift.norm_failed"), 1);
    json_decref(report);
    shell_result text = march(s, "drift --targets fleet.conf %s", scratch_of(s));
    assert_status(&text, 1);
    assert_out(&text, "the scratch database does not come so far: migrations/3_more.up.sql:2: "
                      "relation \"old_shop\" does not exist (42P01)");
    shell_free(&text);
}

/* ---- the scratch server ---- */

static void what_may_be_no_scratch_server_is_refused_before_anything_is_made(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_usage")};
    town(s);
    fleet_of(s, dbs, 1, "");
    const char *here = scratch_of(s);
    shell_result own = march(s, "drift --targets fleet.conf --against-migrations %s",
                             scene_url(s, dbs[0]));
    assert_status(&own, 2);
    assert_err(&own, "is the database of target \"t_1\"");
    shell_free(&own);
    fleet_of(s, dbs, 1, "production = true");
    shell_result production = march(s, "drift --targets fleet.conf %s", here);
    assert_status(&production, 2);
    assert_err(&production, "is the server of target \"t_1\", which is production");
    shell_free(&production);
    fleet_of(s, dbs, 1, "");
    shell_result twice = march(s, "drift --targets fleet.conf --against t_1 %s", here);
    assert_status(&twice, 2);
    assert_err(&twice, "only one can be the norm");
    shell_free(&twice);
    shell_result malformed = march(s, "drift --targets fleet.conf --against-migrations "
                                      "postgresql://me:hush@here:x/db");
    assert_status(&malformed, 2);
    assert_err(&malformed, "--against-migrations");
    assert_nowhere(&malformed, "hush");
    shell_free(&malformed);
    assert_nothing_left();
}

static void a_scratch_server_that_does_not_do_it_ends_the_look(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_denied")};
    town(s);
    fleet_of(s, dbs, 1, "");
    assert_march(s, 0, "up --targets fleet.conf");
    shell_result nobody = march(s, "drift --targets fleet.conf --against-migrations "
                                   "postgresql://me:hush@127.0.0.1:1/postgres");
    assert_status(&nobody, 2);
    assert_err(&nobody, "nothing was made: postgresql://me:***@127.0.0.1:1/postgres: ");
    assert_nowhere(&nobody, "hush");
    shell_free(&nobody);
    const char *role = scene_text(s, "%s_maker", dbs[0]);
    free(psql("postgres", "CREATE ROLE \"%s\" LOGIN", role));
    const char *url = scratch_url(s, role);
    shell_result denied = march(s, "drift --targets fleet.conf --against-migrations %s", url);
    assert_status(&denied, 2);
    assert_err(&denied, "permission denied to create database (42501)");
    assert_err(&denied, "CREATEDB");
    shell_free(&denied);
    /* That right is all it takes. */
    free(psql("postgres", "ALTER ROLE \"%s\" CREATEDB", role));
    shell_result made = march_sh(s,
                                 "PGMARCH_AGAINST_MIGRATIONS='%s' \"$PGMARCH_BIN\" drift --targets "
                                 "fleet.conf",
                                 url);
    free(psql("postgres", "DROP ROLE \"%s\"", role));
    assert_status(&made, 0);
    assert_out(&made, "1 target is what the migrations make");
    shell_free(&made);
    assert_nothing_left();
}

/* The test drops it by the command that is shown. */
static void a_database_that_cannot_be_dropped_is_named(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_left")};
    scene_migration(s, "1_a",
                    "DO $$ BEGIN IF current_database() LIKE 'pgmarch%' THEN EXECUTE format('ALTER "
                    "DATABASE %I IS_TEMPLATE true', current_database()); END IF; END $$;",
                    NULL);
    fleet_of(s, dbs, 1, "");
    assert_march(s, 0, "up --targets fleet.conf");
    shell_result result = march(s, "drift --targets fleet.conf --format json %s", scratch_of(s));
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    const char *warning = json_text(report, "drift.warnings.0");
    assert_non_null(strstr(warning, "could not be dropped"));
    assert_non_null(strstr(warning, "cannot drop a template database (42809)"));
    const char *command = strstr(warning, "DROP DATABASE pgmarch_drift_");
    assert_non_null(command);
    const char *name = command + strlen("DROP DATABASE ");
    free(psql("postgres", "ALTER DATABASE %s IS_TEMPLATE false", name));
    free(psql("postgres", "%s", command));
    json_decref(report);
    shell_free(&result);
    assert_nothing_left();
}

/* Once the migration runs there. */
static void wait_for_sleeper(void) {
    free(psql("postgres",
              "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname LIKE "
              "'pgmarch\\_drift\\_%%' AND wait_event = 'PgSleep') LOOP PERFORM pg_sleep(0.02); "
              "PERFORM pg_stat_clear_snapshot(); END LOOP; END $$"));
}

static void whoever_is_stopped_leaves_no_database(void **state) {
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "dm_stop")};
    scene_migration(s, "1_a",
                    "CREATE TABLE a (x int);\nDO $$ BEGIN IF current_database() LIKE 'pgmarch%' "
                    "THEN PERFORM pg_sleep(600); END IF; END $$;",
                    NULL);
    fleet_of(s, dbs, 1, "");
    assert_march(s, 0, "up --targets fleet.conf");
    shell_process process;
    march_start(s, &process, "drift --targets fleet.conf %s", scratch_of(s));
    wait_for_sleeper();
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    assert_string_equal(result.out, "");
    shell_free(&result);
    assert_nothing_left();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_all_have_changed_alike_is_seen),
        scene_test(targets_at_several_versions_each_have_their_norm),
        scene_test(schemas_are_compared_with_a_schema),
        scene_test(what_a_target_says_of_its_migrations_counts_there_too),
        scene_test(what_the_migrations_make_can_be_saved),
        scene_test(a_set_that_is_no_beginning_of_the_folder_is_not_compared),
        scene_test(without_known_versions_nothing_can_be_made),
        scene_test(a_migration_that_fails_there_is_named_and_is_no_success),
        scene_test(what_may_be_no_scratch_server_is_refused_before_anything_is_made),
        scene_test(a_scratch_server_that_does_not_do_it_ends_the_look),
        scene_test(a_database_that_cannot_be_dropped_is_named),
        scene_test(whoever_is_stopped_leaves_no_database),
    };
    return cmocka_run_group_tests(tests, make_maker, drop_maker);
}
