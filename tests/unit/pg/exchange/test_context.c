/* The words that all our SQL has in common: names, literals, positions. */
#include "support/exchange_fixture.h"

#include "pg/exchange/position.h"
#include "pg/exchange/quote.h"
#include "support/oom_loop.h"

static void names_are_quoted_and_qualified(void **state) {
    (void)state;
    pgm__context context = {.schema = "a\"b", .table = "T", .run_id = RUN_ID};
    pgm__strbuf sql = {0};
    pgm__context_add_table(&sql, &context);
    assert_sql(&sql, "\"a\"\"b\".\"T\"");
    pgm__context_add_companion(&sql, &context);
    assert_sql(&sql, "\"a\"\"b\".pgmarch_progress");
    pgm__context_add_regclass(&sql, &context);
    assert_sql(&sql, "pg_catalog.to_regclass('\"a\"\"b\".\"T\"')");
    pgm__context_add_companion_regclass(&sql, &context);
    assert_sql(&sql, "pg_catalog.to_regclass('\"a\"\"b\".pgmarch_progress')");
}

static void a_schema_that_is_not_known_yet_is_left_out(void **state) {
    (void)state;
    pgm__context context = {.table = "t", .run_id = RUN_ID};
    pgm__strbuf sql = {0};
    pgm__context_add_table(&sql, &context);
    assert_sql(&sql, "\"t\"");
    pgm__context_add_companion(&sql, &context);
    assert_sql(&sql, "pgmarch_progress");
}

static void sessions_are_named_after_the_run(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__context_add_run_name(&sql, &context);
    assert_sql(&sql, "'pgmarch/" RUN_ID "'");
}

static void only_a_column_with_prefix_and_run_is_ours(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__field ours = {"mark " RUN_ID, "1", OID_INT4};
    const pgm__reply row = reply_row(&ours, 1);
    const pgm__reply end = reply_rows_end(&ours, 1);
    assert_true(pgm__context_is_column(&context, &row, "mark "));
    assert_true(pgm__context_is_column(&context, &end, "mark "));
    assert_false(pgm__context_is_column(&context, &row, "other "));
    const pgm__reply others[] = {
        reply_command("SELECT 1"),
        reply_copy_in(),
        REPLY_ROW({"mark 0000000000000000", "1", OID_INT4}),
        REPLY_ROW({"mark " RUN_ID "0", "1", OID_INT4}),
        REPLY_ROW({"x", "1", OID_INT4}, {"mark " RUN_ID, "1", OID_INT4}),
        reply_row(NULL, 0),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(pgm__context_is_column(&context, &others[i], "mark "));
    }
}

/* ---- literals ---- */

static void pieces_become_literals(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__quote_add_part(&sql, "it's \\ more", 5);
    assert_sql(&sql, "'it''s '");
    pgm__quote_add_part(&sql, "", 0);
    assert_sql(&sql, "''");
}

static pgm_status make_regclass(void *data) {
    (void)data;
    const pgm__context context = {
        .schema = "a schema whose name needs another allocation than the first one of a buffer",
        .table = "and a table whose name does so once more, with the schema in front of it"};
    pgm__strbuf sql = {0};
    pgm__context_add_regclass(&sql, &context);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

/* A name that is cut for want of memory could be that of another table. */
static void a_literal_that_is_not_complete_fails_the_string(void **state) {
    (void)state;
    assert_true(oom_survives(make_regclass, NULL) > 2);
}

/* ---- positions ---- */

static void characters_are_counted_not_bytes(void **state) {
    (void)state;
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x98z"; /* a é € elephant z */
    static const size_t begins[] = {0, 1, 3, 6, 10, 11, 11};
    const size_t len = sizeof text - 1;
    assert_int_equal(pgm__position_chars(text, len), 5);
    assert_int_equal(pgm__position_chars(text, 0), 0);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        assert_int_equal(pgm__position_byte(text, len, i), begins[i]);
    }
}

static void a_cut_leaves_characters_whole(void **state) {
    (void)state;
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC"; /* a é € */
    static const size_t kept[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t most = 0; most < sizeof kept / sizeof *kept; most++) {
        assert_int_equal(pgm__position_cut(text, sizeof text - 1, most), kept[most]);
    }
    assert_int_equal(pgm__position_cut("\x80\x80\x80", 3, 2), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_quoted_and_qualified),
        cmocka_unit_test(a_schema_that_is_not_known_yet_is_left_out),
        cmocka_unit_test(sessions_are_named_after_the_run),
        cmocka_unit_test(only_a_column_with_prefix_and_run_is_ours),
        cmocka_unit_test(pieces_become_literals),
        cmocka_unit_test(a_literal_that_is_not_complete_fails_the_string),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_cut_leaves_characters_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
