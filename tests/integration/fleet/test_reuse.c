/* Targets of one database pass their sessions on to one another: fewer logins, nothing left over.
 */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/wire.h"

/* targets.conf: so many schemas t1, t2 … of the database, through the proxy. */
static void write_schemas(scene *s, const char *db, int port, int count, int per_server) {
    char *text = text_format("[defaults]\nurl = postgresql://postgres@127.0.0.1:%d/%s?"
                             "sslmode=disable\ncreate_schema = true\nper_server = %d\n",
                             port, db, per_server);
    for (int i = 1; i <= count; i++) {
        char *longer = text_format("%s[t%d]\nschema = t%d\n", text, i, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
}

static void expect_connections(scene *s, const char *db, const char *command, unsigned expected) {
    wire *line = wire_open(cluster_port(), NULL);
    write_schemas(s, db, wire_port(line), 30, 3);
    assert_march(s, 0, "%s -t targets.conf", command);
    assert_int_equal(wire_connections(line), expected);
    wire_close(line);
}

static void thirty_schemas_go_through_as_many_sessions_as_run_at_once(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_thirty");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    expect_connections(s, db, "status", 3);
    expect_connections(s, db, "up", 3);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')", "60");
    expect_connections(s, db, "up", 3);
    expect_connections(s, db, "down --to 1", 3);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')", "30");
    expect_connections(s, db, "down", 6); /* looked at before, as many at once */
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')", "0");
}

/* What the target before left would be seen by the second. */
static void s01_what_a_target_leaves_in_the_session_is_gone_for_the_next(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_left");
    scene_migration(s, "1_look",
                    "CREATE TABLE seen AS SELECT to_regclass('pg_temp.rest') IS NULL AS temp,"
                    " (SELECT count(*) FROM pg_prepared_statements) AS prepared,"
                    " (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,"
                    " (SELECT count(*) FROM pg_listening_channels()) AS channels,"
                    " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                    "  AND pid = pg_backend_pid()) AS locks, pg_backend_pid() AS pid,"
                    " current_setting('lock_timeout') AS lock, current_user AS who",
                    NULL);
    scene_migration(s, "2_leave",
                    "CREATE TEMP TABLE rest (); PREPARE p AS SELECT 1; SET lock_timeout = 7;"
                    "DECLARE c CURSOR WITH HOLD FOR SELECT 1; LISTEN news;"
                    "SELECT pg_advisory_lock(42), pg_advisory_lock(42); SET search_path = nowhere;"
                    "SET ROLE pg_monitor",
                    NULL);
    write_schemas(s, db, cluster_port(), 2, 1);
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db,
                "SELECT temp, prepared, cursors, channels, locks, lock, who FROM t2.seen"
                " JOIN t1.seen one USING (temp, prepared, cursors, channels, locks, lock, who)"
                " WHERE one.pid = t2.seen.pid",
                "t|0|0|0|1|5s|postgres");
}

static void session_of_a_failed_target_serves_the_next(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_failed");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b",
                    "DO $$ BEGIN IF current_schema() = 't1' THEN RAISE 'not here'; END IF; END $$",
                    NULL);
    wire *line = wire_open(cluster_port(), NULL);
    write_schemas(s, db, wire_port(line), 3, 1);
    shell_result result = march(s, "up -t targets.conf");
    assert_status(&result, 1);
    assert_out(&result, "2 applied");
    shell_free(&result);
    assert_int_equal(wire_connections(line), 1);
    wire_close(line);
    assert_psql(db, "SELECT count(*) FROM t1.schema_migrations", "1");
    assert_psql(db, "SELECT count(*) FROM t3.schema_migrations", "2");
}

static void session_that_a_target_ended_is_not_passed_on(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_ended");
    scene_migration(s, "1_a",
                    "DO $$ BEGIN IF current_schema() = 't1' THEN"
                    " PERFORM pg_terminate_backend(pg_backend_pid()); END IF; END $$",
                    NULL);
    wire *line = wire_open(cluster_port(), NULL);
    write_schemas(s, db, wire_port(line), 3, 1);
    shell_result result = march(s, "up -t targets.conf");
    assert_status(&result, 1);
    assert_out(&result, "the connection was lost 5 times while this migration ran: terminating");
    assert_out(&result, "2 applied");
    shell_free(&result);
    assert_true(wire_connections(line) >= 2);
    wire_close(line);
    assert_psql(db, "SELECT count(*) FROM t2.schema_migrations", "1");
    assert_psql(db, "SELECT count(*) FROM t3.schema_migrations", "1");
}

static void a_session_is_passed_on_only_between_equal_settings(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "reuse_one");
    const char *two = scene_database(s, "reuse_two");
    scene_migration(s, "1_a", "CREATE TABLE a AS SELECT current_database(), current_user", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    folder_write(s->folder, "targets.conf",
                 "[defaults]\nper_server = 1\nhost = 127.0.0.1\nport = %d\nuser = postgres\n"
                 "sslmode = disable\n[one]\ndbname = %s\n[two]\ndbname = %s\n",
                 wire_port(line), one, two);
    assert_march(s, 0, "up -t targets.conf");
    assert_int_equal(wire_connections(line), 2);
    wire_close(line);
    assert_psql(one, "SELECT a.current_database = current_database() FROM a", "t");
    assert_psql(two, "SELECT a.current_database = current_database() FROM a", "t");
}

/* pgmarch.region was set for the first: the second must not find it empty, but not at all. */
static void session_is_not_passed_on_to_a_target_without_its_variables(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_variables");
    scene_migration(s, "1_a",
                    "CREATE TABLE a AS SELECT current_setting('pgmarch.region', true) AS region,"
                    " pg_backend_pid() AS pid",
                    NULL);
    folder_write(s->folder, "targets.conf",
                 "[defaults]\nurl = %s\ncreate_schema = true\nper_server = 1\n"
                 "[t1]\nschema = t1\nvar.region = eu\n[t2]\nschema = t2\nvar.region = us\n"
                 "[t3]\nschema = t3\n",
                 scene_url(s, db));
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db,
                "SELECT t1.a.region, t2.a.region, t1.a.pid = t2.a.pid, t3.a.region IS NULL"
                " FROM t1.a, t2.a, t3.a",
                "eu|us|t|t");
}

/* The string that begins the next target's reading is read by the server before it takes anything
 * back. */
static void encoding_that_a_failed_file_left_does_not_garble_the_next_targets_names(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reuse_encoding");
    free(psql(db, "CREATE SCHEMA t1; CREATE SCHEMA \"größe\""));
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nSELECT set_config('client_encoding', CASE"
                    " current_schema() WHEN 't1' THEN 'LATIN1' ELSE 'UTF8' END, false);\n"
                    "SELECT 1 / (current_schema() <> 't1')::int",
                    NULL);
    folder_write(s->folder, "targets.conf",
                 "[defaults]\nurl = %s\nper_server = 1\n[t1]\nschema = t1\n"
                 "[t2]\nschema = größe\n",
                 scene_url(s, db));
    shell_result result = march(s, "up -t targets.conf");
    assert_status(&result, 1);
    assert_out(&result, "t2  applied");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(thirty_schemas_go_through_as_many_sessions_as_run_at_once),
        scene_test(s01_what_a_target_leaves_in_the_session_is_gone_for_the_next),
        scene_test(session_of_a_failed_target_serves_the_next),
        scene_test(session_that_a_target_ended_is_not_passed_on),
        scene_test(a_session_is_passed_on_only_between_equal_settings),
        scene_test(session_is_not_passed_on_to_a_target_without_its_variables),
        scene_test(encoding_that_a_failed_file_left_does_not_garble_the_next_targets_names),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
