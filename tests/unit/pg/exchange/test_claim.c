/* A migration's row in the ledger: claimed, looked at, taken back. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/claim.h"

static pgm__migration plain_migration(void) {
    pgm__migration migration = {.version = "1_o'a", .name = "o'a"};
    memcpy(migration.up.checksum, "c0ffee", 7);
    return migration;
}

#define ROW                                                                                        \
    "INSERT INTO \"public\".\"schema_migrations\" AS l(version,applied_at,description,checksum,"   \
    "run_id"

static void a_claim_with_a_guard_behind_it_is_a_plain_insert(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = plain_migration();
    pgm__strbuf sql = {0};
    pgm__claim_sql(&sql, &context, &migration, NULL);
    assert_sql(&sql,
               ROW ") VALUES('1_o''a',pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()),"
                   "'o''a','c0ffee','" RUN_ID "');");
}

/* No guard looks at it: it is believed by what comes back. */
static void a_claim_without_a_guard_says_how_long_it_took_and_what_it_wrote(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = plain_migration();
    const uint64_t ms = 1234;
    pgm__strbuf sql = {0};
    pgm__claim_sql(&sql, &context, &migration, &ms);
    assert_int_equal(statements_in(&sql), 1);
    assert_has(sql.text, "WITH c AS (" ROW ",duration_ms) VALUES('1_o''a',");
    assert_has(sql.text, ",'" RUN_ID "',1234) RETURNING version)");
    assert_has(sql.text, "ELSE '" PGM__MARK_REFUSED "' END");
    pgm__strbuf_fini(&sql);
}

static void a_repeatable_claim_renews_a_row_with_another_checksum(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__migration migration = plain_migration();
    migration.repeatable = true;
    pgm__strbuf sql = {0};
    pgm__claim_sql(&sql, &context, &migration, NULL);
    assert_int_equal(statements_in(&sql), 1);
    assert_has(sql.text, "ON CONFLICT(version) DO UPDATE SET applied_at=excluded.applied_at");
    assert_has(sql.text, "ELSE '" PGM__MARK_TAKEN "' END");
    pgm__strbuf_fini(&sql);
}

static void removing_a_row_that_is_gone_is_an_error(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__claim_sql_remove(&sql, &context, "1_o'a");
    assert_sql(&sql, "WITH u AS (DELETE FROM \"public\".\"schema_migrations\" AS l WHERE l.version "
                     "OPERATOR(pg_catalog.=) '1_o''a' RETURNING 1) SELECT CASE WHEN (SELECT "
                     "pg_catalog.count(*) FROM u) OPERATOR(pg_catalog.=) 1 THEN '1' ELSE "
                     "'" PGM__MARK_TAKEN "' END::pg_catalog.int4;");
}

static void only_the_runs_own_unfinished_row_is_taken_back(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    pgm__claim_sql_disclaim(&sql, &context, "1_a");
    assert_sql(&sql, "DELETE FROM \"public\".\"schema_migrations\" AS l WHERE l.duration_ms IS NULL"
                     " AND l.version OPERATOR(pg_catalog.=) '1_a' AND l.run_id "
                     "OPERATOR(pg_catalog.=) '" RUN_ID "';");
}

/* ---- the guard ---- */

static void a_guard_notes_the_duration_and_looks_it_up(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = plain_migration();
    pgm__strbuf sql = {0};
    pgm__claim_sql_finish(&sql, &context, &migration);
    assert_int_equal(statements_in(&sql), 2);
    assert_has(sql.text, "ON CONFLICT(version) DO UPDATE SET duration_ms=");
    assert_has(sql.text, "'" PGM__MARK_ERASED "'");
    assert_has(sql.text,
               "'" PGM__MARK_REFUSED "')::pg_catalog.int8 AS \"pgmarch guard " RUN_ID "\";");
    pgm__strbuf_fini(&sql);
}

static void what_is_recorded_is_looked_up_behind_all_triggers(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = plain_migration();
    pgm__strbuf sql = {0};
    pgm__claim_sql_recorded(&sql, &context, &migration, false);
    assert_has(text_of(&sql), "SELECT coalesce((SELECT coalesce(l.duration_ms::pg_catalog.text,");
    pgm__strbuf_fini(&sql);
    pgm__claim_sql_recorded(&sql, &context, &migration, true);
    assert_has(text_of(&sql), "SELECT CASE WHEN EXISTS(SELECT FROM ");
    assert_has(sql.text, ") THEN '" PGM__MARK_REFUSED "' ELSE '0' END::pg_catalog.int8 AS "
                         "\"pgmarch guard " RUN_ID "\";");
    pgm__strbuf_fini(&sql);
}

/* By name and in full, it is the same statements with other arguments. */
static void prepared_statements_take_what_the_full_ones_say(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = plain_migration();
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__claim_sql_prepare(&sql, &context), 3);
    assert_int_equal(statements_in(&sql), 3);
    assert_has(sql.text, ROW ") VALUES($1,pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()),"
                             "$2,$3,'" RUN_ID "');");
    assert_has(sql.text, "l.version OPERATOR(pg_catalog.=) $1)");
    pgm__strbuf_fini(&sql);
    pgm__claim_sql_by_name(&sql, &migration);
    assert_sql(&sql, "EXECUTE \"pgmarch claim\"('1_o''a','o''a','c0ffee');");
    pgm__claim_sql_finish_by_name(&sql, migration.version);
    assert_sql(&sql, "EXECUTE \"pgmarch guard\"('1_o''a');EXECUTE \"pgmarch look\"('1_o''a');");
}

static void the_guards_row_is_known_by_the_runs_id(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__reply ours = REPLY_ROW({"pgmarch guard " RUN_ID, "5", OID_INT8});
    const pgm__reply another = REPLY_ROW({"pgmarch guard 11ff00ff00ff00ff", "5", OID_INT8});
    assert_true(pgm__claim_is_guard(&context, &ours));
    assert_false(pgm__claim_is_guard(&context, &another));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_claim_with_a_guard_behind_it_is_a_plain_insert),
        cmocka_unit_test(a_claim_without_a_guard_says_how_long_it_took_and_what_it_wrote),
        cmocka_unit_test(a_repeatable_claim_renews_a_row_with_another_checksum),
        cmocka_unit_test(removing_a_row_that_is_gone_is_an_error),
        cmocka_unit_test(only_the_runs_own_unfinished_row_is_taken_back),
        cmocka_unit_test(a_guard_notes_the_duration_and_looks_it_up),
        cmocka_unit_test(what_is_recorded_is_looked_up_behind_all_triggers),
        cmocka_unit_test(prepared_statements_take_what_the_full_ones_say),
        cmocka_unit_test(the_guards_row_is_known_by_the_runs_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
