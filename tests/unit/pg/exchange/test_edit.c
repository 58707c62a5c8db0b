/* Edits of the ledger without a migration: one transaction that changes what was read, or nothing.
 */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/edit.h"

static pgm__migration migration_of(const char *version, const char *checksum) {
    pgm__migration migration = {.version = version, .name = "o'a"};
    memcpy(migration.up.checksum, checksum, strlen(checksum) + 1);
    return migration;
}

/* The string of these edits, whose replies are counted right. */
static const char *write(pgm__strbuf *sql, const pgm__edit *items, size_t count, bool fresh) {
    const pgm__context context = plain_context();
    const pgm__edits edits = {.items = items, .count = count, .fresh = fresh};
    const size_t replies = pgm__edit_sql(sql, &context, &edits);
    assert_int_equal(statements_in(sql), replies);
    assert_string_equal(sql->text + sql->len - 8, ";COMMIT;");
    return sql->text;
}

#define LEDGER    "\"public\".\"schema_migrations\" AS l"
#define COMPANION "\"public\".pgmarch_progress AS l"
#define EQ        " OPERATOR(pg_catalog.=) "
#define ONE                                                                                        \
    " RETURNING 1) SELECT CASE WHEN (SELECT pg_catalog.count(*) FROM u)" EQ "1 THEN '1' ELSE "     \
    "'" PGM__MARK_TAKEN "' END::pg_catalog.int4;"

static void rows_are_inserted_in_one_statement_and_looked_for(void **state) {
    (void)state;
    const pgm__migration a = migration_of("1_a", "c0ffee");
    const pgm__migration b = migration_of("2_b", "decaf0");
    const pgm__edit items[] = {
        {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &a},
        {.kind = PGM__EDIT_INSERT, .version = "2_b", .migration = &b, .applied_at = "2026-01-02"}};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, items, 2, false);
    assert_has(text,
               "INSERT INTO " LEDGER
               "(version,applied_at,description,checksum,duration_ms,run_id) VALUES('1_a',"
               "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()),'o''a','c0ffee',0,'" RUN_ID
               "'),('2_b','2026-01-02','o''a','decaf0',0,'" RUN_ID "');");
    assert_has(text, " AND (SELECT pg_catalog.count(*) FROM " LEDGER ",(VALUES('1_a'"
                     "::pg_catalog.text,'c0ffee'::pg_catalog.text),('2_b'");
    assert_has(text, "'" RUN_ID "')" EQ "2 THEN '1' ELSE '" PGM__MARK_REFUSED "'");
    assert_lacks(text, PGM__MARK_TAKEN);
    pgm__strbuf_fini(&sql);
}

static void an_empty_ledger_must_still_be_empty(void **state) {
    (void)state;
    const pgm__migration a = migration_of("1_a", "c0ffee");
    const pgm__edit item = {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &a};
    pgm__strbuf sql = {0};
    assert_has(write(&sql, &item, 1, true), "SELECT CASE WHEN EXISTS(SELECT FROM \"public\"."
                                            "\"schema_migrations\") THEN '" PGM__MARK_TAKEN
                                            "' ELSE '1' END::pg_catalog.int4;INSERT INTO ");
    pgm__strbuf_fini(&sql);
}

static void a_checksum_is_changed_only_as_it_was_read(void **state) {
    (void)state;
    const pgm__migration a = migration_of("1_a", "c0ffee");
    pgm__edit item = {.kind = PGM__EDIT_CHECKSUM, .version = "1_a", .migration = &a, .was = "o'ld"};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    assert_has(text, "WITH u AS (UPDATE " LEDGER " SET checksum='c0ffee' WHERE l.version" EQ
                     "'1_a' AND l.checksum" EQ "'o''ld'" ONE);
    assert_has(text, " AND EXISTS(SELECT FROM " LEDGER " WHERE l.version" EQ
                     "'1_a' AND l.checksum" EQ "'c0ffee') THEN '1'");
    pgm__strbuf_fini(&sql);
    item.was = NULL;
    assert_has(write(&sql, &item, 1, false), "'1_a' AND l.checksum IS NULL" ONE);
    pgm__strbuf_fini(&sql);
}

static void a_row_becomes_that_of_another_file_only_as_it_was_read(void **state) {
    (void)state;
    const pgm__migration b = migration_of("2_b", "c0ffee");
    pgm__edit item = {.kind = PGM__EDIT_MOVE, .version = "1_a", .migration = &b, .was = "00"};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    assert_has(text, "WITH u AS (UPDATE " LEDGER " SET version='2_b',description='o''a',"
                     "checksum='c0ffee' WHERE l.version" EQ "'1_a' AND l.checksum" EQ "'00'" ONE);
    assert_has(text, "WHEN true AND EXISTS(SELECT FROM " LEDGER " WHERE l.version" EQ
                     "'2_b' AND l.checksum" EQ "'c0ffee') AND NOT EXISTS(SELECT FROM " LEDGER
                     " WHERE l.version" EQ "'1_a') THEN '1'");
    pgm__strbuf_fini(&sql);
    item.version = "2_b";
    assert_lacks(write(&sql, &item, 1, false), "NOT EXISTS");
    pgm__strbuf_fini(&sql);
}

static void squashed_rows_go_in_one_statement_as_they_were_read(void **state) {
    (void)state;
    const pgm__edit items[] = {{.kind = PGM__EDIT_DROP, .version = "1_a", .was = "c0ffee"},
                               {.kind = PGM__EDIT_DROP, .version = "2_'b"}};
#define GONE                                                                                       \
    "(VALUES('1_a'::pg_catalog.text,'c0ffee'::pg_catalog.text),"                                   \
    "('2_''b'::pg_catalog.text,''::pg_catalog.text)) AS w"
    pgm__strbuf sql = {0};
    const char *text = write(&sql, items, 2, false);
    assert_has(text, "WITH u AS (DELETE FROM " LEDGER " WHERE EXISTS(SELECT FROM " GONE
                     " WHERE l.version::pg_catalog.text" EQ
                     "w.column1 AND coalesce(l.checksum::pg_catalog.text,'')" EQ
                     "w.column2) RETURNING 1) SELECT CASE WHEN (SELECT pg_catalog.count(*) FROM "
                     "u)" EQ "2 THEN '1' ELSE '" PGM__MARK_TAKEN "'");
    assert_has(text, "WHEN true AND NOT EXISTS(SELECT FROM " GONE "," LEDGER
                     " WHERE l.version::pg_catalog.text" EQ "w.column1) THEN '1'");
    pgm__strbuf_fini(&sql);
}

static void only_a_row_that_never_ended_is_removed(void **state) {
    (void)state;
    const pgm__edit item = {.kind = PGM__EDIT_DELETE, .version = "1_a", .run_id = "11"};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    assert_has(text, "WITH u AS (DELETE FROM " LEDGER " WHERE l.version" EQ
                     "'1_a' AND l.duration_ms IS NULL AND l.run_id" EQ "'11'" ONE);
    assert_has(text, " AND NOT EXISTS(SELECT FROM " LEDGER " WHERE l.version" EQ "'1_a') THEN");
    pgm__strbuf_fini(&sql);
}

static void what_is_half_done_is_forgotten_as_it_was_read(void **state) {
    (void)state;
    const pgm__edit item = {
        .kind = PGM__EDIT_FORGET, .version = "1_a", .down = true, .statement = 2, .running = true};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    assert_has(text,
               "WITH u AS (DELETE FROM " COMPANION " WHERE l.ledger" EQ
               "'schema_migrations' AND l.version" EQ "'1_a' AND l.direction" EQ
               "'down' AND l.statement" EQ "2 AND l.running" EQ "true AND l.run_id IS NULL" ONE);
    assert_has(text, " AND NOT EXISTS(SELECT FROM " COMPANION);
    pgm__strbuf_fini(&sql);
}

static void a_statement_in_doubt_is_settled_behind_or_before_it(void **state) {
    (void)state;
    pgm__edit item = {.kind = PGM__EDIT_SETTLE,
                      .version = "1_a",
                      .statement = 2,
                      .running = true,
                      .run_id = "11",
                      .ran = true};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    assert_has(text, "WITH u AS (UPDATE " COMPANION " SET running=false,statement=3,run_id='" RUN_ID
                     "' WHERE");
    assert_has(text, " AND EXISTS(SELECT FROM " COMPANION);
    assert_has(text, " AND l.statement" EQ "3 AND NOT l.running AND l.run_id" EQ "'" RUN_ID "')");
    pgm__strbuf_fini(&sql);
    item.ran = false;
    assert_has(write(&sql, &item, 1, false), " SET running=false,statement=2,");
    pgm__strbuf_fini(&sql);
}

/* A trigger can take away again what was written, also at the end of the transaction. */
static void all_is_read_once_more_behind_deferred_triggers(void **state) {
    (void)state;
    const pgm__edit item = {.kind = PGM__EDIT_DELETE, .version = "1_a", .run_id = "11"};
    pgm__strbuf sql = {0};
    const char *text = write(&sql, &item, 1, false);
    const char *last = strstr(text, "SET CONSTRAINTS ALL IMMEDIATE;SELECT CASE WHEN true");
    assert_non_null(last);
    assert_has(last, "' END::pg_catalog.int4;COMMIT;");
    pgm__strbuf_fini(&sql);
}

static void replies_are_counted_in_every_context(void **state) {
    (void)state;
    const pgm__migration a = migration_of("1_a", "c0ffee");
    const pgm__edit items[] = {
        {.kind = PGM__EDIT_CHECKSUM, .version = "1_a", .migration = &a},
        {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &a},
        {.kind = PGM__EDIT_DELETE, .version = "1_a"},
        {.kind = PGM__EDIT_INSERT, .version = "2_b", .migration = &a},
        {.kind = PGM__EDIT_FORGET, .version = "1_a"},
        {.kind = PGM__EDIT_SETTLE, .version = "1_a"},
        {.kind = PGM__EDIT_MOVE, .version = "1_b", .migration = &a},
        {.kind = PGM__EDIT_DROP, .version = "1_a"},
    };
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        const pgm__edits edits = {.items = items,
                                  .count = i % (sizeof items / sizeof *items + 1),
                                  .fresh = (i & 1U) != 0};
        pgm__strbuf sql = {0};
        const size_t replies = pgm__edit_sql(&sql, &context, &edits);
        assert_int_equal(statements_in(&sql), replies);
        pgm__strbuf_fini(&sql);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_inserted_in_one_statement_and_looked_for),
        cmocka_unit_test(an_empty_ledger_must_still_be_empty),
        cmocka_unit_test(a_checksum_is_changed_only_as_it_was_read),
        cmocka_unit_test(a_row_becomes_that_of_another_file_only_as_it_was_read),
        cmocka_unit_test(squashed_rows_go_in_one_statement_as_they_were_read),
        cmocka_unit_test(only_a_row_that_never_ended_is_removed),
        cmocka_unit_test(what_is_half_done_is_forgotten_as_it_was_read),
        cmocka_unit_test(a_statement_in_doubt_is_settled_behind_or_before_it),
        cmocka_unit_test(all_is_read_once_more_behind_deferred_triggers),
        cmocka_unit_test(replies_are_counted_in_every_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
