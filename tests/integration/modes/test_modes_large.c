/* Files that are too long for one string: they go in several, and are one transaction. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

enum { LEN = 500 * 1024, COUNT = 20 };

/* Rows that know when their string came, and when their transaction began. */
#define TABLE                                                                                      \
    "CREATE TABLE t (n int, string timestamptz DEFAULT statement_timestamp(),\n"                   \
    "    began timestamptz DEFAULT now(), row text);\n"

/* `first`, so many rows of so many bytes, a line each, `last`; freed by the caller. */
static char *large_text(const char *first, const char *last) {
    size_t room = strlen(first) + (size_t)COUNT * LEN + strlen(last) + 1;
    char *text = malloc(room);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, room, "%s", first);
    for (int i = 1; i <= COUNT; i++) {
        size_t end = len + LEN;
        len += (size_t)snprintf(text + len, room - len, "INSERT INTO t (n) VALUES (%d) /* ", i);
        memset(text + len, 'x', end - 5 - len);
        memcpy(text + end - 5, " */;\n", 5);
        len = end;
    }
    (void)snprintf(text + len, room - len, "%s", last);
    return text;
}

static void migration(scene *s, const char *name, const char *first, const char *last) {
    char *text = large_text(first, last);
    scene_migration(s, name, text, "DROP TABLE t;\n");
    free(text);
}

static void a_large_file_goes_in_several_strings_of_one_transaction(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "large");
    scene_migration(s, "1_a", "CREATE TABLE before ();", NULL);
    migration(s, "2_b",
              "BEGIN;\n" TABLE "CREATE TEMP TABLE passing (n int) ON COMMIT DROP;\n"
              "DECLARE c CURSOR FOR SELECT 7;\nSET search_path = public, pg_temp;\n"
              "SET LOCAL pgmarch.ours = 'kept';\nSAVEPOINT a;\n",
              "ROLLBACK TO a;\nCOPY t (n) FROM stdin;\n100\n101\n\\.\n"
              "FETCH c;\nINSERT INTO passing VALUES (1);\n"
              "INSERT INTO t (n, row) VALUES (102, current_setting('pgmarch.ours'));\nCOMMIT;\n");
    migration(s, "3_c", "DROP TABLE t;\n" TABLE, "");
    scene_migration(s, "4_d", "CREATE TABLE behind ();", NULL);
    folder_write(s->folder, "migrations/3_c.verify.sql", "SELECT count(*) = 20 FROM t;\n");
    assert_march(s, 0, "up -u %s --to 2", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT count(*), sum(n), max(row), count(DISTINCT began) FROM t",
                "3|303|kept|1");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    assert_psql(db,
                "SELECT count(*), count(DISTINCT string) > 2, count(DISTINCT began), "
                "count(DISTINCT xmin::text) FROM t",
                "20|t|1|1");
}

/* Whatever was sent before it. */
static void an_error_at_the_end_of_a_large_file_leaves_nothing_of_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "large_error");
    static const char *const ends[] = {"SELECT 1,\n  nobody;\n", "SELECT 1\n  FORM t;\n"};
    scene_migration(s, "1_a", "CREATE TABLE before ();", NULL);
    for (size_t i = 0; i < 2; i++) {
        migration(s, "2_b", TABLE, ends[i]);
        json_t *report;
        json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
        assert_json(target, "error.version", "2_b");
        assert_int_equal(json_number(target, "error.line"), 24);
        json_decref(report);
        assert_ledger(db, "1_a");
        assert_psql(db, "SELECT to_regclass('t') IS NULL", "t");
    }
}

/* A sanitizer keeps what was freed for a while: the figure is the plain program's. */
#if defined(__SANITIZE_ADDRESS__)
enum { PEAK_KB = 1024 * 1024 };
#else
enum { PEAK_KB = 80 * 1024 };
#endif

/* Else each of 16 targets has three copies of its ten MiB. */
static void a_large_file_is_in_memory_once(void **state) {
    scene *s = *state;
    enum { SCHEMAS = 16 };
    const char *db = scene_database(s, "large_memory");
    migration(s, "1_a", TABLE, "");
    for (int i = 0; i < SCHEMAS; i++) {
        free(psql(db, "CREATE SCHEMA s%d", i));
    }
    char *targets = text_format("[defaults]\nurl = %s\n", scene_url(s, db));
    for (int i = 0; i < SCHEMAS; i++) {
        char *more = text_format("%s[s%d]\nschema = s%d\n", targets, i, i);
        free(targets);
        targets = more;
    }
    folder_write(s->folder, "targets.conf", "%s", targets);
    free(targets);
    assert_march(s, 0, "up -t targets.conf -j %d --per-server %d", SCHEMAS, SCHEMAS);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 't'", "16");
    long peak = children_peak_kb();
    print_message("peak memory of the program: %ld KB\n", peak);
    assert_in_range((unsigned long)peak, 1000, PEAK_KB);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_large_file_goes_in_several_strings_of_one_transaction),
        scene_test(an_error_at_the_end_of_a_large_file_leaves_nothing_of_it),
        scene_test(a_large_file_is_in_memory_once),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
