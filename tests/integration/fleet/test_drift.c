/* pgmarch drift, as people use it: what differs is named, what does not is not. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

/* ---- fleets ---- */

/* Targets t_1 … of these databases, or of these schemas of one database. */
static void fleet_of(scene *s, const char *const *databases, size_t count, const char *more) {
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = scene_text(s, "%s[t_%zu]\nurl = %s\n%s\n", text, i + 1, scene_url(s, databases[i]),
                          more);
    }
    shell_result made = march_sh(s, "cat >fleet.conf <<'END'\n%s\nEND", text);
    assert_status(&made, 0);
    shell_free(&made);
}

static void schemas_of(scene *s, const char *db, size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = scene_text(s, "%s[t_%zu]\nurl = %s\nschema = s_%zu\ncreate_schema = true\n", text,
                          i + 1, scene_url(s, db), i + 1);
    }
    shell_result made = march_sh(s, "cat >fleet.conf <<'END'\n%s\nEND", text);
    assert_status(&made, 0);
    shell_free(&made);
}

/* A folder of several kinds of objects. */
static void town(scene *s) {
    scene_migration(s, "1_users",
                    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email "
                    "text NOT NULL UNIQUE);\n"
                    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  "
                    "RETURN new;\nEND\n$$;\n"
                    "CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION "
                    "touch();",
                    NULL);
    scene_migration(s, "2_orders",
                    "CREATE TYPE state AS ENUM ('new', 'paid');\n"
                    "CREATE TABLE orders (id serial PRIMARY KEY, u bigint REFERENCES users, s "
                    "state DEFAULT 'new', CHECK (id > 0));\n"
                    "CREATE INDEX orders_u ON orders (u);\n"
                    "CREATE VIEW open_orders AS SELECT o.id, u.email FROM orders o JOIN users u ON "
                    "u.id = o.u WHERE o.s = 'new';",
                    NULL);
    scene_migration(s, "3_more",
                    "ALTER TABLE users ADD name varchar(40); ALTER TYPE state ADD "
                    "VALUE 'sent';",
                    NULL);
}

static json_t *drift(scene *s, int expected, const char *options) {
    shell_result result = march(s, "drift --targets fleet.conf --format json %s", options);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void expect_none(scene *s, long long compared, const char *options) {
    json_t *report = drift(s, 0, options);
    assert_int_equal(json_number(report, "drift.drifted"), 0);
    assert_int_equal(json_number(report, "drift.compared"), compared);
    json_decref(report);
}

/* ---- what differs ---- */

static void what_differs_is_named_with_the_migration_to_look_at(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_named");
    town(s);
    schemas_of(s, db, 5);
    assert_march(s, 0, "up --targets fleet.conf");
    expect_none(s, 5, "");
    free(psql(db, "DROP INDEX s_3.orders_u; ALTER TABLE s_3.users ALTER name SET DEFAULT 'x';"
                  "CREATE TABLE s_5.orders_bak (a int, b int)"));
    json_t *report = drift(s, 3, "");
    assert_int_equal(json_number(report, "drift.drifted"), 2);
    assert_json_list(report, "cohorts.0.groups.0.targets", "t_1,t_2,t_4");
    assert_json_list(report, "cohorts.0.groups.1.targets", "t_3");
    json_t *third = json_at(report, "cohorts.0.groups.1.differences");
    assert_int_equal(json_array_size(third), 2);
    assert_json(third, "0.change", "different");
    assert_json(third, "0.name", "users.name");
    assert_json(third, "0.here", "character varying(40) DEFAULT 'x'::character varying");
    assert_json_list(third, "0.mentioned_in", "3_more");
    assert_json(third, "1.change", "missing");
    assert_json(third, "1.kind", "index");
    assert_json_list(third, "1.mentioned_in", "2_orders");
    json_t *fifth = json_at(report, "cohorts.0.groups.2.differences");
    assert_json(fifth, "0.change", "extra");
    assert_json(fifth, "0.name", "orders_bak");
    assert_int_equal(json_number(fifth, "0.parts"), 2);
    json_decref(report);
    expect_none(s, 2, "--only t_1,t_5 --ignore-objects '*_bak'");
}

static void people_see_both_definitions(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_text");
    town(s);
    schemas_of(s, db, 3);
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql(db, "CREATE OR REPLACE FUNCTION s_2.touch() RETURNS trigger LANGUAGE plpgsql AS "
                  "E'\\nBEGIN\\n  RETURN old;\\nEND\\n'"));
    shell_result result = march(s, "drift --targets fleet.conf");
    assert_status(&result, 3);
    assert_out(&result, "✓ 2 targets are alike, the norm (");
    assert_out(&result, "✗ 1 target differs from the norm: t_2");
    assert_out(&result, "different  function touch()");
    assert_out(&result, "-   RETURN new;");
    assert_out(&result, "+   RETURN old;");
    assert_out(&result, "mentioned in 1_users");
    assert_out(&result, "3 targets: 2 alike, 1 differs");
    shell_free(&result);
    shell_result page = march(s, "drift --targets fleet.conf --format markdown");
    assert_status(&page, 3);
    assert_out(&page, "```diff\n");
    assert_out(&page, "-   RETURN new;\n+   RETURN old;\n");
    shell_free(&page);
}

static void without_a_majority_it_is_said_so(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_tie");
    town(s);
    schemas_of(s, db, 2);
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql(db, "DROP VIEW s_1.open_orders"));
    shell_result result = march(s, "drift --targets fleet.conf");
    assert_status(&result, 3);
    assert_out(&result, "The norm is a guess: no kind is more frequent");
    assert_out(&result, "extra      view open_orders");
    shell_free(&result);
    result = march(s, "drift --targets fleet.conf --against t_2");
    assert_status(&result, 3);
    assert_out(&result, "missing    view open_orders");
    assert_out(&result, "The norm is what this target has: t_2");
    shell_free(&result);
}

/* What is pending is no drift. */
static void targets_at_other_versions_are_not_compared(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_versions");
    town(s);
    schemas_of(s, db, 4);
    assert_march(s, 0, "up --targets fleet.conf --only t_1,t_2,t_3");
    assert_march(s, 0, "up --targets fleet.conf --only t_4 --to 2");
    json_t *report = drift(s, 0, "");
    assert_int_equal(json_number(report, "drift.compared"), 3);
    assert_int_equal(json_number(report, "drift.not_compared"), 1);
    assert_json_list(report, "cohorts.1.versions", "1_users,2_orders");
    assert_json_list(report, "cohorts.1.groups.0.targets", "t_4");
    json_decref(report);
    shell_result result = march(s, "drift --targets fleet.conf --against t_4");
    assert_status(&result, 0);
    assert_out(&result, "! 3 targets not compared, at 3_more, PostgreSQL");
    assert_out(&result, "the norm has other migrations applied");
    shell_free(&result);
}

static void a_target_that_is_not_read_is_no_success(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_unread");
    town(s);
    schemas_of(s, db, 3);
    assert_march(s, 0, "up --targets fleet.conf --only t_1,t_2");
    json_t *report = drift(s, 1, "");
    assert_int_equal(json_number(report, "drift.unread"), 1);
    assert_json(report, "unread.0.name", "t_3");
    assert_json(report, "unread.0.error.sqlstate", "3F000");
    json_decref(report);
    shell_result result = march(s, "drift --targets fleet.conf");
    assert_out(&result, "✗ 1 target could not be read: t_3");
    assert_out(&result, "schema \"s_3\" does not exist");
    shell_free(&result);
}

static void what_is_wrongly_asked_is_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_usage");
    town(s);
    schemas_of(s, db, 1);
    assert_march(s, 2, "drift");
    assert_march(s, 2, "drift --targets fleet.conf --against t_9");
    assert_march(s, 2, "drift --targets fleet.conf --against none.json");
    assert_march(s, 2, "drift --targets fleet.conf --format tap");
    assert_march(s, 2, "drift --targets fleet.conf --save fleet.conf");
}

/* ---- a baseline ---- */

static void a_saved_catalog_is_the_norm_of_next_week(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_saved");
    town(s);
    schemas_of(s, db, 2);
    assert_march(s, 0, "up --targets fleet.conf");
    assert_march(s, 0, "drift --targets fleet.conf --save base.json");
    assert_march(s, 0, "drift --targets fleet.conf --save base.json"); /* it is ours */
    expect_none(s, 2, "--against base.json");
    free(psql(db, "ALTER TABLE s_1.users DROP name; ALTER TABLE s_2.users DROP name"));
    expect_none(s, 2, ""); /* both have it */
    json_t *report = drift(s, 3, "--against ./base.json");
    assert_json(report, "drift.norm", "file");
    assert_int_equal(json_number(report, "drift.drifted"), 2);
    assert_json(report, "cohorts.0.groups.1.differences.0.change", "missing");
    assert_json(report, "cohorts.0.groups.1.differences.0.name", "users.name");
    json_decref(report);
    shell_result other = march(s, "drift --targets fleet.conf --against base.json --comments");
    assert_status(&other, 2);
    assert_err(&other, "base.json was saved with other options (none)");
    shell_free(&other);
    shell_result broken = march_sh(s, "sed -i 's/\"versions\"/\"version\"/' base.json");
    assert_status(&broken, 0);
    shell_free(&broken);
    assert_march(s, 2, "drift --targets fleet.conf --against base.json");
}

/* ---- no false drift ---- */

/* One by one, all at once, restored from a dump, in another order of letters, of another owner. */
static void the_same_schema_is_the_same_however_it_came_there(void **state) {
    need_dump();
    scene *s = *state;
    const char *dbs[5];
    static const char *const names[] = {"d_once", "d_steps", "d_dump", "d_locale", "d_owner"};
    for (size_t i = 0; i < 5; i++) {
        dbs[i] = scene_database(s, names[i]);
    }
    dbs[3] = scene_text(s, "%s_latin", dbs[3]); /* not to be given back to other tests */
    free(psql("postgres", "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
              dbs[3]));
    free(psql(dbs[4], "GRANT ALL ON SCHEMA public TO pw_user"));
    town(s);
    fleet_of(s, dbs, 5, "");
    assert_march(s, 0, "up --targets fleet.conf --only t_1,t_4");
    for (int i = 1; i <= 3; i++) {
        assert_march(s, 0, "up --targets fleet.conf --only t_2 --to %d", i);
    }
    assert_march(s, 0, "up --targets fleet.conf --only t_5 --role pw_user");
    shell_result restored = march_sh(s,
                                     "pg_dump -U postgres '%s' | psql -q -v ON_ERROR_STOP=1 -U "
                                     "postgres '%s' >/dev/null",
                                     dbs[0], dbs[2]);
    assert_status(&restored, 0);
    shell_free(&restored);
    expect_none(s, 5, "");
    expect_none(s, 4, "--strict --only t_1,t_2,t_3,t_4");
    free(psql("postgres", "DROP DATABASE \"%s\"", dbs[3]));
}

/* The server prints what it has read of IN otherwise than it reads what it has printed. */
static void a_list_of_words_is_the_same_behind_a_dump(void **state) {
    need_server(14, "BEGIN ATOMIC");
    need_dump();
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "d_words"), scene_database(s, "d_words2")};
    scene_migration(
        s, "1_words",
        "CREATE TABLE words (a varchar(9) CHECK (a IN ('it''s', 'b')), b varchar, c text "
        "DEFAULT 'x', d bool GENERATED ALWAYS AS (b NOT IN ('y', 'z')) STORED);\n"
        "CREATE INDEX words_b ON words (b) WHERE b IN ('y', 'z');\n"
        "CREATE VIEW few AS SELECT a FROM words WHERE b IN ('y', 'z') OR c IN ('x', 'w');\n"
        "CREATE POLICY p ON words USING (a IN ('it''s', 'b'));\n"
        "CREATE DOMAIN word AS varchar CHECK (VALUE IN ('k', 'l'));\n"
        "CREATE FUNCTION is_word(a varchar, b bool DEFAULT ('k'::varchar IN ('k', 'l'))) "
        "RETURNS bool LANGUAGE sql BEGIN ATOMIC SELECT a IN ('k', 'l'); END;",
        NULL);
    fleet_of(s, dbs, 2, "");
    assert_march(s, 0, "up --targets fleet.conf --only t_1");
    shell_result restored = march_sh(s,
                                     "pg_dump -U postgres '%s' | psql -q -v ON_ERROR_STOP=1 -U "
                                     "postgres '%s' >/dev/null",
                                     dbs[0], dbs[1]);
    assert_status(&restored, 0);
    shell_free(&restored);
    expect_none(s, 2, "");
    free(psql(dbs[1],
              "ALTER TABLE words DROP CONSTRAINT words_a_check, ADD CHECK (a IN ('it''s'))"));
    json_t *report = drift(s, 3, "");
    assert_int_equal(json_array_size(json_at(report, "cohorts.0.groups.1.differences")), 1);
    json_decref(report);
}

/* What real folders hold, marched at once and step by step. */
static void a_folder_with_every_trap_shows_none(void **state) {
    need_server(14, "BEGIN ATOMIC");
    scene *s = *state;
    const char *dbs[] = {scene_database(s, "d_traps"), scene_database(s, "d_traps2")};
    shell_result copied = march_sh(s,
                                   "cp -r \"$PGMARCH_SOURCE_DIR/tests/corpora/traps\" migrations");
    assert_status(&copied, 0);
    shell_free(&copied);
    fleet_of(s, dbs, 2, "");
    assert_march(s, 0, "up --targets fleet.conf --only t_1");
    shell_result steps = march_sh(s,
                                  "for v in 1 2 10 14 18 20 25; do \"$PGMARCH_BIN\" up --targets "
                                  "fleet.conf --only t_2 --to $v || exit 1; done; "
                                  "\"$PGMARCH_BIN\" up --targets fleet.conf --only t_2");
    assert_status(&steps, 0);
    shell_free(&steps);
    expect_none(s, 2, "--strict");
}

/* ---- who may look ---- */

static void a_role_that_may_only_connect_is_enough(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "d_role");
    town(s);
    schemas_of(s, db, 3);
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql(db, "DROP VIEW s_2.open_orders"));
    const char *role = scene_text(s, "%s_looker", db);
    free(psql("postgres", "CREATE ROLE \"%s\" LOGIN", role));
    shell_result result = march_sh(s,
                                   "sed 's/postgres@/%s@/' fleet.conf >looker.conf && "
                                   "\"$PGMARCH_BIN\" drift --targets looker.conf",
                                   role);
    free(psql("postgres", "DROP ROLE \"%s\"", role));
    assert_status(&result, 3);
    assert_out(&result, "at an unknown version");
    assert_out(&result, "1 target differs from the norm: t_2");
    assert_out(&result, "missing    view open_orders");
    assert_out(&result, "-  SELECT o.id,");
    shell_free(&result);
}

static void start_server(scene *s) {
    shell_result started = march_sh(s,
                                    "\"$PGMARCH_TEST_CLUSTER_TOOL\" start \"$PWD/server\" "
                                    "--watch %ld --set wal_level=replica && cat server/env",
                                    (long)getpid());
    assert_status(&started, 0);
    const char *port = strstr(started.out, "\nPGPORT=");
    assert_non_null(port);
    char number[16];
    (void)snprintf(number, sizeof number, "%ld", strtol(port + strlen("\nPGPORT="), NULL, 10));
    (void)setenv("PGPORT", number, 1);
    shell_free(&started);
}

static void a_standby_is_read_as_well(void **state) {
    scene *s = *state;
    start_server(s);
    free(psql("postgres", "CREATE DATABASE town"));
    town(s);
    schemas_of(s, "town", 2);
    assert_march(s, 0, "up --targets fleet.conf");
    free(psql("town", "DROP INDEX s_2.orders_u"));
    shell_result standby = march_sh(s,
                                    ". server/env && touch \"$PGMARCH_TEST_DATA/standby.signal\" "
                                    "&& chmod 644 \"$PGMARCH_TEST_DATA/standby.signal\" && "
                                    "\"$PGMARCH_TEST_CLUSTER_TOOL\" restart \"$PWD/server\"");
    assert_status(&standby, 0);
    shell_free(&standby);
    json_t *report = drift(s, 3, "");
    assert_int_equal(json_number(report, "drift.compared"), 2);
    assert_json(report, "cohorts.0.groups.1.differences.0.name", "orders_u");
    json_decref(report);
    cluster_load_env();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_differs_is_named_with_the_migration_to_look_at),
        scene_test(people_see_both_definitions),
        scene_test(without_a_majority_it_is_said_so),
        scene_test(targets_at_other_versions_are_not_compared),
        scene_test(a_target_that_is_not_read_is_no_success),
        scene_test(what_is_wrongly_asked_is_refused),
        scene_test(a_saved_catalog_is_the_norm_of_next_week),
        scene_test(the_same_schema_is_the_same_however_it_came_there),
        scene_test(a_list_of_words_is_the_same_behind_a_dump),
        scene_test(a_folder_with_every_trap_shows_none),
        scene_test(a_role_that_may_only_connect_is_enough),
        scene_test(a_standby_is_read_as_well),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
