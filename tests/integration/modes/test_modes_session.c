/* Failure modes S-…: what a file does to its session, and what a session does to a file. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* ---- COPY and psql's own commands ---- */

static const char ROWS[] = "COPY public.t (id, note) FROM stdin;\n"
                           "1\tplain\n"
                           "2\tit's; a -- \\\\ tab\\there\n"
                           "3\t\\N\n"
                           "4\tünï 日本 $$ BEGIN;\n"
                           "\\.\n";

/* s06: loaded by psql and by pgmarch, and compared. */
static void s06_copy_data_loads_as_psql_loads_it(void **state) {
    scene *s = *state;
    const char *ours = scene_database(s, "s06");
    const char *theirs = scene_database(s, "s06_psql");
    const char *dump =
        scene_text(s,
                   "\\restrict x1\nSET client_encoding = 'UTF8';\n"
                   "SELECT pg_catalog.set_config('search_path', '', false);\n"
                   "CREATE TABLE public.t (id int, note text);\n%s\n"
                   "ALTER TABLE ONLY public.t ADD PRIMARY KEY (id);\n\\unrestrict x1\n",
                   ROWS);
    scene_migration(s, "1_dump", dump, NULL);
    scene_migration(s, "2_more", scene_text(s, "DELETE FROM t;\n%sSELECT 1;\n", ROWS), NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, ours));
    assert_ledger(ours, "1_dump,2_more");
    shell_result load = march_sh(s,
                                 "grep -v restrict migrations/1_dump.up.sql | "
                                 "psql -Xq -v ON_ERROR_STOP=1 -d %s >/dev/null",
                                 theirs);
    assert_status(&load, 0);
    shell_free(&load);
    static const char ALL[] = "SELECT md5(string_agg(t::text, '/' ORDER BY id)), count(*) "
                              "FROM public.t t";
    char *expected = psql(theirs, "%s", ALL);
    assert_non_null(strstr(expected, "|4"));
    assert_psql(ours, ALL, expected);
    free(expected);
}

static void s01_resetting_every_setting_is_no_end_of_the_transaction(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s01_reset");
    scene_migration(s, "1_a", "CREATE TABLE a (); RESET ALL; CREATE TABLE b ();",
                    "DROP TABLE a; RESET ALL; DROP TABLE b;");
    scene_migration(s, "2_c", "CREATE TABLE c ();", "DROP TABLE c; RESET ALL;");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_c");
    assert_march(s, 0, "down --to 1_a -u %s", scene_url(s, db));
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "");
    assert_psql(db, "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL", "t");
}

static void h01_repeatable_migration_runs_again_when_its_file_changed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "h01_repeatable");
    folder_write(s->folder, "migrations/V1__t.sql", "CREATE TABLE t (id int)");
    folder_write(s->folder, "migrations/R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS x");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT x FROM v", "1");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    folder_write(s->folder, "migrations/R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS x");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT x FROM v", "2");
    assert_psql(db, "SELECT count(*) FROM schema_migrations WHERE version = 'R__v'", "1");
}

static void s01_what_a_file_leaves_in_its_session_is_gone_for_the_next(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s01_left");
    scene_migration(s, "1_a",
                    "CREATE TEMP TABLE t (); PREPARE p AS SELECT 1; SET lock_timeout = 7;"
                    "DECLARE c CURSOR WITH HOLD FOR SELECT 1;"
                    "SELECT pg_advisory_lock(42), pg_advisory_lock(42), pg_advisory_lock(4, 2);",
                    NULL);
    scene_migration(s, "2_b",
                    "CREATE TABLE seen AS SELECT to_regclass('pg_temp.t') IS NULL AS temp,"
                    " (SELECT count(*) FROM pg_prepared_statements"
                    "  WHERE name NOT LIKE 'pgmarch %') AS prepared,"
                    " (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,"
                    " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                    "  AND pid = pg_backend_pid()) AS locks,"
                    " current_setting('lock_timeout') AS lock",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT * FROM seen", "t|0|0|1|5s");
}

/* More than the program sends in one turn of its loop, and than the socket takes at once. */
static void s06_copy_data_of_megabytes_is_streamed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s06_long");
    enum { LINES = 120000, LINE = 30 };
    char *text = malloc(LINES * LINE + 100);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, 100,
                                  "CREATE TABLE t (n int, x text);\nCOPY t FROM stdin;\n");
    for (int i = 0; i < LINES; i++) {
        len += (size_t)snprintf(text + len, LINE, "%d\tabcdefghijklmnopqrst\n", i);
    }
    memcpy(text + len, "\\.\n", 4);
    scene_migration(s, "1_t", text, NULL);
    free(text);
    scene_migration(s, "2_u", "CREATE TABLE u AS SELECT count(*), sum(n) FROM t", NULL);
    assert_march(s, 0, "up -u %s --target-timeout 60s", scene_url(s, db));
    assert_psql(db, "SELECT * FROM u", "120000|7199940000");
}

static void s06_bad_copy_data_is_named_with_its_line_and_undone(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s06_bad");
    scene_migration(s, "1_a",
                    "CREATE TABLE t (id int);\n\nCOPY t FROM stdin;\n1\n2\nthree\n\\.\nSELECT 1;\n",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "22P02");
    assert_int_equal(json_number(target, "error.line"), 3);
    assert_part(json_text(target, "error.context"), "COPY t, line 3");
    json_decref(report);
    assert_psql(db, "SELECT to_regclass('t') IS NULL", "t");
}

static void s06_copy_without_its_end_is_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s06_open");
    static const char *const texts[] = {"CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\n2\n",
                                        "CREATE TABLE t (id int);\nCOPY t FROM stdin;\n",
                                        "CREATE TABLE t (id int);\nCOPY t FROM stdin"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scene_migration(s, "1_a", texts[i], NULL);
        shell_result result = march(s, "up -u %s", scene_url(s, db));
        assert_status(&result, 2);
        assert_err(&result, "migrations/1_a.up.sql:2");
        shell_free(&result);
    }
    assert_untouched(db);
}

static void s06_copy_to_stdout_is_read_and_thrown_away(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s06_out");
    scene_migration(s, "1_a",
                    "CREATE TABLE a ();\nCOPY (SELECT repeat('secret', 100) FROM "
                    "generate_series(1, 100000)) TO STDOUT;\nCREATE TABLE b ();\n",
                    NULL);
    scene_migration(s, "2_b", "CREATE TABLE c ()", NULL);
    shell_result result = march(s, "up -v -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_nowhere(&result, "secret");
    shell_free(&result);
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT to_regclass('b') IS NOT NULL", "t");
}

static void s07_psql_commands_are_refused_before_any_connection(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"\\connect other", "\\copy t FROM 'x'", "\\i other.sql",
                                           "\\set ON_ERROR_STOP on", "SELECT 1 \\gexec"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        scene_migration(s, "1_a", scene_text(s, "SELECT 1;\n%s\n", commands[i]), NULL);
        shell_result result = march(s, "up -u postgresql://postgres@127.0.0.1:1/none");
        assert_status(&result, 2);
        assert_err(&result, "migrations/1_a.up.sql:2");
        assert_err(&result, "psql");
        shell_free(&result);
    }
}

/* ---- much of it ---- */

/* A sanitizer keeps what was freed for a while: the figure is the plain program's. */
#if defined(__SANITIZE_ADDRESS__)
enum { PEAK_KB = 1024 * 1024 };
#else
enum { PEAK_KB = 60 * 1024 };
#endif

/* Some hundred megabytes in all; a row or a notice that is kept would show. */
static void s08_notices_and_rows_without_end_pile_up_nowhere(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s08");
    scene_migration(s, "1_notices",
                    "DO $$BEGIN FOR i IN 1..30000 LOOP RAISE NOTICE '%', repeat('x', 3000); "
                    "END LOOP; END$$;",
                    NULL);
    scene_migration(s, "2_rows", "SELECT i, 'a row' FROM generate_series(1, 1500000) i;", NULL);
    scene_migration(s, "3_wide", "SELECT repeat('x', 10000) FROM generate_series(1, 10000);", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_true(result.out_len < 10000);
    shell_free(&result);
    assert_ledger(db, "1_notices,2_rows,3_wide");
    long peak = children_peak_kb();
    print_message("peak memory of the program: %ld KB\n", peak);
    assert_in_range((unsigned long)peak, 1000, PEAK_KB);
}

/* s09: a transaction that needs more locks than the server has room for. */
static void s09_a_full_lock_table_gets_a_hint(void **state) {
    scene *s = *state;
    own_server server = own_start("--set max_locks_per_transaction=10 --set max_connections=10");
    own_use(&server);
    scene_migration(s, "1_a",
                    "DO $$BEGIN FOR i IN 1..20000 LOOP EXECUTE format('CREATE TABLE t%s ()', i); "
                    "END LOOP; END$$;",
                    NULL);
    json_t *report;
    json_t *target = failed_target(
        s, scene_text(s, "up --lock-wait 0 -u %s", scene_url(s, "postgres")), &report);
    assert_json(target, "error.sqlstate", "53200");
    assert_part(json_text(target, "error.hint"), "max_locks_per_transaction");
    assert_part(json_text(target, "error.hint"), "split it");
    json_decref(report);
    assert_psql("postgres", "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]'", "0");
    assert_ledger("postgres", "");
    own_use(NULL);
    own_stop(&server);
}

/* ---- bytes ---- */

/* s10: files are UTF-8; the server converts, whatever it or PGCLIENTENCODING says. */
static void s10_a_latin_1_server_gets_the_characters_of_the_file(void **state) {
    scene *s = *state;
    char db[DATABASE_NAME]; /* not the scene's: those are used again, by tests that want UTF-8 */
    database_name(db, "s10");
    free(psql("postgres",
              "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' "
              "LC_CTYPE 'C'",
              db));
    assert_int_equal(setenv("PGCLIENTENCODING", "UTF8", 1), 0); /* psql's */
    scene_migration(s, "1_a",
                    "\xEF\xBB\xBF"
                    "CREATE TABLE t (\"größe\" text);\r\nINSERT INTO t VALUES ('naïve');\r\n",
                    NULL);
    shell_result result = march_sh(s, "PGCLIENTENCODING=LATIN1 \"$PGMARCH_BIN\" up -u %s",
                                   scene_url(s, db));
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql(db,
                "SELECT length(\"größe\"), encode(convert_to(\"größe\", 'LATIN1'), 'hex') FROM t",
                "5|6e61ef7665");
    /* What the server has no character for is its error, with file and line; nothing stays. */
    scene_migration(s, "2_b", "CREATE TABLE u ();\nINSERT INTO t VALUES ('日本');\n", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "22P05");
    assert_json(target, "error.file", "migrations/2_b.up.sql");
    json_decref(report);
    assert_ledger(db, "1_a");
    assert_int_equal(unsetenv("PGCLIENTENCODING"), 0);
    database_drop(db);
}

static void s10_invalid_utf_8_is_refused_with_its_place(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s10_bad");
    scene_migration(s, "1_a", "CREATE TABLE a ();", NULL);
    shell_result made =
        march_sh(s, "printf 'SELECT 1;\\nSELECT '\\''\\377'\\'';\\n' > migrations/2_b.up.sql");
    shell_free(&made);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_int_equal(result.status, 2);
    assert_part(result.err, "migrations/2_b.up.sql:2: byte 0xff at offset 18 is not UTF-8");
    shell_free(&result);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 'a'", "0");
}

/* Each string is one transaction until a BEGIN; after our lock it would be too late to choose. */
static void a_database_with_other_transaction_defaults_is_marched(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "defaults");
    free(psql("postgres",
              "ALTER DATABASE \"%s\" SET default_transaction_isolation = 'serializable'", db));
    free(psql("postgres", "ALTER DATABASE \"%s\" SET default_transaction_read_only = on", db));
    scene_migration(s, "1_a", "CREATE TABLE a AS SELECT current_setting('transaction_isolation')",
                    "DROP TABLE a");
    scene_migration(s, "2_v", "VACUUM a;\nCREATE INDEX CONCURRENTLY i ON a (current_setting);\n",
                    "DROP INDEX CONCURRENTLY i");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_v");
    assert_psql(db, "SELECT * FROM a", "read committed");
    assert_march(s, 0, "down --to 1_a -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
    free(psql("postgres", "ALTER DATABASE \"%s\" RESET ALL", db));
}

/* The server reads a string in the encoding that the one before left. */
static void s10_an_encoding_that_a_file_sets_ends_with_the_file(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "s10_set");
    char *line = text_format("%01000000d", 0); /* too long for the first string, with the next */
    scene_migration(s, "1_a",
                    "SET client_encoding = 'LATIN1';\nCREATE TABLE t (a text);\n"
                    "INSERT INTO t VALUES ('naïve');\n",
                    NULL);
    scene_migration(s, "2_b",
                    scene_text(s, "-- %s%s\nINSERT INTO t VALUES ('naïve');\n", line, line), NULL);
    free(line);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*), count(DISTINCT a), max(length(a)) FROM t", "2|1|5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(s08_notices_and_rows_without_end_pile_up_nowhere),
        scene_test(s06_copy_data_loads_as_psql_loads_it),
        scene_test(s01_resetting_every_setting_is_no_end_of_the_transaction),
        scene_test(h01_repeatable_migration_runs_again_when_its_file_changed),
        scene_test(s01_what_a_file_leaves_in_its_session_is_gone_for_the_next),
        scene_test(s06_copy_data_of_megabytes_is_streamed),
        scene_test(s06_bad_copy_data_is_named_with_its_line_and_undone),
        scene_test(s06_copy_without_its_end_is_refused),
        scene_test(s06_copy_to_stdout_is_read_and_thrown_away),
        scene_test(s07_psql_commands_are_refused_before_any_connection),
        scene_test(s09_a_full_lock_table_gets_a_hint),
        scene_test(s10_a_latin_1_server_gets_the_characters_of_the_file),
        scene_test(s10_an_encoding_that_a_file_sets_ends_with_the_file),
        scene_test(a_database_with_other_transaction_defaults_is_marched),
        scene_test(s10_invalid_utf_8_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
