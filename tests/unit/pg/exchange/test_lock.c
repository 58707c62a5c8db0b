/* The advisory lock: its key, how it is asked for, and who is ended for it. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/lock.h"

/* Two versions of pgmarch must meet at the same lock: the number is part of the interface. */
static void the_key_is_the_same_for_ever(void **state) {
    (void)state;
    assert_true(pgm__lock_key("public", "schema_migrations") == INT64_C(2982206750003246185));
    assert_true(pgm__lock_key("public", "b") != pgm__lock_key("public", "a"));
    assert_true(pgm__lock_key("a", "x") != pgm__lock_key("b", "x"));
}

static void a_string_enters_by_lock_and_owner_in_one_statement(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    const size_t replies = pgm__lock_sql_enter(&sql, &context, true, true);
    assert_int_equal(replies, 3);
    assert_int_equal(statements_in(&sql), replies);
    assert_has(sql.text, "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock('2982206750003246185') "
                         "THEN '1' ELSE '" PGM__MARK_BUSY "' END::pg_catalog.int4,coalesce(");
    assert_has(sql.text, PGM__MARK_STRANGER);
    assert_has(sql.text, ";BEGIN;COMMIT;");
    pgm__strbuf_fini(&sql);
}

static void what_is_not_to_be_asked_is_left_out(void **state) {
    (void)state;
    pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__lock_sql_enter(&sql, &context, true, false), 3);
    assert_lacks(text_of(&sql), PGM__MARK_STRANGER);
    pgm__strbuf_fini(&sql);
    assert_int_equal(pgm__lock_sql_enter(&sql, &context, false, true), 3);
    assert_lacks(text_of(&sql), PGM__MARK_BUSY);
    assert_has(sql.text, "SELECT coalesce(");
    pgm__strbuf_fini(&sql);
    assert_int_equal(pgm__lock_sql_enter(&sql, &context, false, false), 0);
    assert_int_equal(sql.len, 0);
    context.trusted = true;
    assert_int_equal(pgm__lock_sql_enter(&sql, &context, false, true), 0);
    assert_int_equal(sql.len, 0);
}

static void the_holder_is_named_where_that_is_asked_for(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.name_holder = true;
    pgm__strbuf sql = {0};
    pgm__lock_sql_again(&sql, &context);
    assert_int_equal(statements_in(&sql), 1);
    assert_has(sql.text, "coalesce((SELECT pg_catalog.format('" PGM__MARK_BUSY ": pid %s, %s, "
                         "connected since %s'");
    /* The two halves of the key, as pg_locks shows them. */
    assert_has(sql.text, "l.classid OPERATOR(pg_catalog.=) '694349117'");
    assert_has(sql.text, "l.objid OPERATOR(pg_catalog.=) '481768553'");
    pgm__strbuf_fini(&sql);
}

static void the_lock_never_waits_inside_the_server(void **state) {
    (void)state;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        (void)pgm__lock_sql_enter(&sql, &context, true, true);
        pgm__lock_sql_again(&sql, &context);
        pgm__lock_add_of_block(&sql, &context);
        assert_has(text_of(&sql), "pg_try_advisory_lock(");
        assert_lacks(sql.text, ".pg_advisory_lock(");
        assert_lacks(sql.text, ".pg_advisory_xact_lock(");
        pgm__strbuf_fini(&sql);
    }
}

static void a_block_has_the_locks_of_its_session_or_its_transaction(void **state) {
    (void)state;
    pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__lock_add_of_block(&sql, &context);
    assert_has(text_of(&sql), "SELECT pg_catalog.pg_advisory_unlock_all(),CASE WHEN "
                              "pg_catalog.pg_try_advisory_lock(");
    pgm__strbuf_fini(&sql);
    context.pooled = true;
    pgm__lock_add_of_block(&sql, &context);
    assert_has(text_of(&sql), "SELECT CASE WHEN pg_catalog.pg_try_advisory_xact_lock(");
    assert_lacks(sql.text, "unlock_all");
    pgm__strbuf_fini(&sql);
}

static void only_idle_sessions_of_this_run_are_ended(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    const size_t replies = pgm__lock_sql_end_orphan(&sql, &context);
    assert_int_equal(statements_in(&sql), replies);
    static const char *const conditions[] = {
        "pg_catalog.pg_terminate_backend(a.pid)",
        "a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()",
        "a.wait_event OPERATOR(pg_catalog.=) 'ClientRead'",
        "pg_catalog.pg_has_role(a.usesysid,'USAGE')",
        /* one text */ ("a.application_name OPERATOR(pg_catalog.=) 'pgmarch/" RUN_ID "';"),
        "l.database OPERATOR(pg_catalog.=) (SELECT d.oid",
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        assert_has(sql.text, conditions[i]);
    }
    pgm__strbuf_fini(&sql);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_the_same_for_ever),
        cmocka_unit_test(a_string_enters_by_lock_and_owner_in_one_statement),
        cmocka_unit_test(what_is_not_to_be_asked_is_left_out),
        cmocka_unit_test(the_holder_is_named_where_that_is_asked_for),
        cmocka_unit_test(the_lock_never_waits_inside_the_server),
        cmocka_unit_test(a_block_has_the_locks_of_its_session_or_its_transaction),
        cmocka_unit_test(only_idle_sessions_of_this_run_are_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
