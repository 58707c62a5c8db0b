/* A file that runs statement by statement: its texts and data, its lines, and what is known of a
 * statement that was cut off. */
#include "support/exchange_fixture.h"

#include "pg/exchange/statements.h"
#include "support/oom_loop.h"

typedef struct scene {
    pgm__arena arena;
    pgm__migration migration;
    pgm__statements file;
    pgm__strbuf sql;
} scene;

static int setup(void **state) {
    *state = test_calloc(1, sizeof(scene));
    assert_non_null(*state);
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__strbuf_fini(&s->sql);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* At the first statement of a file without a transaction. */
static void open_file(scene *s, const char *text) {
    pgm__strbuf whole = {0};
    pgm__strbuf_addf(&whole, "-- pgmarch: no-transaction\n%s", text);
    s->migration = make_migration(&s->arena, text_of(&whole), NULL, NULL);
    pgm__strbuf_fini(&whole);
    assert_false(s->migration.up.transactional);
    pgm__statements_init(&s->file, &s->migration, false);
    assert_true(pgm__statements_seek(&s->file, 0));
}

static void assert_text(scene *s, size_t statement, const char *text) {
    assert_true(pgm__statements_seek(&s->file, statement));
    pgm__statements_sql(&s->sql, &s->file);
    assert_sql(&s->sql, text);
}

/* ---- texts ---- */

static void a_file_is_given_out_statement_by_statement(void **state) {
    scene *s = *state;
    open_file(s, "VACUUM a;\nBEGIN; SELECT 1; COMMIT;\nVACUUM b");
    assert_int_equal(s->file.count, 3);
    assert_text(s, 0, "VACUUM a;");
    assert_text(s, 1, "BEGIN; SELECT 1; COMMIT;");
    assert_text(s, 2, "VACUUM b");
    assert_false(pgm__statements_seek(&s->file, 3));
}

static void down_goes_through_the_other_file(void **state) {
    scene *s = *state;
    s->migration = make_migration(&s->arena, "SELECT 1;",
                                  "-- pgmarch: no-transaction\nDROP INDEX CONCURRENTLY i;", NULL);
    pgm__statements_init(&s->file, &s->migration, true);
    assert_ptr_equal(s->file.script, &s->migration.down);
    assert_text(s, 0, "DROP INDEX CONCURRENTLY i;");
}

static void copy_data_is_left_out_and_given_when_asked_for(void **state) {
    scene *s = *state;
    open_file(s, "COPY t FROM stdin;\n1\n\\.\n"
                 "BEGIN; COPY t FROM stdin;\n22\n\\.\nCOPY t FROM stdin;\n\\.\nCOMMIT;\n");
    const char *data = NULL;
    size_t len = 0;
    assert_text(s, 0, "COPY t FROM stdin;");
    assert_true(pgm__statements_next_copy(&s->file, &data, &len));
    assert_int_equal(len, 2);
    assert_memory_equal(data, "1\n", 2);
    assert_false(pgm__statements_next_copy(&s->file, &data, &len));
    assert_true(pgm__statements_seek(&s->file, 1));
    pgm__statements_sql(&s->sql, &s->file);
    assert_lacks(text_of(&s->sql), "22");
    assert_has(s->sql.text, "COPY t FROM stdin;COPY t FROM stdin;COMMIT;");
    assert_true(pgm__statements_next_copy(&s->file, &data, &len));
    assert_memory_equal(data, "22\n", 3);
    assert_true(pgm__statements_next_copy(&s->file, &data, &len));
    assert_int_equal(len, 0);
    assert_false(pgm__statements_next_copy(&s->file, &data, &len));
    /* Sent once more, it is asked for once more. */
    pgm__strbuf_clear(&s->sql);
    pgm__statements_sql(&s->sql, &s->file);
    assert_true(pgm__statements_next_copy(&s->file, &data, &len));
    assert_memory_equal(data, "22\n", 3);
}

static void a_statement_is_read_as_those_before_it_left_the_session(void **state) {
    scene *s = *state;
    open_file(s, "SET standard_conforming_strings = off;\nSELECT 'a\\'; b';\nVACUUM;");
    assert_true(s->file.standard_strings);
    assert_text(s, 1, "SELECT 'a\\'; b';");
    assert_false(s->file.standard_strings);
}

/* ---- lines ---- */

static void an_error_has_the_line_of_its_character(void **state) {
    scene *s = *state;
    open_file(s, "VACUUM a;\n\nSELECT '\xC3\xA9',\n1/0;");
    assert_int_equal(pgm__statements_origin(&s->file, 0).line, 2);
    assert_true(pgm__statements_seek(&s->file, 1));
    assert_int_equal(pgm__statements_origin(&s->file, 0).line, 4);
    assert_int_equal(pgm__statements_origin(&s->file, 1).line, 4);
    assert_int_equal(pgm__statements_origin(&s->file, 12).line, 4); /* the line's end itself */
    assert_int_equal(pgm__statements_origin(&s->file, 13).line, 5);
    assert_int_equal(pgm__statements_origin(&s->file, 900).line, 5);
}

/* Text and string differ there: the statement's first line has to do. */
static void behind_copy_data_the_begin_has_to_do(void **state) {
    scene *s = *state;
    open_file(s, "COPY t FROM stdin;\n1\n\\.\nSELECT\n1/0;");
    assert_true(pgm__statements_seek(&s->file, 1));
    assert_int_equal(pgm__statements_origin(&s->file, 8).line, 5);
}

static void names_are_found_as_words_in_any_case(void **state) {
    scene *s = *state;
    open_file(s, "CREATE INDEX CONCURRENTLY My_Index ON t (a);");
    static const char *const there[] = {"my_index", "MY_INDEX", "t", "a"};
    static const char *const absent[] = {"my", "index_on", "_index", "", "elsewhere", "b"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        assert_true(pgm__statements_mentions(&s->file, there[i]));
    }
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_false(pgm__statements_mentions(&s->file, absent[i]));
    }
}

/* ---- cut off ---- */

static void what_is_done_about_a_statement_in_doubt_follows_from_its_kind(void **state) {
    scene *s = *state;
    static const struct {
        const char *text;
        pgm__settling settling;
    } kinds[] = {
        {"CREATE INDEX CONCURRENTLY i ON t (a);", PGM__SETTLE_BUILT},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);", PGM__SETTLE_BUILT},
        {"DROP INDEX CONCURRENTLY i;", PGM__SETTLE_GONE},
        {"VACUUM t;", PGM__SETTLE_AGAIN},
        {"REINDEX INDEX CONCURRENTLY i;", PGM__SETTLE_AGAIN},
        {"REINDEX SCHEMA s;", PGM__SETTLE_AGAIN},
        {"ALTER SYSTEM SET work_mem = 1;", PGM__SETTLE_AGAIN},
        {"CREATE DATABASE d;", PGM__SETTLE_NEVER},
        {"INSERT INTO t VALUES (1);", PGM__SETTLE_NEVER},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        open_file(s, kinds[i].text);
        assert_int_equal(pgm__statements_settling(&s->file), kinds[i].settling);
    }
}

static void only_call_and_do_may_commit_on_their_way(void **state) {
    scene *s = *state;
    static const char *const may[] = {"CALL p();", "/* x */ do $$ begin end $$;"};
    static const char *const may_not[] = {"SELECT call();", "\"do\";", "DOMAIN;", "VACUUM;"};
    for (size_t i = 0; i < sizeof may / sizeof *may; i++) {
        open_file(s, may[i]);
        assert_true(pgm__statements_may_commit(&s->file));
    }
    for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++) {
        open_file(s, may_not[i]);
        assert_false(pgm__statements_may_commit(&s->file));
    }
}

static void an_index_is_asked_for_as_the_statement_names_it(void **state) {
    scene *s = *state;
    static const struct {
        const char *text;
        const char *condition;
    } names[] = {
        {"CREATE INDEX CONCURRENTLY i ON t (a);",
         "WHERE i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('t') AND c.relname "
         "OPERATOR(pg_catalog.=) (pg_catalog.parse_ident('i'))[1]"},
        {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I'x\" ON ONLY s.\"T\" USING btree (a);",
         "to_regclass('s.\"T\"') AND c.relname OPERATOR(pg_catalog.=) "
         "(pg_catalog.parse_ident('\"I''x\"'))[1]"},
        {"DROP INDEX CONCURRENTLY IF EXISTS s.i;",
         "WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('s.i')"},
        {"DROP INDEX CONCURRENTLY i /* x */ CASCADE;", "pg_catalog.to_regclass('i')"},
        /* The server makes up a name: nothing is found. */
        {"CREATE INDEX CONCURRENTLY ON t (a);", "(pg_catalog.parse_ident(''))[1]"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        open_file(s, names[i].text);
        pgm__statements_sql_find_index(&s->sql, &s->file);
        assert_int_equal(statements_in(&s->sql), 1);
        assert_has(s->sql.text, names[i].condition);
        pgm__strbuf_fini(&s->sql);
    }
}

static void questions_about_the_session_are_one_statement_each(void **state) {
    scene *s = *state;
    pgm__statements_sql_transaction(&s->sql);
    assert_int_equal(statements_in(&s->sql), 1);
    assert_has(s->sql.text, "l.virtualtransaction");
    pgm__strbuf_fini(&s->sql);
    pgm__statements_sql_invalid(&s->sql);
    assert_int_equal(statements_in(&s->sql), 1);
    assert_has(s->sql.text, "WHERE NOT i.indisvalid;");
}

static pgm_status find_index(void *data) {
    const scene *s = data;
    pgm__strbuf sql = {0};
    pgm__statements_sql_find_index(&sql, &s->file);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

/* Half a name could be another index. */
static void a_question_that_is_not_complete_is_known(void **state) {
    scene *s = *state;
    open_file(s, "CREATE INDEX CONCURRENTLY i ON t (a);");
    assert_true(oom_survives(find_index, s) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_file_is_given_out_statement_by_statement),
        T(down_goes_through_the_other_file),
        T(copy_data_is_left_out_and_given_when_asked_for),
        T(a_statement_is_read_as_those_before_it_left_the_session),
        T(an_error_has_the_line_of_its_character),
        T(behind_copy_data_the_begin_has_to_do),
        T(names_are_found_as_words_in_any_case),
        T(what_is_done_about_a_statement_in_doubt_follows_from_its_kind),
        T(only_call_and_do_may_commit_on_their_way),
        T(an_index_is_asked_for_as_the_statement_names_it),
        T(questions_about_the_session_are_one_statement_each),
        T(a_question_that_is_not_complete_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
