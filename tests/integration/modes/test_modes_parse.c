/* Files that are only parsed: whatever stands between, and whatever happens, nothing is run. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static json_t *validate(scene *s, int expected, int port, const char *db) {
    shell_result result = march(s,
                                "validate --online --format json -u "
                                "postgresql://postgres@127.0.0.1:%d/%s",
                                port, db);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

/* The first finding of this code; fails when there is none. Borrowed. */
static json_t *finding(json_t *report, const char *code) {
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(report, "findings"), i, each) {
        if (strcmp(json_text(each, "code"), code) == 0) {
            return each;
        }
    }
    fail_msg("no finding %s", code);
    return NULL;
}

/* ---- a proxy that takes strings apart ---- */

static json_t *validate_split(scene *s, const char *options, const char *db) {
    shell_result result =
        march_sh(s,
                 "\"$PGMARCH_SOURCE_DIR/tests/support/splitter\" %d %s > port & proxy=$!\n"
                 "until [ -s port ]; do sleep 0.05; done\n"
                 "\"$PGMARCH_BIN\" validate --online --no-warnings --format json "
                 "-u postgresql://postgres@127.0.0.1:$(cat port)/%s; status=$?\n"
                 "kill $proxy; rm port; exit $status",
                 cluster_port(), options, db);
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

/* The proxy would run each of them, and the second one's COMMIT leads out of any transaction. */
static const char *dangerous(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE SEQUENCE counter"));
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT nextval('counter');", NULL);
    scene_migration(s, "2_b", "BEGIN; CREATE TABLE b (); COMMIT;", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c (); INSERT INTO c DEFAULT VALUES", NULL);
    return db;
}

static void assert_untouched_but_counter(const char *db) {
    assert_sql("counter", db,
               "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = "
               "'public'::regnamespace");
    assert_sql("f", db, "SELECT is_called FROM counter");
}

static void a_proxy_that_takes_strings_apart_gets_no_file(void **state) {
    scene *s = *state;
    static const char *const kinds[] = {"", "--on"};
    const char *db = dangerous(s, "mp_split");
    for (size_t i = 0; i < 2; i++) {
        json_t *report = validate_split(s, kinds[i], db);
        json_t *unasked = finding(report, "syntax-unasked");
        assert_json(unasked, "severity", "error");
        assert_json(unasked, "target", db);
        assert_json(unasked, "file", "null");
        assert_part(json_text(unasked, "message"), "so that no file was sent here");
        assert_int_equal(json_array_size(json_at(report, "validation.parsed_by")), 0);
        json_decref(report);
        assert_untouched_but_counter(db);
    }
}

/* One that begins with it only behind the probe: the transaction that has failed holds. */
static void a_proxy_that_changes_its_mind_runs_no_file(void **state) {
    scene *s = *state;
    const char *db = dangerous(s, "mp_late");
    json_t *report = validate_split(s, "--after nextval", db);
    json_t *unasked = finding(report, "syntax-unasked");
    assert_part(json_text(unasked, "message"), "current transaction is aborted");
    assert_json(unasked, "file", "migrations/1_a.up.sql");
    json_decref(report);
    assert_untouched_but_counter(db);
}

/* And goes on behind errors: the file's own COMMIT leads out of that transaction, into a session
 * that reads only. */
static void a_files_own_commit_leads_to_nothing(void **state) {
    scene *s = *state;
    const char *db = dangerous(s, "mp_commit");
    json_t *report = validate_split(s, "--after nextval --on", db);
    assert_part(json_text(finding(report, "syntax-unasked"), "message"),
                "not that of a server which only parses");
    json_decref(report);
    assert_untouched_but_counter(db);
}

/* ---- a pooler ---- */

static void a_pooler_passes_strings_on_and_keeps_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "mp_pooled");
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", "CREATE TABLE a ();\nCREATE TABEL b ();", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE INDEX CONCURRENTLY i ON a (x)", NULL);
    scene_migration(s, "3_c",
                    "-- pgmarch: no-transaction\nSET standard_conforming_strings = off;\n"
                    "SELECT 'a\\'b';",
                    NULL);
    json_t *report = validate(s, 1, pool.port, db);
    json_t *error = finding(report, "syntax-error");
    assert_json(error, "file", "migrations/1_a.up.sql");
    assert_int_equal(json_number(error, "line"), 2);
    assert_int_equal(json_number(error, "column"), 8);
    json_t *unasked = finding(report, "syntax-unasked");
    assert_json(unasked, "severity", "info");
    assert_json(unasked, "file", "migrations/3_c.up.sql");
    assert_int_equal(json_number(report, "validation.parsed_by.0.files"), 3);
    json_decref(report);
    assert_untouched(db);
    /* Two clients at once would get two connections: these are all that there are. */
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s "
                                 "-c 'SHOW default_transaction_read_only' "
                                 "-c \"SELECT current_setting('pgmarch.probe', true) IS NULL\" "
                                 "-c 'CREATE TABLE written ()'",
                                 pool.port, db);
    assert_status(&next, 0);
    assert_string_equal(next.out, "off\nt\n");
    shell_free(&next);
    bouncer_stop(&pool);
}

/* ---- losses ---- */

static void a_connection_that_is_lost_is_made_again(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "mp_lost");
    scene_migration(s, "1_a", "CREATE TABLE a (); -- lost here\n", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                               .type = 'Q',
                                               .contains = "lost here",
                                               .times = 1,
                                               .action = WIRE_RST,
                                               .keep = WIRE_WHOLE});
    json_t *report = validate(s, 0, wire_port(line), db);
    assert_int_equal(wire_hits(line, rule), 1);
    assert_int_equal(json_number(report, "validation.parsed_by.0.files"), 1);
    json_decref(report);
    wire_close(line);
    assert_untouched(db);
}

/* Cut off in the middle of the file, before our error: a message that is not complete is none. */
static void a_string_that_is_cut_off_runs_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "mp_cut");
    scene_migration(s, "1_a", "CREATE TABLE a (); CREATE TABLE b (); -- cut off\n", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                               .type = 'Q',
                                               .contains = "cut off",
                                               .action = WIRE_FIN,
                                               .keep = 5 + sizeof "CREATE TABLE a ();"});
    json_t *report = validate(s, 1, wire_port(line), db);
    assert_int_equal(wire_hits(line, rule), 3);
    json_t *unasked = finding(report, "syntax-unasked");
    assert_json(unasked, "file", "migrations/1_a.up.sql");
    assert_part(json_text(unasked, "message"), "the connection was lost again and again");
    json_decref(report);
    wire_close(line);
    assert_untouched(db);
}

/* ---- encodings ---- */

static const char *database_in(scene *s, const char *encoding) {
    const char *name = scene_text(s, "mp_%s", encoding);
    free(psql("postgres", "DROP DATABASE IF EXISTS %s", name));
    free(psql("postgres",
              "CREATE DATABASE %s ENCODING '%s' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
              name, encoding));
    return name;
}

/* Counted in bytes by one of them, in letters of another size by the rest. */
static void a_place_is_the_same_in_every_encoding(void **state) {
    scene *s = *state;
    static const char *const encodings[] = {"sql_ascii", "latin1", "euc_jis_2004"};
    scene_migration(s, "1_a", "SELECT 'é', 'ü';\n/* ñ */ SELECT 'ö' FORM x y;", "SELECT 1");
    for (size_t i = 0; i < 3; i++) {
        const char *db = database_in(s, encodings[i]);
        json_t *report = validate(s, 1, cluster_port(), db);
        json_t *error = finding(report, "syntax-error");
        assert_int_equal(json_number(error, "line"), 2);
        assert_int_equal(json_number(error, "column"), 25);
        json_decref(report);
        free(psql("postgres", "DROP DATABASE %s", db));
    }
}

/* No position comes with that: each file is asked for by itself. */
static void what_a_database_cannot_hold_is_told_of_its_file(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "SELECT 1", "SELECT 1");
    scene_migration(s, "2_b", "SELECT '€ 日本'", "SELECT 1");
    scene_migration(s, "3_c", "SELECT 'é'; SELEKT 3", "SELECT 1");
    const char *db = database_in(s, "latin1");
    json_t *report = validate(s, 1, cluster_port(), db);
    json_t *error = finding(report, "syntax-error");
    assert_json(error, "file", "migrations/2_b.up.sql");
    assert_json(error, "sqlstate", "22P05");
    assert_json(error, "line", "null");
    assert_int_equal(json_number(report, "validation.counts.error"), 2);
    json_decref(report);
    free(psql("postgres", "DROP DATABASE %s", db));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_proxy_that_takes_strings_apart_gets_no_file),
        scene_test(a_proxy_that_changes_its_mind_runs_no_file),
        scene_test(a_files_own_commit_leads_to_nothing),
        scene_test(a_pooler_passes_strings_on_and_keeps_nothing),
        scene_test(a_connection_that_is_lost_is_made_again),
        scene_test(a_string_that_is_cut_off_runs_nothing),
        scene_test(a_place_is_the_same_in_every_encoding),
        scene_test(what_a_database_cannot_hold_is_told_of_its_file),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
