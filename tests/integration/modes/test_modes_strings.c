/* Failure mode N-02: what plain strings mean, in files that set it and on servers that do. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* n02: where plain strings read backslashes, the server must not split a file otherwise than we. */
static void n02_a_database_with_escape_strings_reads_the_file_as_we_do(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02");
    free(psql("postgres", "ALTER DATABASE \"%s\" SET standard_conforming_strings = off", db));
    static const char TRICK[] = "INSERT INTO t VALUES ('a\\', '; COMMIT; SELECT ');\n";
    scene_migration(s, "1_a", scene_text(s, "CREATE TABLE t (a text, b text);\n%s", TRICK), NULL);
    scene_migration(s, "2_b", scene_text(s, "RESET TimeZone;\n%s", TRICK), NULL);
    scene_migration(s, "3_c", scene_text(s, "-- pgmarch: no-transaction\n%s%s", TRICK, TRICK),
                    NULL);
    scene_migration(s, "4_d", TRICK, NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_psql(db, "SELECT count(*), min(a), min(b), max(b) FROM t",
                "5|a\\|; COMMIT; SELECT |; COMMIT; SELECT ");
}

/* n02: the server reads a string before it runs any of it, so a SET must not reach the next one. */
static void n02_a_file_that_turns_escapes_on_does_not_change_the_files_behind_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_leak");
    static const char INSERT[] = "INSERT INTO t VALUES ('x\\y');\n";
    char *filler = malloc((1 << 20) + 1);
    assert_non_null(filler);
    memset(filler, 'x', 1 << 20);
    filler[1 << 20] = '\0';
    scene_migration(s, "1_a", "CREATE TABLE t (a text);\nSET standard_conforming_strings = off;\n",
                    NULL);
    scene_migration(s, "2_b", scene_text(s, "%s-- %s\n", INSERT, filler), NULL);
    scene_migration(
        s, "3_c", "-- pgmarch: no-transaction\nSET standard_conforming_strings TO 'off';\n", NULL);
    scene_migration(s, "4_d", INSERT, NULL);
    free(filler);
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT length('\\') = 1;\n");
    folder_write(s->folder, "migrations/3_c.verify.sql", "SELECT length('\\') = 1;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_psql(db, "SELECT string_agg(a, ' ') FROM t", "x\\y x\\y");
}

static void n02_without_a_transaction_a_file_s_setting_of_strings_is_followed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_follow");
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\n"
                    "CREATE TABLE t (a text);\n"
                    "SET standard_conforming_strings = off;\n"
                    "INSERT INTO t VALUES ('it\\'s; --');\n"
                    "RESET standard_conforming_strings;\n"
                    "INSERT INTO t VALUES ('c:\\');\n"
                    "SET SESSION \"standard_conforming_strings\" TO no;\n"
                    "INSERT INTO t VALUES ('\\';');\n"
                    "DISCARD ALL;\n"
                    "INSERT INTO t VALUES ('\\');\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT string_agg(a, '|') FROM t", "it's; --|c:\\|';|\\");
}

/* ---- files in pieces ---- */

/* Old dumps, a change in the middle, and what hangs on either: as psql reads it. */
static const char PIECES[] =
    "SET client_encoding = 'LATIN1';\n"
    "SET client_encoding = 'UTF8';\n"
    "CREATE TABLE t (id serial, a text);\n"
    "INSERT INTO t (a) VALUES ('c:\\new\\');\n"
    "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', "
    "false);\n"
    "COPY t (a) FROM stdin;\nit's\\ta; tab\n\\.\n"
    "INSERT INTO t (a) VALUES ('it\\'s; \\x41\\n'), ('ünï\\\\'), "
    "(E'\\'');\n"
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT \\'\\\\\\\\\\';';\n"
    "SAVEPOINT s;\nRELEASE s;\n"
    "SET standard_conforming_strings TO on;\n"
    "INSERT INTO t (a) SELECT f() || '\\';\n"
    "RESET standard_conforming_strings;\n"
    "SET LOCAL standard_conforming_strings TO 'false';\n"
    "INSERT INTO t (a) VALUES ('\\'; --');\n";

static const char ALL[] = "SELECT string_agg(id || a, '/' ORDER BY id) || f() FROM t";

static void n02_a_file_that_turns_escapes_on_and_off_is_read_as_psql_reads_it(void **state) {
    scene *s = *state;
    const char *ours = scene_database(s, "n02_pieces");
    const char *theirs = scene_database(s, "n02_psql");
    scene_migration(s, "1_a", "CREATE TABLE before ();", NULL);
    scene_migration(s, "2_b", PIECES,
                    "SET standard_conforming_strings = off;\n"
                    "CREATE TABLE down AS SELECT '\\'; DROP TABLE t; --' AS a;\n"
                    "DROP TABLE t; DROP FUNCTION f;\n");
    scene_migration(s, "3_c", "CREATE TABLE behind AS SELECT '\\' AS a;", "DROP TABLE behind");
    folder_write(s->folder, "migrations/2_b.verify.sql",
                 "SELECT length('\\') = 1, count(*) = 7 "
                 "FROM t;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, ours));
    assert_ledger(ours, "1_a,2_b,3_c");
    shell_result load = march_sh(s,
                                 "psql -Xq1 -v ON_ERROR_STOP=1 -d %s "
                                 "-f migrations/2_b.up.sql >/dev/null",
                                 theirs);
    assert_status(&load, 0);
    shell_free(&load);
    char *expected = psql(theirs, "%s", ALL);
    assert_non_null(strstr(expected, "it's; A\n"));
    assert_psql(ours, ALL, expected);
    free(expected);
    assert_psql(ours, "SELECT a FROM behind", "\\");
    assert_march(s, 0, "down -u %s --to 1", scene_url(s, ours));
    assert_ledger(ours, "1_a");
    assert_psql(ours, "SELECT a FROM down", "'; DROP TABLE t; --");
}

/* All or nothing, and the place in the file. */
static void n02_an_error_in_any_piece_takes_all_of_the_file_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_error");
    static const char *const wrong[] = {"SELECT 1/0;", "SELECTT 'a\\';';", "SELECT 'it\\'s'::int;"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        scene_migration(s, "1_a",
                        scene_text(s,
                                   "CREATE TABLE a ();\nSET standard_conforming_strings = off;\n"
                                   "SELECT 'it\\'s; ünï';\nCREATE TABLE b ();\n%s\n",
                                   wrong[i]),
                        NULL);
        json_t *report;
        json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
        assert_json(target, "error.file", "migrations/1_a.up.sql");
        assert_int_equal(json_number(target, "error.line"), 5);
        json_decref(report);
        assert_psql(db, "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL", "t");
    }
    scene_migration(s, "1_a",
                    "SET standard_conforming_strings = off;\n"
                    "SELECT '\\'' FROM nowhere;\n",
                    NULL);
    shell_result first = march(s, "up -u %s", scene_url(s, db));
    assert_status(&first, 1);
    assert_part(first.out, "migrations/1_a.up.sql:2");
    shell_free(&first);
}

static void n02_a_database_with_escape_strings_does_not_change_the_pieces(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_both");
    free(psql("postgres", "ALTER DATABASE \"%s\" SET standard_conforming_strings = off", db));
    scene_migration(s, "1_a",
                    "CREATE TABLE t (a text);\nINSERT INTO t VALUES ('1\\');\n"
                    "SET standard_conforming_strings = off;\nINSERT INTO t VALUES ('2\\'');\n"
                    "RESET standard_conforming_strings;\nINSERT INTO t VALUES ('3\\');\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT string_agg(a, ' ' ORDER BY a) FROM t", "1\\ 2' 3\\");
}

static void l03_behind_a_pooler_a_file_in_pieces_is_one_transaction(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_pooled");
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", PIECES, NULL);
    scene_migration(s, "2_b", "INSERT INTO t (a) VALUES ('\\');", NULL);
    assert_march(s, 0, "up -u postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s "
                                 "-c 'SHOW standard_conforming_strings' -c 'SHOW client_encoding'",
                                 pool.port, db);
    assert_string_equal(next.out, "on\nUTF8\n");
    shell_free(&next);
    bouncer_stop(&pool);
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT count(*), count(*) FILTER (WHERE a = '\\') FROM t", "8|1");
}

/* The text that arrives is UTF-8 in every piece. */
static void s10_an_encoding_that_a_file_sets_does_not_reach_its_later_pieces(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_latin");
    scene_migration(s, "1_a",
                    "SET client_encoding = 'LATIN1';\nCREATE TABLE t (a text);\n"
                    "INSERT INTO t VALUES ('naïve');\nSET standard_conforming_strings = off;\n"
                    "INSERT INTO t VALUES ('na\\303\\257ve'), ('naïve');\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*), count(DISTINCT a), max(length(a)) FROM t", "3|1|5");
}

/* ---- what is refused ---- */

static void n02_escapes_that_would_be_read_otherwise_than_by_psql_are_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "n02_refuse");
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nCREATE TABLE t (a text);\nBEGIN;\n"
                    "SET standard_conforming_strings = off;\n"
                    "INSERT INTO t VALUES ('a\\nb');\nCOMMIT;\n",
                    NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_int_equal(result.status, 2);
    assert_part(result.err, "migrations/1_a.up.sql:5: a plain string with a backslash behind SET "
                            "standard_conforming_strings = off (line 4)");
    assert_part(result.err, "set it above the BEGIN");
    shell_free(&result);
    assert_untouched(db);
    /* As the message says. */
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nCREATE TABLE t (a text);\n"
                    "SET standard_conforming_strings = off;\nBEGIN;\n"
                    "INSERT INTO t VALUES ('a\\'b; c');\nCOMMIT;\n",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT a FROM t", "a'b; c");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n02_a_database_with_escape_strings_reads_the_file_as_we_do),
        scene_test(n02_a_file_that_turns_escapes_on_does_not_change_the_files_behind_it),
        scene_test(n02_without_a_transaction_a_file_s_setting_of_strings_is_followed),
        scene_test(n02_a_file_that_turns_escapes_on_and_off_is_read_as_psql_reads_it),
        scene_test(n02_an_error_in_any_piece_takes_all_of_the_file_back),
        scene_test(n02_a_database_with_escape_strings_does_not_change_the_pieces),
        scene_test(l03_behind_a_pooler_a_file_in_pieces_is_one_transaction),
        scene_test(s10_an_encoding_that_a_file_sets_does_not_reach_its_later_pieces),
        scene_test(n02_escapes_that_would_be_read_otherwise_than_by_psql_are_refused),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
