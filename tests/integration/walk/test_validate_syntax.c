/* pgmarch validate --online: what the server's parser says, and that nothing is run. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static json_t *validate(scene *s, int expected, const char *arguments) {
    shell_result result = march(s, "validate --online --format json %s", arguments);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static json_t *validate_one(scene *s, int expected, const char *db) {
    return validate(s, expected, scene_text(s, "--no-warnings -u %s", scene_url(s, db)));
}

/* "2_b.up.sql:3:8 42601 15, " for each syntax error, sorted as they are told. */
static char *errors_of(json_t *report) {
    char *text = calloc(1, 4096);
    assert_non_null(text);
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(report, "findings"), i, each) {
        if (strcmp(json_text(each, "code"), "syntax-error") == 0) {
            size_t len = strlen(text);
            const char *file = json_text(each, "file");
            (void)snprintf(text + len, 4096 - len, "%s:%lld:%lld %s %s, ", strrchr(file, '/') + 1,
                           json_number(each, "line"), json_number(each, "column"),
                           json_text(each, "sqlstate"), json_text(each, "severity"));
        }
    }
    return text;
}

static void assert_errors(json_t *report, const char *expected) {
    char *found = errors_of(report);
    assert_string_equal(found, expected);
    free(found);
    json_decref(report);
}

/* ---- nothing runs ---- */

/* Each of them would leave something that no ROLLBACK takes back, were it run. */
static const struct {
    const char *name;
    const char *sql;
} kinds[] = {
    {"01_copy", "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\n2\n\\.\nCOPY kept FROM stdin;\n"
                "7\n\\.\n"},
    {"02_own_transaction", "BEGIN;\nCREATE TABLE b ();\nINSERT INTO kept VALUES (1);\nCOMMIT;\n"},
    {"03_alone", "-- pgmarch: no-transaction\nCREATE TABLE c ();\nBEGIN;\nCREATE TABLE c2 ();\n"
                 "COMMIT;\nVACUUM;\nINSERT INTO kept VALUES (2);\n"},
    {"04_database", "CREATE DATABASE v_syntax_evil;"},
    {"05_vacuum", "VACUUM FULL kept;"},
    {"06_sequence", "SELECT nextval('counter');\nSELECT setval('counter', 77);\n"},
    {"07_block", "DO $$ BEGIN PERFORM nextval('counter'); END $$;"},
    {"08_procedure", "-- pgmarch: no-transaction\nCALL stays();"},
    {"09_program", "COPY (SELECT 1) TO PROGRAM 'touch v_syntax_ran';"},
    {"10_role", "CREATE ROLE v_syntax_evil;\nALTER DATABASE postgres OWNER TO v_syntax_evil;"},
    {"11_system", "ALTER SYSTEM SET \"pgmarch.evil\" = 'yes';"},
    {"12_strings_off", "-- pgmarch: no-transaction\nSET standard_conforming_strings = off;\n"
                       "SELECT 'a\\'b; c';\nINSERT INTO kept VALUES (3);\n"
                       "SET standard_conforming_strings = on;\nSELECT 'd\\';\n"},
    {"19_strings_set", "SET standard_conforming_strings = off;\nSELECT 'a\\'b; c';\n"
                       "INSERT INTO kept VALUES (3);\nCOPY kept FROM stdin;\n7\n\\.\n"},
    {"13_body", "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; "
                "END;\nINSERT INTO kept VALUES (4);"},
    {"14_quotes", "SELECT E'it\\'s; ' || $a$ '; $b$ $a$ AS \"semi;colon\" /* ; /* ' */ \" */;\n"
                  "SELECT 'it''s', U&'d\\0061t' -- '\n, B'01'\n'10';"},
    {"15_locks", "SELECT pg_advisory_lock(4242);\nLISTEN v;\nNOTIFY v;\nSET work_mem = '1MB';"},
    {"16_index", "CREATE INDEX CONCURRENTLY kept_i ON kept (x);"},
    {"17_savepoint", "SAVEPOINT s;\nINSERT INTO kept VALUES (5);\nRELEASE SAVEPOINT s;"},
    {"18_comment", "INSERT INTO kept VALUES (6) -- no line end"},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* A body of 14 is a string before that. */
static const char *sql_of(size_t kind) {
    bool body = server_major() < 14 && strcmp(kinds[kind].name, "13_body") == 0;
    return body ? "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2';\n"
                  "INSERT INTO kept VALUES (4);"
                : kinds[kind].sql;
}

static const char *prepared(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE TABLE kept (x int); CREATE SEQUENCE counter; CREATE PROCEDURE stays() "
                  "LANGUAGE plpgsql AS $$ BEGIN INSERT INTO kept VALUES (8); COMMIT; END $$;"));
    return db;
}

static void assert_nothing_ran(const char *db) {
    assert_sql("0", db, "SELECT count(*) FROM kept");
    assert_sql("f", db, "SELECT is_called FROM counter");
    assert_sql("counter,kept", db,
               "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace "
               "= 'public'::regnamespace");
    assert_sql("stays", db,
               "SELECT string_agg(proname, ',') FROM pg_proc WHERE pronamespace = "
               "'public'::regnamespace");
    assert_sql("0", db, "SELECT count(*) FROM pg_database WHERE datname = 'v_syntax_evil'");
    assert_sql("0", db, "SELECT count(*) FROM pg_roles WHERE rolname = 'v_syntax_evil'");
    assert_sql("t", db, "SELECT (pg_stat_file('v_syntax_ran', true)).size IS NULL");
    assert_sql("0", db, "SELECT count(*) FROM pg_file_settings WHERE name = 'pgmarch.evil'");
    assert_sql("0", db,
               "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = "
               "4242");
}

static void every_kind_of_file_parses_and_none_is_run(void **state) {
    scene *s = *state;
    const char *db = prepared(s, "vs_kinds");
    for (size_t i = 0; i < KINDS; i++) {
        scene_migration(s, kinds[i].name, sql_of(i), "INSERT INTO kept VALUES (9)");
        folder_write(s->folder, scene_text(s, "migrations/%s.verify.sql", kinds[i].name),
                     "SELECT setval('counter', 78) > 0;");
    }
    json_t *report = validate_one(s, 0, db);
    assert_int_equal(json_number(report, "validation.parsed_by.0.files"), 3 * KINDS);
    assert_errors(report, "");
    assert_nothing_ran(db);
    assert_ledger(db, "-");
}

/* A file of nothing but what runs alone must stay one. */
static const char *fault_of(size_t kind) {
    static const char *const alone[] = {"04_database", "05_vacuum", "11_system", "16_index"};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        if (strcmp(kinds[kind].name, alone[i]) == 0) {
            return "VACUUM kept kept;";
        }
    }
    return "CREATE TABEL x ();";
}

/* Alone, a file is the whole of its string; and behind a fault the rest of the file is nobody's. */
static void no_kind_of_file_is_run_beside_a_fault(void **state) {
    scene *s = *state;
    const char *db = prepared(s, "vs_faults");
    for (size_t i = 0; i < KINDS; i++) {
        const char *name = scene_text(s, "%s_x", kinds[i].name);
        scene_migration(s, name, scene_text(s, "%s\n;%s", sql_of(i), fault_of(i)), NULL);
    }
    json_t *report =
        validate(s, 1, scene_text(s, "--no-warnings --fold-transactions -u %s", scene_url(s, db)));
    assert_int_equal(json_number(report, "validation.counts.error"), KINDS);
    json_decref(report);
    assert_nothing_ran(db);
}

/* What the layouts keep in sections goes the same way. */
static void sections_are_parsed_by_their_own(void **state) {
    scene *s = *state;
    const char *db = prepared(s, "vs_sections");
    folder_write(s->folder, "migrations/1_a.sql",
                 "-- +goose Up\nINSERT INTO kept VALUES (1);\n-- +goose StatementBegin\n"
                 "DO $$ BEGIN PERFORM nextval('counter'); END $$;\n-- +goose StatementEnd\n"
                 "-- +goose Down\nDELETE FORM kept;\n");
    folder_write(s->folder, "migrations/2_b.sql",
                 "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;\n  SELEKT 1;\n-- +goose Down\n");
    json_t *report = validate(s, 1, scene_text(s, "-u %s", scene_url(s, db)));
    assert_errors(report, "1_a.sql:7:8 42601 warning, 2_b.sql:4:3 42601 error, ");
    assert_nothing_ran(db);
}

/* ---- what is told ---- */

static void a_fault_has_file_line_and_column(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_places");
    scene_migration(s, "1_a", "CREATE TABLE é (x text);\nSELECT 'ü', é FORM\té WHERE;", NULL);
    scene_migration(s, "2_b", "COPY a FROM stdin;\n1\n2\n\\.\n  CREATE TABEL b ();", "DROP b;");
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT true\nFROM b WERE x;");
    scene_migration(s, "3_c", "SELECT 1 +\n\n-- that is all\n", NULL);
    scene_migration(s, "4_d",
                    server_major() < 14
                        ? "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                        : "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;",
                    NULL);
    json_t *report = validate(s, 1, scene_text(s, "-u %s", scene_url(s, db)));
    json_t *first = json_at(report, "findings.3"); /* behind what has no down file */
    assert_json(first, "target", db);
    assert_json(first, "version", "1_a");
    assert_json(first, "message", "syntax error at or near \"é\"");
    assert_errors(report, "1_a.up.sql:2:20 42601 error, 2_b.up.sql:5:10 42601 error, "
                          "2_b.verify.sql:2:13 42601 error, 2_b.down.sql:1:6 42601 warning, "
                          "3_c.up.sql:1:11 42601 error, ");
    shell_result text = march(s, "validate --online -u %s", scene_url(s, db));
    assert_status(&text, 1);
    assert_out(&text, scene_text(s, "6 files parsed by PostgreSQL %d", server_major()));
    assert_out(&text,
               "migrations/2_b.up.sql:5:10  syntax-error\n    42601: syntax error at or near "
               "\"TABEL\"\n    target: ");
    assert_out(&text, "`up` runs all the same, `down` fails here");
    assert_out(&text, "the last statement of the file wants more");
    shell_free(&text);
}

static void a_faulty_way_down_alone_does_not_fail(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_down");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABEL a");
    json_decref(validate(s, 0, scene_text(s, "-u %s", scene_url(s, db))));
    json_decref(validate(s, 1, scene_text(s, "--strict -u %s", scene_url(s, db))));
}

/* A ledger in step with faulty files: nothing is asked. */
static void what_is_applied_is_not_asked_for(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_applied");
    scene_migration(s, "1_a", "CREATE TABEL a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    assert_march(s, 0, "baseline 1 -u %s", scene_url(s, db));
    json_t *report = validate_one(s, 0, db);
    assert_int_equal(json_number(report, "validation.parsed_by.0.files"), 1);
    json_decref(report);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    report = validate_one(s, 0, db);
    assert_int_equal(json_array_size(json_at(report, "validation.parsed_by")), 0);
    json_decref(report);
}

/* Of one version, so that one is asked for both; the other one has no say in production. */
static void what_is_pending_on_any_is_asked_of_one(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "vs_first");
    const char *two = scene_database(s, "vs_second");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABEL b ()", NULL);
    assert_march(s, 0, "baseline 2 -u %s", scene_url(s, two));
    folder_write(s->folder, "fleet.conf",
                 "[lost]\nurl = %s_missing\n[one]\nproduction = true\nurl = %s\n[two]\nurl = %s\n",
                 scene_url(s, one), scene_url(s, one), scene_url(s, two));
    json_t *report = validate(s, 1, "--no-warnings -t fleet.conf");
    assert_int_equal(json_array_size(json_at(report, "validation.parsed_by")), 1);
    assert_json(json_at(report, "validation.parsed_by.0"), "target", "two");
    assert_int_equal(json_number(report, "validation.parsed_by.0.server_version"), server_major());
    assert_int_equal(json_number(report, "validation.parsed_by.0.files"), 2);
    assert_errors(report, "2_b.up.sql:1:8 42601 error, ");
}

/* A plan that stops `up` has nothing to do with what the files say. */
static void a_target_that_stops_is_asked_all_the_same(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_stops");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", NULL);
    scene_migration(s, "2_b", "CREATE TABEL b ()", NULL);
    assert_errors(validate_one(s, 1, db), "2_b.up.sql:1:8 42601 error, ");
}

/* The session's role may be one that may do nothing. */
static void a_role_without_rights_can_ask(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_rights");
    free(psql(db,
              "DROP ROLE IF EXISTS vs_nobody; CREATE ROLE vs_nobody LOGIN; ALTER ROLE vs_nobody "
              "SET default_transaction_isolation = 'serializable';"));
    scene_migration(s, "1_a", "CREATE TABLE a (); CREATE TABEL b ();", NULL);
    json_t *report = validate(s, 1,
                              scene_text(s,
                                         "--no-warnings -u "
                                         "postgresql://vs_nobody@127.0.0.1:%d/%s",
                                         cluster_port(), db));
    assert_errors(report, "1_a.up.sql:1:27 42601 error, ");
    free(psql(db, "DROP ROLE vs_nobody"));
}

static void an_empty_folder_of_comments_parses(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vs_empty");
    scene_migration(s, "1_a", "", "-- nothing");
    scene_migration(s, "2_b", "/* nothing */ ;;", NULL);
    json_decref(validate_one(s, 0, db));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(every_kind_of_file_parses_and_none_is_run),
        scene_test(no_kind_of_file_is_run_beside_a_fault),
        scene_test(sections_are_parsed_by_their_own),
        scene_test(a_fault_has_file_line_and_column),
        scene_test(a_faulty_way_down_alone_does_not_fail),
        scene_test(what_is_applied_is_not_asked_for),
        scene_test(what_is_pending_on_any_is_asked_of_one),
        scene_test(a_target_that_stops_is_asked_all_the_same),
        scene_test(a_role_without_rights_can_ask),
        scene_test(an_empty_folder_of_comments_parses),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
