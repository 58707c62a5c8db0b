/* What a file did not find: read out of the server's words in whatever language, and asked for in
 * schemas that are shared. */
#include "support/exchange_fixture.h"

#include "pg/exchange/elsewhere.h"

static pgm__missing missing_of(const char *sqlstate, const char *message) {
    pgm__server_error error = {.message = message};
    (void)strncpy(error.sqlstate, sqlstate, sizeof error.sqlstate - 1);
    return pgm__elsewhere_missing(&error);
}

static void names_are_read_out_of_the_servers_words(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"42704", "type \"citext\" does not exist", "citext"},
        {"42704", "Typ \"Two Words\" existiert nicht", "Two Words"},
        {"42704", "type \"vector[]\" does not exist", "vector"},
        {"42704", "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"",
         "gin_trgm_ops"},
        {"42883", "function uuid_generate_v4() does not exist", "uuid_generate_v4"},
        {"42883", "function crypt(text, text) does not exist", "crypt"},
        {"42883", "Funktion crypt(text, text) existiert nicht", "crypt"},
        {"42883", "operator does not exist: vector <-> unknown", "<->"},
        {"42883", "operator does not exist: @ hstore", "@"},
        {"42P01", "relation \"spatial_ref_sys\" does not exist", "spatial_ref_sys"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const pgm__missing missing = missing_of(cases[i][0], cases[i][1]);
        assert_non_null(missing.places);
        assert_string_equal(missing.name, cases[i][2]);
    }
}

static void nothing_else_is_asked_for(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"42P07", "relation \"a\" already exists"},
        {"42704", "type \"public.citext\" does not exist"},
        {"42704", "type \"\" does not exist"},
        {"42704", "no name at all"},
        {"42704", "half a \"name"},
        {"42883", "function ext.crypt(text) does not exist"},
        {"42883", "no name at all"},
        {"42883", "(text)"},
        {"42P01", "relation \"a.b\" does not exist"},
        {"42P01", "relation \"a2345678901234567890123456789012345678901234567890123456789012345\""},
        {"42704", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const pgm__missing missing = missing_of(cases[i][0], cases[i][1]);
        assert_null(missing.places);
        const pgm__context context = plain_context();
        pgm__strbuf sql = {0};
        pgm__elsewhere_sql(&sql, &context, &missing);
        assert_int_equal(sql.len, 0);
    }
}

/* It only looks, for two seconds, as the role and along the path of the files. */
static void the_question_is_bounded_and_asked_as_the_file_was_run(void **state) {
    (void)state;
    const pgm__context context = context_number(64 + 1024 + 2048);
    const pgm__missing missing = missing_of("42704", "type \"it's\" does not exist");
    pgm__strbuf sql = {0};
    pgm__elsewhere_sql(&sql, &context, &missing);
    static const char begin[] =
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;SET LOCAL statement_timeout='2s';"
        "SET LOCAL ROLE \"own\"\"er\";SET LOCAL search_path=\"ten\"\"ant\",\"public\",";
    assert_memory_equal(text_of(&sql), begin, sizeof begin - 1);
    assert_has(sql.text, "o.typname OPERATOR(pg_catalog.=) 'it''s') OR EXISTS(");
    assert_has(sql.text, "LIMIT 1) AS \"pgmarch elsewhere " RUN_ID "\";COMMIT;");
    pgm__strbuf_fini(&sql);
}

static void only_the_row_of_this_run_is_the_answer(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__reply answer = REPLY_ROW({"pgmarch elsewhere " RUN_ID, "public", OID_TEXT});
    const pgm__reply end = REPLY_ROWS_END({"pgmarch elsewhere " RUN_ID, NULL, OID_TEXT});
    const pgm__reply another = REPLY_ROW({"pgmarch elsewhere", "public", OID_TEXT});
    assert_true(pgm__elsewhere_is_answer(&context, &answer));
    assert_false(pgm__elsewhere_is_answer(&context, &end));
    assert_false(pgm__elsewhere_is_answer(&context, &another));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_out_of_the_servers_words),
        cmocka_unit_test(nothing_else_is_asked_for),
        cmocka_unit_test(the_question_is_bounded_and_asked_as_the_file_was_run),
        cmocka_unit_test(only_the_row_of_this_run_is_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
