/* The one query about server and place, and the row that answers it. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/facts.h"
#include "support/oom_loop.h"

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__strbuf sql;
    pgm__facts facts;
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
    pgm__facts_fini(&s->facts);
    pgm__strbuf_fini(&s->sql);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- asking ---- */

static void one_select_asks_all(void **state) {
    scene *s = *state;
    pgm__facts_sql(&s->sql, &s->context);
    assert_sql(&s->sql,
               "SELECT pg_catalog.pg_backend_pid(),pg_catalog.current_setting('in_hot_standby',"
               "true),CURRENT_SCHEMA,((pg_catalog.pg_identify_object_as_address(1259,"
               "pg_catalog.to_regclass('\"public\".\"schema_migrations\"'),0)).object_names)[1],"
               "pg_catalog.to_regclass('\"public\".pgmarch_progress'),"
               "pg_catalog.pg_postmaster_start_time(),"
               "pg_catalog.current_setting('neon.timeline_id',true),CURRENT_CATALOG,1,1;");
}

static void old_servers_have_no_such_setting(void **state) {
    scene *s = *state;
    s->context.server_version = 130000;
    pgm__facts_sql(&s->sql, &s->context);
    assert_has(text_of(&s->sql), "pg_catalog.pg_is_in_recovery()");
    assert_lacks(s->sql.text, "in_hot_standby");
}

static void a_strangers_ledger_is_an_error_where_that_is_asked(void **state) {
    scene *s = *state;
    s->context.owner_asked = true;
    pgm__facts_sql(&s->sql, &s->context);
    assert_has(text_of(&s->sql), PGM__MARK_STRANGER);
    pgm__strbuf_fini(&s->sql);
    s->context.trusted = true;
    pgm__facts_sql(&s->sql, &s->context);
    assert_lacks(text_of(&s->sql), PGM__MARK_STRANGER);
}

static void the_schemas_of_ledger_and_target_are_looked_for(void **state) {
    scene *s = *state;
    s->context.elsewhere = true;
    s->context.schema = "o'ther";
    s->context.search_path = "te\"n";
    pgm__facts_sql(&s->sql, &s->context);
    assert_has(text_of(&s->sql), ",1,pg_catalog.to_regnamespace('\"o''ther\"'),CASE WHEN "
                                 "CURRENT_SCHEMA IS NULL THEN "
                                 "pg_catalog.to_regnamespace('\"te\"\"n\"') END;");
}

/* The place of what is asked behind it is the same with a schema and without. */
static void a_ping_asks_who_is_there_too(void **state) {
    scene *s = *state;
    s->context.introduces = true;
    pgm__facts_sql(&s->sql, &s->context);
    assert_has(text_of(&s->sql), ",1,1,NULL,pg_catalog.current_setting('server_version'),"
                                 "SESSION_USER,CURRENT_USER;");
    pgm__strbuf_fini(&s->sql);
    s->context.search_path = "ten";
    pgm__facts_sql(&s->sql, &s->context);
    assert_has(text_of(&s->sql), "pg_catalog.to_regnamespace('\"ten\"') END,"
                                 "pg_catalog.current_setting('server_version'),SESSION_USER,"
                                 "CURRENT_USER;");
}

static void the_size_is_asked_for_with_a_limit_and_without_a_role(void **state) {
    scene *s = *state;
    pgm__facts_sql_size(&s->sql, NULL, 1500);
    assert_sql(&s->sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"
                        "SET LOCAL statement_timeout=1500;"
                        "SELECT pg_catalog.pg_database_size(CURRENT_CATALOG);COMMIT");
}

/* ---- the answer ---- */

#define FACTS_ROW(pid, standby, schema, table, companion, started, timeline, database, home,       \
                  hidden)                                                                          \
    REPLY_ROW({"a", pid, OID_INT4}, {"b", standby, OID_TEXT}, {"c", schema, OID_TEXT},             \
              {"d", table, OID_TEXT}, {"e", companion, OID_TEXT}, {"f", started, OID_TEXT},        \
              {"g", timeline, OID_TEXT}, {"h", database, OID_TEXT}, {"i", "1", OID_INT4},          \
              {"j", home, OID_TEXT}, {"k", hidden, OID_TEXT})

static void feed(scene *s, pgm__reply row) {
    assert_true(pgm__facts_feed(&s->facts, &s->arena, &row));
}

static void a_full_row_says_all(void **state) {
    scene *s = *state;
    feed(s, FACTS_ROW("4711", "on", "ten", "ledgers", "pgmarch_progress", "2026-01-02 03:04:05+00",
                      "abc", "shop", "ledgers", "ten"));
    assert_int_equal(s->facts.pid, 4711);
    assert_true(s->facts.standby);
    assert_string_equal(s->facts.schema, "ten");
    assert_string_equal(s->facts.table_schema, "ledgers");
    assert_true(s->facts.has_progress);
    assert_string_equal(s->facts.identity, "2026-01-02 03:04:05+00/abc/shop");
    assert_false(s->facts.ledger_homeless);
    assert_true(s->facts.schema_hidden);
}

static void nulls_are_what_is_not_there(void **state) {
    scene *s = *state;
    feed(s, FACTS_ROW(NULL, "off", NULL, NULL, NULL, "x", NULL, "shop", NULL, NULL));
    assert_int_equal(s->facts.pid, 0);
    assert_false(s->facts.standby);
    assert_null(s->facts.schema);
    assert_null(s->facts.table_schema);
    assert_false(s->facts.has_progress);
    assert_string_equal(s->facts.identity, "x//shop");
    assert_true(s->facts.ledger_homeless);
    assert_false(s->facts.schema_hidden);
}

static void an_introduction_is_kept(void **state) {
    scene *s = *state;
    feed(s, REPLY_ROW({"a", "1", OID_INT4}, {"b", "off", OID_TEXT}, {"c", "ten", OID_TEXT},
                      {"d", NULL, OID_TEXT}, {"e", NULL, OID_TEXT}, {"f", "x", OID_TEXT},
                      {"g", NULL, OID_TEXT}, {"h", "shop", OID_TEXT}, {"i", "1", OID_INT4},
                      {"j", "1", OID_INT4}, {"k", NULL, OID_TEXT}, {"l", "15.18", OID_TEXT},
                      {"m", "app", OID_TEXT}, {"n", "owner", OID_TEXT}));
    assert_string_equal(s->facts.server_version, "15.18");
    assert_string_equal(s->facts.login, "app");
    assert_string_equal(s->facts.role, "owner");
    assert_false(s->facts.schema_hidden);
}

static void a_size_may_be_known_or_not(void **state) {
    scene *s = *state;
    const pgm__reply none = REPLY_ROW({"s", NULL, OID_TEXT});
    pgm__facts_feed_size(&s->facts, &none);
    assert_false(s->facts.has_size);
    const pgm__reply some = REPLY_ROW({"s", "8796093022208", OID_TEXT});
    pgm__facts_feed_size(&s->facts, &some);
    assert_true(s->facts.has_size);
    assert_true(s->facts.size == 8796093022208);
}

/* Without a search_path the last column is not asked for; a server that lies has fewer. */
static void missing_columns_are_nulls(void **state) {
    scene *s = *state;
    feed(s, reply_row(NULL, 0));
    assert_int_equal(s->facts.pid, 0);
    assert_true(s->facts.ledger_homeless);
    assert_false(s->facts.schema_hidden);
    assert_string_equal(s->facts.identity, "//");
    feed(s, REPLY_ROW({"a", "not a number", OID_TEXT}, {"b", "t", OID_BOOL}));
    assert_int_equal(s->facts.pid, 0);
    assert_true(s->facts.standby); /* of a server before 14 it is a boolean */
}

static pgm_status read_all(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__facts facts = {0};
    char schema[5000]; /* needs a chunk of its own */
    memset(schema, 's', sizeof schema);
    schema[sizeof schema - 1] = '\0';
    const pgm__reply row = FACTS_ROW("1", "off", schema, schema, NULL, "x", NULL, "shop", "1",
                                     NULL);
    bool fed = pgm__facts_feed(&facts, &arena, &row);
    pgm__facts_fini(&facts);
    pgm__arena_clear(&arena);
    return fed ? PGM_OK : PGM_ENOMEM;
}

static pgm_status ask_all(void *data) {
    scene *s = data;
    s->context.elsewhere = true;
    s->context.search_path = "ten";
    pgm__strbuf sql = {0};
    pgm__facts_sql(&sql, &s->context);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

static void running_out_of_memory_is_known(void **state) {
    assert_true(oom_survives(read_all, NULL) > 2);
    assert_true(oom_survives(ask_all, *state) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(one_select_asks_all),
        T(old_servers_have_no_such_setting),
        T(a_strangers_ledger_is_an_error_where_that_is_asked),
        T(the_schemas_of_ledger_and_target_are_looked_for),
        T(a_ping_asks_who_is_there_too),
        T(the_size_is_asked_for_with_a_limit_and_without_a_role),
        T(a_full_row_says_all),
        T(an_introduction_is_kept),
        T(a_size_may_be_known_or_not),
        T(nulls_are_what_is_not_there),
        T(missing_columns_are_nulls),
        T(running_out_of_memory_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
