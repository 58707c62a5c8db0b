/* The tables of other migration tools: how each is asked, and what its rows become. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/foreign.h"
#include "support/oom_loop.h"

static void each_tools_table_is_read_behind_its_owner(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    for (int tool = 0; tool < PGM__TOOL_COUNT; tool++) {
        pgm__strbuf sql = {0};
        assert_int_equal(pgm__foreign_sql_read(&sql, &context, (pgm__tool)tool), 1);
        const char *table = pgm__tool_table((pgm__tool)tool);
        assert_has(text_of(&sql), PGM__MARK_STRANGER);
        const char *asked = strstr(sql.text, table);
        assert_non_null(asked);
        assert_has(asked + 1, table); /* once for its owner, once for its rows */
        assert_string_equal(sql.text + sql.len - 7, ";COMMIT");
        assert_int_equal(statements_in(&sql), 8);
        pgm__strbuf_fini(&sql);
    }
}

static void a_trusted_table_is_read_at_once(void **state) {
    (void)state;
    pgm__context context = plain_context();
    context.trusted = true;
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__foreign_sql_read(&sql, &context, PGM__TOOL_GOOSE), 0);
    assert_lacks(text_of(&sql), PGM__MARK_STRANGER);
    pgm__strbuf_fini(&sql);
}

/* What they take back themselves, and what is no migration of theirs, is left out. */
static void each_tool_has_its_own_word_for_taken_back(void **state) {
    (void)state;
    static const struct {
        pgm__tool tool;
        const char *part;
    } parts[] = {
        {PGM__TOOL_GOLANG_MIGRATE, "CASE WHEN dirty THEN 'x' ELSE 'u' END"},
        {PGM__TOOL_DBMATE, "pg_catalog.btrim(version)"},
        {PGM__TOOL_GOOSE, "version_id OPERATOR(pg_catalog.<>) 0"},
        {PGM__TOOL_GOOSE, "WHERE is_applied"},
        {PGM__TOOL_FLYWAY, "'BASELINE' THEN 'b'"},
        {PGM__TOOL_FLYWAY, "NOT pg_catalog.starts_with(type,'UNDO')"},
        {PGM__TOOL_RAILS, "pg_catalog.btrim(version)"},
        {PGM__TOOL_SQLX, "CASE WHEN success THEN 'a' ELSE 'x' END"},
        {PGM__TOOL_PRISMA, "WHERE rolled_back_at IS NULL"},
        {PGM__TOOL_NODE_PG_MIGRATE, "ORDER BY run_on,id"},
        {PGM__TOOL_DIESEL, "FROM __diesel_schema_migrations"},
    };
    const pgm__context context = plain_context();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        pgm__strbuf sql = {0};
        (void)pgm__foreign_sql_read(&sql, &context, parts[i].tool);
        assert_has(text_of(&sql), parts[i].part);
        pgm__strbuf_fini(&sql);
    }
}

/* ---- rows ---- */

#define FOREIGN_ROW(version, at, state)                                                            \
    REPLY_ROW({"version", version, OID_TEXT}, {"at", at, OID_TEXT}, {"state", state, OID_TEXT})

static void a_letter_says_what_a_row_means(void **state) {
    (void)state;
    static const struct {
        const char *letter;
        pgm__foreign_state state;
    } letters[] = {
        {"a", PGM__FOREIGN_APPLIED}, {"u", PGM__FOREIGN_UP_TO},  {"b", PGM__FOREIGN_BASELINE},
        {"x", PGM__FOREIGN_BROKEN},  {"?", PGM__FOREIGN_BROKEN}, {NULL, PGM__FOREIGN_BROKEN},
    };
    pgm__arena arena = {0};
    pgm__facts facts = {0};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const pgm__reply row = FOREIGN_ROW("7", "2026-01-02", letters[i].letter);
        assert_true(pgm__foreign_feed(&facts, &arena, &row));
        assert_int_equal(facts.foreign_count, i + 1);
        assert_int_equal(facts.foreign_rows[i].state, letters[i].state);
        assert_string_equal(facts.foreign_rows[i].version, "7");
        assert_string_equal(facts.foreign_rows[i].applied_at, "2026-01-02");
    }
    pgm__facts_fini(&facts);
    pgm__arena_clear(&arena);
}

static void a_row_without_a_version_is_none_and_times_may_be_unknown(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__facts facts = {0};
    const pgm__reply none = FOREIGN_ROW(NULL, "2026-01-02", "a");
    assert_true(pgm__foreign_feed(&facts, &arena, &none));
    assert_int_equal(facts.foreign_count, 0);
    const pgm__reply untimed = FOREIGN_ROW("7", NULL, "a");
    assert_true(pgm__foreign_feed(&facts, &arena, &untimed));
    assert_null(facts.foreign_rows[0].applied_at);
    pgm__facts_fini(&facts);
    pgm__arena_clear(&arena);
}

static pgm_status read_rows(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__facts facts = {0};
    bool fed = true;
    char version[3000]; /* two of them need a chunk of their own */
    memset(version, '7', sizeof version);
    version[sizeof version - 1] = '\0';
    for (size_t i = 0; i < 20 && fed; i++) {
        const pgm__reply row = FOREIGN_ROW(version, version, "a");
        fed = pgm__foreign_feed(&facts, &arena, &row);
    }
    pgm__facts_fini(&facts);
    pgm__arena_clear(&arena);
    return fed ? PGM_OK : PGM_ENOMEM;
}

static void a_row_that_is_lost_for_want_of_memory_is_known(void **state) {
    (void)state;
    assert_true(oom_survives(read_rows, NULL) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tools_table_is_read_behind_its_owner),
        cmocka_unit_test(a_trusted_table_is_read_at_once),
        cmocka_unit_test(each_tool_has_its_own_word_for_taken_back),
        cmocka_unit_test(a_letter_says_what_a_row_means),
        cmocka_unit_test(a_row_without_a_version_is_none_and_times_may_be_unknown),
        cmocka_unit_test(a_row_that_is_lost_for_want_of_memory_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
