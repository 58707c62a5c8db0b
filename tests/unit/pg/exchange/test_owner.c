/* Whose the ledger is, and what else answers to a write there. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/owner.h"

#define BOTH                                                                                       \
    " ANY (ARRAY[pg_catalog.to_regclass('\"public\".\"schema_migrations\"')::pg_catalog.oid,"      \
    "pg_catalog.to_regclass('\"public\".pgmarch_progress')::pg_catalog.oid])"

static void a_table_of_neither_role_is_an_error(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__owner_add(&sql, &context);
    assert_sql(&sql,
               "coalesce((SELECT pg_catalog.format('" PGM__MARK_STRANGER
               "the table %s belongs to role %s',c.relname,pg_catalog.pg_get_userbyid(c.relowner))"
               " FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) " BOTH
               " AND NOT pg_catalog.pg_has_role(c.relowner,CURRENT_USER,'MEMBER')"
               " AND NOT pg_catalog.pg_has_role(c.relowner,SESSION_USER,'MEMBER')"
               " LIMIT 1),'1')::pg_catalog.int4");
}

static void another_table_is_found_along_the_search_path(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__owner_add_of(&sql, "o'ther");
    assert_has(text_of(&sql), "WHERE c.oid OPERATOR(pg_catalog.=) "
                              "pg_catalog.to_regclass('o''ther')::pg_catalog.oid AND NOT");
    pgm__strbuf_fini(&sql);
}

static void triggers_rules_and_policies_of_both_tables_are_listed(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__owner_sql_watchers(&sql, &context);
    assert_int_equal(statements_in(&sql), 1);
    assert_has(sql.text, "AS \"pgmarch watchers " RUN_ID "\" FROM (");
    assert_has(sql.text, "pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid "
                         "OPERATOR(pg_catalog.=) " BOTH);
    assert_has(sql.text, "pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) " BOTH);
    assert_has(sql.text, "pg_policy p WHERE p.polrelid OPERATOR(pg_catalog.=) " BOTH);
    pgm__strbuf_fini(&sql);
}

static void only_the_row_of_that_question_is_its_answer(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__reply answer = REPLY_ROW({"pgmarch watchers " RUN_ID, "rule r", OID_TEXT});
    const pgm__reply end = REPLY_ROWS_END({"pgmarch watchers " RUN_ID, NULL, OID_TEXT});
    const pgm__reply another = REPLY_ROW({"pgmarch guard " RUN_ID, "rule r", OID_TEXT});
    assert_true(pgm__owner_is_watchers(&context, &answer));
    assert_false(pgm__owner_is_watchers(&context, &end));
    assert_false(pgm__owner_is_watchers(&context, &another));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_of_neither_role_is_an_error),
        cmocka_unit_test(another_table_is_found_along_the_search_path),
        cmocka_unit_test(triggers_rules_and_policies_of_both_tables_are_listed),
        cmocka_unit_test(only_the_row_of_that_question_is_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
