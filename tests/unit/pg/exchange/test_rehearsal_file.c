/* A file as a rehearsal sends it: one statement at a time, without its own BEGIN and COMMIT. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "pg/exchange/rehearsal_file.h"

static pgm__arena arena;

static pgm__rehearsal_file file_of(const char *text, bool transactional) {
    static pgm__script script;
    pgm__rehearsal_file file;
    script = (pgm__script){
        .path = "1_a.sql", .text = text, .len = strlen(text), .transactional = transactional};
    assert_true(pgm__rehearsal_file_init(&file, &arena, &script));
    return file;
}

static int teardown(void **state) {
    (void)state;
    pgm__arena_clear(&arena);
    return 0;
}

static void assert_statement(const pgm__rehearsal_file *file, size_t index, const char *expected) {
    pgm__strbuf sql = {0};
    pgm__rehearsal_file_sql(&sql, file, index);
    assert_string_equal(sql.text, expected);
    pgm__strbuf_fini(&sql);
}

static void a_file_is_its_statements(void **state) {
    (void)state;
    const pgm__rehearsal_file file = file_of(
        "-- a\nBEGIN;\nSELECT ';';;\n  CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; "
        "SELECT 2; END;\nDO $$BEGIN PERFORM 1; END$$;\nCOPY a FROM STDIN;\n1\n2\n\\.\nCOMMIT;",
        true);
    const char *data = NULL;
    size_t len = 0;
    assert_int_equal(file.count, 4);
    assert_statement(&file, 0, "SELECT ';';");
    assert_statement(&file, 1,
                     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;");
    assert_statement(&file, 2, "DO $$BEGIN PERFORM 1; END$$;");
    assert_statement(&file, 3, "COPY a FROM STDIN;");
    assert_true(pgm__rehearsal_file_copy(&file, 3, &data, &len));
    assert_int_equal(len, 4);
    assert_memory_equal(data, "1\n2\n", 4);
    assert_false(pgm__rehearsal_file_copy(&file, 2, &data, &len));
    assert_int_equal(file.statements[3].where.line, 6);
}

static void what_would_end_the_transaction_is_known(void **state) {
    (void)state;
    static const char *const ending[] = {"ROLLBACK", "ABORT", "PREPARE TRANSACTION 'x'"};
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        const pgm__rehearsal_file file = file_of(ending[i], true);
        assert_true(pgm__rehearsal_file_ends(&file, 0));
    }
    const pgm__rehearsal_file file = file_of("ROLLBACK TO s", true);
    assert_false(pgm__rehearsal_file_ends(&file, 0));
}

static void assert_names(const char *text, const char *expected) {
    const pgm__rehearsal_file file = file_of(text, true);
    pgm__strbuf names = {0};
    pgm__rehearsal_file_names(&names, &file, 0);
    assert_string_equal(pgm__strbuf_text(&names), expected);
    pgm__strbuf_fini(&names);
}

static void words_are_asked_for_as_names_once_and_folded(void **state) {
    (void)state;
    assert_names("TABLE Orders", "pg_catalog.to_regclass('\"table\"'),"
                                 "pg_catalog.to_regclass('\"orders\"')");
    assert_names("TRUNCATE a.B, \"O'x\"\"y\", a.b",
                 "pg_catalog.to_regclass('\"truncate\"'),pg_catalog.to_regclass('\"a\".\"b\"'),"
                 "pg_catalog.to_regclass('\"O''x\"\"y\"')");
    assert_names("$$ no_name $$", "");
}

/* Data by the thousand is no reason to ask a thousand times. */
static void many_words_are_cut_off(void **state) {
    (void)state;
    char text[4096] = "SELECT";
    for (int i = 0; i < 200; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), " a%d,", i);
    }
    const pgm__rehearsal_file file = file_of(text, true);
    pgm__strbuf names = {0};
    pgm__rehearsal_file_names(&names, &file, 0);
    size_t count = 0;
    for (const char *at = names.text; (at = strstr(at, "to_regclass")) != NULL; at++) {
        count++;
    }
    assert_int_equal(count, 64);
    pgm__strbuf_fini(&names);
}

static void a_statement_is_shown_by_its_first_words_on_one_line(void **state) {
    (void)state;
    const pgm__rehearsal_file file =
        file_of("ALTER  TABLE a\n\t ADD b int;"
                "SELECT 'äääääääääääääääääääääääääääääääääääääääääääääääääääääääääää';",
                true);
    assert_string_equal(pgm__rehearsal_file_text(&file, 0, &arena), "ALTER TABLE a ADD b int");
    assert_string_equal(pgm__rehearsal_file_text(&file, 1, &arena),
                        "SELECT 'ääääääääääääääääääääääääääääääääääää…");
}

static void what_only_reads_and_writes_rows_defines_nothing(void **state) {
    (void)state;
    const pgm__rehearsal_file file = file_of("INSERT INTO a VALUES (1);update a set b = 1;\n"
                                             "SELECT f();DO 'x';ALTER TABLE a ADD b int;",
                                             true);
    static const bool defines[] = {false, false, true, true, true};
    for (size_t i = 0; i < sizeof defines / sizeof *defines; i++) {
        assert_int_equal(pgm__rehearsal_file_defines(&file, i), defines[i]);
    }
}

static void an_error_is_found_by_the_character(void **state) {
    (void)state;
    const pgm__rehearsal_file file = file_of("SELECT 1;\nSELECT 'ä',\n  x;", true);
    assert_int_equal(pgm__rehearsal_file_origin(&file, 1, 0).line, 2);
    pgm__origin origin = pgm__rehearsal_file_origin(&file, 1, 15);
    assert_int_equal(origin.line, 3);
    assert_true(origin.exact);
    assert_int_equal(file.script->text[origin.at], 'x');
}

static void the_mode_of_what_runs_alone_is_known_by_its_words(void **state) {
    (void)state;
    static const struct {
        const char *sql;
        pgm_lock_mode mode;
    } rows[] = {
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"DROP INDEX CONCURRENTLY i", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"REINDEX INDEX CONCURRENTLY i", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"REINDEX SCHEMA public", PGM_LOCK_SHARE},
        {"VACUUM (ANALYZE) a", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"VACUUM FULL a", PGM_LOCK_ACCESS_EXCLUSIVE},
        {"VACUUM (FULL, VERBOSE) a", PGM_LOCK_ACCESS_EXCLUSIVE},
        {"CLUSTER", PGM_LOCK_ACCESS_EXCLUSIVE},
        {"ALTER TABLE a DETACH PARTITION b CONCURRENTLY", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"ALTER SYSTEM SET work_mem = '1MB'", PGM_LOCK_ACCESS_SHARE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const pgm__rehearsal_file file = file_of(rows[i].sql, false);
        assert_int_equal(pgm__rehearsal_file_mode(&file, 0), rows[i].mode);
    }
}

static void a_tag_may_have_a_number(void **state) {
    (void)state;
    assert_int_equal(pgm__rehearsal_tag_rows("INSERT 0 5"), 5);
    assert_int_equal(pgm__rehearsal_tag_rows("SELECT 0"), 0);
    assert_int_equal(pgm__rehearsal_tag_rows("CREATE TABLE"), -1);
    assert_int_equal(pgm__rehearsal_tag_rows(""), -1);
}

#define test(function) cmocka_unit_test_teardown(function, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        test(a_file_is_its_statements),
        test(what_would_end_the_transaction_is_known),
        test(words_are_asked_for_as_names_once_and_folded),
        test(many_words_are_cut_off),
        test(a_statement_is_shown_by_its_first_words_on_one_line),
        test(what_only_reads_and_writes_rows_defines_nothing),
        test(an_error_is_found_by_the_character),
        test(the_mode_of_what_runs_alone_is_known_by_its_words),
        test(a_tag_may_have_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
