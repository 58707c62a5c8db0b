/* The session around a file: what is pinned, what is taken back, and that replies are counted as
 * the server sends them. */
#include "support/exchange_fixture.h"

#include "pg/exchange/hygiene.h"

static void all_that_is_added_is_counted(void **state) {
    (void)state;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        size_t replies = pgm__hygiene_sql(&sql);
        replies += pgm__hygiene_sql_between(&sql);
        replies += pgm__hygiene_sql_name(&sql, &context);
        replies += pgm__hygiene_sql_settings(&sql, &context, true);
        replies += pgm__hygiene_sql_settings(&sql, &context, false);
        replies += pgm__hygiene_sql_timeouts(&sql, &context);
        replies += pgm__hygiene_sql_search_path(&sql, &context);
        replies += pgm__hygiene_sql_schema(&sql, &context);
        assert_int_equal(statements_in(&sql), replies);
        pgm__strbuf_fini(&sql);
    }
}

static void a_transaction_keeps_its_settings_to_itself(void **state) {
    (void)state;
    pgm__context context = context_number(64 + 128);
    context.time_zone = "Europe/Rome";
    pgm__strbuf sql = {0};
    (void)pgm__hygiene_sql_settings(&sql, &context, true);
    assert_sql(&sql, "SET LOCAL DateStyle='ISO, MDY';SET LOCAL client_min_messages=notice;"
                     "SET LOCAL TimeZone='Europe/Rome';SET LOCAL search_path=\"ten\"\"ant\";"
                     "SET LOCAL pgmarch.region='eu';SET LOCAL pgmarch.tier= E'a''b\\\\';"
                     "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"
                     "SET LOCAL client_connection_check_interval='2s';");
}

/* What a server does not know would be an error; what it knows must not cut off a migration. */
static void each_version_gets_the_limits_that_it_has(void **state) {
    (void)state;
    static const struct {
        int version;
        const char *says;
    } rows[] = {
        {130023, "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"},
        {140000, "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"
                 "SET LOCAL client_connection_check_interval='2s';"},
        {160014, "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"
                 "SET LOCAL client_connection_check_interval='2s';"},
        {170000, "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;"
                 "SET LOCAL client_connection_check_interval='2s';"
                 "SET LOCAL transaction_timeout='0';"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pgm__context context = plain_context();
        context.server_version = rows[i].version;
        pgm__strbuf sql = {0};
        size_t replies = pgm__hygiene_sql_timeouts(&sql, &context);
        assert_int_equal(statements_in(&sql), replies);
        assert_sql(&sql, rows[i].says);
    }
}

static void shared_schemas_stand_behind_the_targets_own(void **state) {
    (void)state;
    const pgm__context context = context_number(64 + 2048);
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__hygiene_sql_search_path(&sql, &context), 1);
    assert_sql(&sql, "SET LOCAL search_path=\"ten\"\"ant\",\"public\",\"sha\"\"red\";");
    assert_int_equal(pgm__hygiene_sql_schema(&sql, &context), 1);
    assert_sql(&sql, "SET LOCAL search_path=\"ten\"\"ant\";");
    (void)pgm__hygiene_sql_settings(&sql, &context, false);
    assert_has(text_of(&sql), "SET search_path=\"ten\"\"ant\",\"public\",\"sha\"\"red\";"
                              "SELECT CASE WHEN CURRENT_SCHEMA OPERATOR(pg_catalog.=) 'ten\"ant' "
                              "THEN '1' ELSE 'pgmarch: the schema of this target is gone");
    pgm__strbuf_fini(&sql);
}

/* Alone, a missing schema leaves none to create in. */
static void a_schema_alone_is_not_asked_for(void **state) {
    (void)state;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        (void)pgm__hygiene_sql_settings(&sql, &context, (i & 1U) != 0);
        bool asked = strstr(text_of(&sql), "CURRENT_SCHEMA") != NULL;
        assert_int_equal(asked, context.extra_schema_count > 0);
        pgm__strbuf_fini(&sql);
    }
}

/* A lock_timeout would leave an INVALID index behind. */
static void without_a_transaction_nothing_is_local_and_no_lock_gives_up(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.statement_timeout = 70;
    pgm__strbuf sql = {0};
    pgm__hygiene_sql_session(&sql, &context);
    assert_lacks(text_of(&sql), "SET LOCAL");
    static const char *const parts[] = {
        "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;",
        "SELECT pg_catalog.pg_advisory_unlock_all(),",
        "SET standard_conforming_strings=on;",
        "SET lock_timeout=0;SET statement_timeout=70;",
        "SET client_connection_check_interval='2s';",
        "SET default_transaction_isolation='read committed';SET default_transaction_read_only=off;",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_has(sql.text, parts[i]);
    }
    pgm__strbuf_fini(&sql);
}

static void old_servers_are_not_asked_to_watch_the_client(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.server_version = 130000;
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__hygiene_sql_timeouts(&sql, &context), 2);
    assert_sql(&sql, "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;");
}

static void prepared_statements_of_ours_stay_between_blocks(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    (void)pgm__hygiene_sql_between(&sql);
    assert_lacks(text_of(&sql), "DEALLOCATE");
    pgm__strbuf_fini(&sql);
}

/* The next client of a pooled connection reads its own strings. */
static void only_a_pooled_connection_is_named_and_left_clean(void **state) {
    (void)state;
    pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__hygiene_sql_name(&sql, &context), 0);
    pgm__hygiene_sql_leave(&sql, &context);
    assert_int_equal(sql.len, 0);
    context.pooled = true;
    assert_int_equal(pgm__hygiene_sql_name(&sql, &context), 1);
    assert_sql(&sql, "SELECT pg_catalog.set_config('application_name','pgmarch/" RUN_ID "',true);");
    pgm__hygiene_sql_leave(&sql, &context);
    assert_has(text_of(&sql), "DISCARD TEMP;");
    assert_has(sql.text, PGM__NEXT_STRING);
    pgm__strbuf_fini(&sql);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_added_is_counted),
        cmocka_unit_test(a_transaction_keeps_its_settings_to_itself),
        cmocka_unit_test(each_version_gets_the_limits_that_it_has),
        cmocka_unit_test(shared_schemas_stand_behind_the_targets_own),
        cmocka_unit_test(a_schema_alone_is_not_asked_for),
        cmocka_unit_test(without_a_transaction_nothing_is_local_and_no_lock_gives_up),
        cmocka_unit_test(old_servers_are_not_asked_to_watch_the_client),
        cmocka_unit_test(prepared_statements_of_ours_stay_between_blocks),
        cmocka_unit_test(only_a_pooled_connection_is_named_and_left_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
