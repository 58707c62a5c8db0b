/* Who holds the tables that a statement did not get: the names of a statement as they are asked. */
#include "support/exchange_fixture.h"

#include "pg/exchange/holders.h"
#include "support/oom_loop.h"

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__migration migration;
    pgm__strbuf sql;
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    *state = s;
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

/* The question about a statement of this text. */
static const char *ask(scene *s, const char *text, size_t ordinal) {
    s->migration = make_migration(&s->arena, text, NULL, NULL);
    pgm__strbuf_fini(&s->sql);
    assert_int_equal(pgm__holders_sql(&s->sql, &s->context, &s->migration.up, ordinal), 1);
    assert_int_equal(statements_in(&s->sql), s->context.search_path == NULL ? 4 : 5);
    return s->sql.text;
}

#define NAME(name) "pg_catalog.to_regclass('" name "')::pg_catalog.oid"

static void names_are_asked_as_they_are_written(void **state) {
    scene *s = *state;
    const char *text = ask(s, "ALTER TABLE s.\"T\" ADD c int", 0);
    assert_has(text, "ANY (ARRAY[" NAME("ALTER") "," NAME("TABLE") "," NAME("s.\"T\"") "," NAME(
                         "ADD") "," NAME("c") "," NAME("int") "]::pg_catalog.oid[])");
    assert_has(text, "AS \"pgmarch holders " RUN_ID "\" FROM (");
}

/* to_regclass() would fail on them, and with it the whole question. */
static void what_is_no_plain_name_is_left_out(void **state) {
    scene *s = *state;
    const char *text = ask(s, "LOCK a.b.c, U&\"d\\0061\", e.1, '\"f\"', g", 0);
    assert_has(text, "ARRAY[" NAME("LOCK") "," NAME("g") "]");
    text = ask(s, "LOCK a.\"b\", /* c */ d -- e", 0);
    assert_has(text, "ARRAY[" NAME("LOCK") "," NAME("a.\"b\"") "," NAME("d") "]");
}

static void a_statement_has_only_so_many_names(void **state) {
    scene *s = *state;
    const char *text = ask(s, "SELECT a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,zz", 0);
    assert_lacks(text, "zz");
}

/* Counted as the server answers: what is cut and what is empty brings nothing. */
static void the_statement_is_the_one_that_was_at_work(void **state) {
    scene *s = *state;
    static const char file[] = "BEGIN; ; LOCK first; LOCK other; COMMIT;";
    assert_has(ask(s, file, 0), NAME("first"));
    assert_lacks(s->sql.text, "other");
    assert_has(ask(s, file, 1), NAME("other"));
    pgm__strbuf_fini(&s->sql);
    assert_int_equal(pgm__holders_sql(&s->sql, &s->context, &s->migration.up, 2), 0);
    assert_int_equal(s->sql.len, 0);
}

static void names_are_found_along_the_targets_search_path(void **state) {
    scene *s = *state;
    s->context.search_path = "te'n";
    assert_has(ask(s, "LOCK a", 0), "SET LOCAL statement_timeout='2s';"
                                    "SET LOCAL search_path=\"te'n\";SELECT ");
}

static void without_a_file_nothing_is_asked(void **state) {
    scene *s = *state;
    assert_int_equal(pgm__holders_sql(&s->sql, &s->context, NULL, 0), 0);
    assert_int_equal(s->sql.len, 0);
}

static void only_the_row_of_that_question_is_its_answer(void **state) {
    scene *s = *state;
    const pgm__reply answer = REPLY_ROW({"pgmarch holders " RUN_ID, "pid 1", OID_TEXT});
    const pgm__reply end = REPLY_ROWS_END({"pgmarch holders " RUN_ID, NULL, OID_TEXT});
    const pgm__reply another = REPLY_ROW({"pid", "1", OID_TEXT});
    assert_true(pgm__holders_is_answer(&s->context, &answer));
    assert_false(pgm__holders_is_answer(&s->context, &end));
    assert_false(pgm__holders_is_answer(&s->context, &another));
}

static pgm_status ask_all(void *data) {
    const scene *s = data;
    pgm__strbuf sql = {0};
    (void)pgm__holders_sql(&sql, &s->context, &s->migration.up, 0);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

static void a_question_that_is_not_complete_is_known(void **state) {
    scene *s = *state;
    (void)ask(s, "LOCK a", 0);
    assert_true(oom_survives(ask_all, s) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(names_are_asked_as_they_are_written),
        T(what_is_no_plain_name_is_left_out),
        T(a_statement_has_only_so_many_names),
        T(the_statement_is_the_one_that_was_at_work),
        T(names_are_found_along_the_targets_search_path),
        T(without_a_file_nothing_is_asked),
        T(only_the_row_of_that_question_is_its_answer),
        T(a_question_that_is_not_complete_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
