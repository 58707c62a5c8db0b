/* The transactions of a string: what stands in them, and that replies are counted as the server
 * sends them. */
#include "support/exchange_fixture.h"

#include "pg/exchange/block.h"
#include "pg/exchange/claim.h"

static void transactions_without_a_file_count_their_replies(void **state) {
    (void)state;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        size_t replies = pgm__block_sql_open(&sql, &context);
        assert_int_equal(statements_in(&sql), replies);
        pgm__strbuf_fini(&sql);
        for (int what = PGM__PREPARES_SCHEMAS; what <= PGM__PREPARES_TABLE; what++) {
            replies = pgm__block_sql_prepare(&sql, &context, (pgm__prepares)what);
            assert_int_equal(statements_in(&sql), replies);
            pgm__strbuf_fini(&sql);
        }
    }
}

/* Up to the claim: what the file's own statements are counted from. */
static void the_preamble_of_a_migration_is_counted(void **state) {
    (void)state;
    static const pgm__names names[] = {PGM__NAMES_NONE, PGM__NAMES_GIVEN, PGM__NAMES_KNOWN};
    pgm__migration migration = {.version = "1_a", .name = "a"};
    for (unsigned i = 0; i < CONTEXTS * 12; i++) {
        pgm__context context = context_number(i % CONTEXTS);
        unsigned variant = i / CONTEXTS;
        pgm__names named = context.pooled ? PGM__NAMES_NONE : names[variant % 3];
        migration.repeatable = variant >= 6;
        const pgm__turn turn = {.first = (variant & 1U) != 0, .names = named};
        pgm__strbuf sql = {0};
        size_t replies = pgm__block_sql_begin(&sql, &context, &migration, false, turn);
        assert_int_equal(statements_in(&sql), replies);
        pgm__strbuf_fini(&sql);
    }
}

static void down_removes_the_row_instead(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    size_t replies = pgm__block_sql_begin(&sql, &context, &migration, true,
                                          (pgm__turn){true, true, PGM__NAMES_NONE});
    assert_int_equal(statements_in(&sql), replies);
    assert_has(sql.text, "SAVEPOINT \"pgmarch guard\";WITH u AS (DELETE FROM ");
    pgm__strbuf_fini(&sql);
    pgm__block_sql_commit(&sql, &context, &migration, true, false);
    assert_has(text_of(&sql), "SELECT CASE WHEN EXISTS(SELECT FROM ");
    pgm__strbuf_fini(&sql);
}

static void a_session_that_ran_nothing_needs_no_cleaning(void **state) {
    (void)state;
    pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){true, false, PGM__NAMES_NONE});
    assert_lacks(text_of(&sql), "RESET");
    assert_lacks(sql.text, "advisory");
    pgm__strbuf_fini(&sql);
    context.ran_file = true;
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){true, false, PGM__NAMES_NONE});
    assert_has(text_of(&sql), "RESET ALL;RESET SESSION AUTHORIZATION;");
    assert_has(sql.text, "pg_advisory_unlock_all(),");
    assert_lacks(sql.text, "plainto_tsquery");
    pgm__strbuf_fini(&sql);
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){false, false, PGM__NAMES_NONE});
    assert_has(text_of(&sql), "plainto_tsquery"); /* the NOTICE */
    pgm__strbuf_fini(&sql);
}

/* The setting that says so is a file's to lose, and RESET ALL's. */
static void what_a_late_block_has_left_is_looked_at_before_anything_else(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    pgm__block_sql_commit(&sql, &context, &migration, false, false);
    assert_has(text_of(&sql), "THEN pg_catalog.set_config('" PGM__LATE_SETTING "',");
    pgm__strbuf_fini(&sql);
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){false, false, PGM__NAMES_NONE});
    const char *looks =
        strstr(text_of(&sql), "CASE WHEN pg_catalog.current_setting('" PGM__LATE_SETTING "',true)");
    assert_non_null(looks);
    assert_true(looks < strstr(sql.text, "RESET ALL;"));
    pgm__strbuf_fini(&sql);
}

/* Nothing of a session is left there between two transactions; down has no row to look at. */
static void without_a_word_from_the_block_before_each_has_its_notice(void **state) {
    (void)state;
    pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    (void)pgm__block_sql_begin(&sql, &context, &migration, true,
                               (pgm__turn){false, true, PGM__NAMES_NONE});
    assert_has(text_of(&sql), "plainto_tsquery");
    assert_lacks(sql.text, PGM__LATE_SETTING);
    pgm__strbuf_fini(&sql);
    context.pooled = true;
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){false, false, PGM__NAMES_NONE});
    pgm__block_sql_commit(&sql, &context, &migration, false, false);
    assert_has(text_of(&sql), "plainto_tsquery");
    assert_lacks(sql.text, PGM__LATE_SETTING);
    pgm__strbuf_fini(&sql);
}

static void what_is_prepared_once_is_only_called_from_then_on(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){false, false, PGM__NAMES_GIVEN});
    assert_has(text_of(&sql), "DEALLOCATE ALL;PREPARE \"pgmarch lock\" AS SELECT");
    assert_has(sql.text, "EXECUTE \"pgmarch lock\";");
    pgm__strbuf_fini(&sql);
    (void)pgm__block_sql_begin(&sql, &context, &migration, false,
                               (pgm__turn){false, false, PGM__NAMES_KNOWN});
    assert_lacks(text_of(&sql), "PREPARE");
    assert_lacks(sql.text, "DEALLOCATE");
    assert_has(sql.text, "EXECUTE \"pgmarch lock\";");
    pgm__strbuf_fini(&sql);
}

static void the_last_reply_before_commit_is_the_guards(void **state) {
    (void)state;
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        pgm__block_sql_commit(&sql, &context, &migration, (i & 1U) != 0, false);
        assert_has(text_of(&sql), "RELEASE SAVEPOINT \"pgmarch guard\";");
        assert_has(sql.text, "AS \"pgmarch guard " RUN_ID "\";COMMIT;");
        assert_has(sql.text, context.flush_each ? PGM__SYNC_COMMIT : PGM__ASYNC_COMMIT);
        pgm__strbuf_fini(&sql);
    }
}

static void a_pooled_connection_is_cleaned_before_the_commit(void **state) {
    (void)state;
    pgm__context context = plain_context();
    const pgm__migration migration = {.version = "1_a", .name = "a"};
    pgm__strbuf sql = {0};
    pgm__block_sql_commit(&sql, &context, &migration, false, false);
    assert_lacks(text_of(&sql), "DISCARD");
    pgm__strbuf_fini(&sql);
    context.pooled = true;
    pgm__block_sql_commit(&sql, &context, &migration, false, true);
    assert_has(text_of(&sql), "DISCARD TEMP;");
    assert_has(sql.text, "EXECUTE \"pgmarch look\"('1_a');COMMIT;");
    pgm__strbuf_fini(&sql);
}

/* ---- those without a file ---- */

static void only_what_is_open_is_ended(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__block_sql_end_open(&sql, PGM__TRANSACTION_NONE), 0);
    assert_int_equal(sql.len, 0);
    assert_int_equal(pgm__block_sql_end_open(&sql, PGM__TRANSACTION_OPEN), 1);
    assert_int_equal(pgm__block_sql_end_open(&sql, PGM__TRANSACTION_FAILED), 1);
    assert_sql(&sql, "ROLLBACK;ROLLBACK;");
}

static void a_ledger_is_made_or_gets_our_columns(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.flush_each = true;
    context.server_version = 130000;
    pgm__strbuf sql = {0};
    (void)pgm__block_sql_prepare(&sql, &context, PGM__PREPARES_TABLE);
    assert_sql(&sql, PGM__BEGIN_WRITING
               "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"
               "CREATE TABLE \"public\".\"schema_migrations\"(version VARCHAR(255) PRIMARY KEY,"
               "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,description pg_catalog.text,"
               "checksum pg_catalog.text,duration_ms BIGINT,run_id pg_catalog.text);COMMIT;");
    context.search_path = "ten";
    context.lacks_schema = true;
    context.lacks_own_schema = true;
    (void)pgm__block_sql_prepare(&sql, &context, PGM__PREPARES_COLUMNS);
    assert_has(text_of(&sql), "CREATE SCHEMA IF NOT EXISTS \"ten\";"
                              "CREATE SCHEMA IF NOT EXISTS \"public\";ALTER TABLE \"public\".");
    assert_has(sql.text, "ADD COLUMN IF NOT EXISTS run_id pg_catalog.text;COMMIT;");
    pgm__strbuf_fini(&sql);
    context.lacks_own_schema = false;
    (void)pgm__block_sql_prepare(&sql, &context, PGM__PREPARES_SCHEMAS);
    assert_has(text_of(&sql), ";CREATE SCHEMA IF NOT EXISTS \"ten\";COMMIT;");
    assert_lacks(sql.text, "TABLE");
    pgm__strbuf_fini(&sql);
}

static void a_flush_writes_wal_and_waits_for_it(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    const size_t replies = pgm__block_sql_flush(&sql);
    assert_int_equal(statements_in(&sql), replies);
    assert_has(sql.text, PGM__SYNC_COMMIT);
    assert_has(sql.text, "pg_logical_emit_message(true,");
    pgm__strbuf_fini(&sql);
}

static void a_look_refuses_what_it_may_not_see(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.search_path = "ten";
    pgm__strbuf sql = {0};
    pgm__block_sql_look(&sql, &context);
    assert_sql(&sql, PGM__BEGIN_READING "SET LOCAL DateStyle='ISO, YMD';SET LOCAL TimeZone='GMT';"
                                        "SET LOCAL lock_timeout='5s';SET LOCAL row_security=off;"
                                        "SET LOCAL search_path=\"ten\";");
}

/* It is written over where a string ends with it (batch.c). */
static void waiting_for_the_disk_is_not_longer_than_not_waiting(void **state) {
    (void)state;
    assert_true(sizeof PGM__SYNC_COMMIT <= sizeof PGM__ASYNC_COMMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_without_a_file_count_their_replies),
        cmocka_unit_test(the_preamble_of_a_migration_is_counted),
        cmocka_unit_test(down_removes_the_row_instead),
        cmocka_unit_test(a_session_that_ran_nothing_needs_no_cleaning),
        cmocka_unit_test(what_a_late_block_has_left_is_looked_at_before_anything_else),
        cmocka_unit_test(without_a_word_from_the_block_before_each_has_its_notice),
        cmocka_unit_test(what_is_prepared_once_is_only_called_from_then_on),
        cmocka_unit_test(the_last_reply_before_commit_is_the_guards),
        cmocka_unit_test(a_pooled_connection_is_cleaned_before_the_commit),
        cmocka_unit_test(only_what_is_open_is_ended),
        cmocka_unit_test(a_ledger_is_made_or_gets_our_columns),
        cmocka_unit_test(a_flush_writes_wal_and_waits_for_it),
        cmocka_unit_test(a_look_refuses_what_it_may_not_see),
        cmocka_unit_test(waiting_for_the_disk_is_not_longer_than_not_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
