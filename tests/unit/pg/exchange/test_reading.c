/* One string that reads facts and ledger, and its replies taken in: ledgers of any shape. */
#include "support/exchange_fixture.h"

#include "pg/exchange/reading.h"
#include "support/oom_loop.h"

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__strbuf sql;
    pgm__reading reading;
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    s->reading.arena = &s->arena;
    *state = s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__facts_fini(&s->reading.facts);
    pgm__strbuf_fini(&s->sql);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void feed(scene *s, pgm__reply reply) {
    pgm__reading_feed(&s->reading, &reply);
}

/* ---- asking ---- */

static void a_fresh_session_is_only_looked_at(void **state) {
    scene *s = *state;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_int_equal(s->reading.skip, 0);
    assert_int_equal(
        strncmp(text_of(&s->sql), "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;", 47), 0);
    assert_has(s->sql.text, ";SELECT * FROM \"public\".\"schema_migrations\" TABLESAMPLE "
                            "pg_catalog.system(100);COMMIT");
}

static void a_session_that_was_used_is_cleaned_first(void **state) {
    scene *s = *state;
    s->context.ran_file = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_int_equal(strncmp(text_of(&s->sql), "BEGIN;RESET ALL;", 16), 0);
    assert_int_equal(s->reading.skip, 0);
    pgm__strbuf_fini(&s->sql);
    s->context.inherited = true;
    s->context.strings_off = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_has(text_of(&s->sql), "SELECT pg_catalog.pg_advisory_unlock_all();"
                                 "SET standard_conforming_strings=on;COMMIT;BEGIN ISOLATION");
    assert_int_equal(s->reading.skip, 1);
}

/* Behind a pooler the session that was used is nobody's. */
static void a_pooled_session_is_not_cleaned(void **state) {
    scene *s = *state;
    s->context.pooled = true;
    s->context.ran_file = true;
    s->context.inherited = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_lacks(text_of(&s->sql), "RESET ALL");
    assert_int_equal(s->reading.skip, 0);
    pgm__strbuf_fini(&s->sql);
    s->context.strings_off = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_int_equal(
        strncmp(text_of(&s->sql), "BEGIN;SET standard_conforming_strings=on;COMMIT;", 48), 0);
}

/* The server refuses to sample a view, which would run as us. */
static void only_whose_owner_is_asked_or_trusted_may_be_a_view(void **state) {
    scene *s = *state;
    s->context.trusted = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_lacks(text_of(&s->sql), "TABLESAMPLE");
    pgm__strbuf_fini(&s->sql);
    s->context.trusted = false;
    s->context.owner_asked = true;
    pgm__reading_sql(&s->sql, &s->reading, &s->context);
    assert_lacks(text_of(&s->sql), "TABLESAMPLE");
}

/* ---- the ledger ---- */

/* To where the ledger's replies begin. */
static void feed_facts(scene *s) {
    feed(s, reply_command("BEGIN"));
    feed(s, reply_command("SET"));
    feed(s, REPLY_ROW({"pid", "42", OID_INT4}));
    feed(s, REPLY_ROWS_END({"pid", NULL, OID_INT4}));
}

#define OURS(version, at, checksum, ms, run)                                                       \
    {"version", version, OID_VARCHAR}, {"applied_at", at, 1114}, {"description", "x", OID_TEXT},   \
        {"checksum", checksum, OID_TEXT}, {"duration_ms", ms, OID_INT8}, {                         \
        "run_id", run, OID_TEXT                                                                    \
    }

static void a_ledger_of_ours_is_read_by_the_names_of_its_columns(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROW(OURS("1_a", "2026-01-02 03:04:05", "c0ffee", "12", "11")));
    feed(s, REPLY_ROW({"run_id", "22", OID_TEXT}, {"version", "2_b", OID_TEXT},
                      {"checksum", NULL, OID_TEXT}, {"duration_ms", NULL, OID_INT8},
                      {"applied_at", NULL, 1114}, {"description", NULL, OID_TEXT}));
    feed(s, REPLY_ROWS_END(OURS(NULL, NULL, NULL, NULL, NULL)));
    feed(s, reply_command("COMMIT"));
    const pgm__facts *facts = &s->reading.facts;
    assert_int_equal(facts->pid, 42);
    assert_true(facts->ledger_exists);
    assert_true(facts->ledger_complete);
    assert_false(facts->ledger_foreign);
    assert_int_equal(facts->row_count, 2);
    assert_string_equal(facts->rows[0].version, "1_a");
    assert_string_equal(facts->rows[0].applied_at, "2026-01-02 03:04:05");
    assert_string_equal(facts->rows[0].checksum, "c0ffee");
    assert_string_equal(facts->rows[0].run_id, "11");
    assert_false(facts->rows[0].partial);
    assert_false(s->reading.failed_memory);
}

/* One that a run of ours wrote and never finished has a run, and no duration. */
static void a_row_without_a_duration_is_half_a_migration(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROW(OURS("1_a", NULL, NULL, NULL, "11")));
    feed(s, REPLY_ROW(OURS("2_b", NULL, NULL, NULL, NULL)));
    assert_true(s->reading.facts.rows[0].partial);
    assert_false(s->reading.facts.rows[1].partial);
}

/* The column is the ledger's, its values anybody's. */
static void a_duration_is_a_plain_number_or_nothing(void **state) {
    scene *s = *state;
    static const char *const values[] = {
        "12", "0", "99999999999", "100000000000", "-5", "1.5", "abc", "1e30", "", NULL};
    static const uint64_t expected[] = {12, 0, 99999999999, 0, 0, 0, 0, 0, 0, 0};
    feed_facts(s);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        feed(s, REPLY_ROW(OURS("1_a", NULL, NULL, values[i], "11")));
        assert_int_equal(s->reading.facts.rows[i].duration_ms, expected[i]);
    }
}

static void three_columns_are_a_ledger_to_be_completed(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROW({"version", "1_a", OID_VARCHAR}, {"applied_at", "x", 1114},
                      {"description", "a", OID_TEXT}));
    feed(s, REPLY_ROWS_END({"version", NULL, OID_VARCHAR}, {"applied_at", NULL, 1114}));
    assert_true(s->reading.facts.ledger_exists);
    assert_false(s->reading.facts.ledger_complete);
    assert_false(s->reading.facts.ledger_foreign);
    assert_int_equal(s->reading.facts.row_count, 1);
    assert_null(s->reading.facts.rows[0].checksum);
    assert_null(s->reading.facts.rows[0].run_id);
}

static void an_empty_ledger_is_known_by_its_end(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROWS_END(OURS(NULL, NULL, NULL, NULL, NULL)));
    assert_true(s->reading.facts.ledger_exists);
    assert_true(s->reading.facts.ledger_complete);
    assert_int_equal(s->reading.facts.row_count, 0);
}

static void a_missing_ledger_leaves_the_facts(void **state) {
    scene *s = *state;
    feed_facts(s);
    assert_false(s->reading.facts.ledger_exists);
    assert_int_equal(s->reading.facts.pid, 42);
}

static void other_tools_tables_are_told_by_their_columns(void **state) {
    scene *s = *state;
    static const struct {
        const char *whose;
        pgm__field fields[3];
        size_t count;
    } tables[] = {
        {"golang-migrate's", {{"version", "1", OID_INT8}, {"dirty", "f", OID_BOOL}}, 2},
        {"golang-migrate's",
         {{"version", "1", OID_TEXT}, {"applied_at", "x", 1114}, {"dirty", "f", OID_BOOL}},
         3},
        {"another tool's (Ecto's, perhaps)",
         {{"version", "1", OID_INT8}, {"inserted_at", "x", 1114}},
         2},
        {"dbmate's or Rails'", {{"version", "1", OID_VARCHAR}}, 1},
        {"not a ledger of migrations", {{"id", "1", OID_INT8}}, 1},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        pgm__facts_fini(&s->reading.facts);
        s->reading = (pgm__reading){.arena = &s->arena};
        feed_facts(s);
        feed(s, reply_row(tables[i].fields, tables[i].count));
        assert_true(s->reading.facts.ledger_foreign);
        assert_string_equal(s->reading.facts.foreign, tables[i].whose);
        assert_int_equal(s->reading.facts.row_count, 0);
    }
}

static void a_row_without_a_version_is_none(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROW(OURS(NULL, "x", "y", "1", "11")));
    assert_int_equal(s->reading.facts.row_count, 0);
    assert_false(s->reading.failed_memory);
}

/* ---- what stands in front, and what comes later ---- */

static void results_in_front_are_passed_over(void **state) {
    scene *s = *state;
    s->reading.skip = 2;
    for (size_t i = 0; i < 2; i++) {
        feed(s, REPLY_ROW({"pg_advisory_unlock_all", "", OID_TEXT}));
        feed(s, REPLY_ROWS_END({"pg_advisory_unlock_all", NULL, OID_TEXT}));
    }
    feed_facts(s);
    assert_int_equal(s->reading.facts.pid, 42);
    assert_int_equal(s->reading.statement, 1);
}

static void progress_and_the_other_tools_rows_come_in_strings_of_their_own(void **state) {
    scene *s = *state;
    feed_facts(s);
    feed(s, REPLY_ROWS_END(OURS(NULL, NULL, NULL, NULL, NULL)));
    s->reading.asked = PGM__ASKED_COMPANION;
    s->reading.skip = 1;
    feed(s, REPLY_ROW({"coalesce", "1", OID_INT4}));
    feed(s, REPLY_ROWS_END({"coalesce", NULL, OID_INT4}));
    feed(s, REPLY_ROW({"version", "1_a", OID_VARCHAR}, {"?column?", "f", OID_BOOL},
                      {"statement", "2", OID_INT4}));
    feed(s, REPLY_ROWS_END({"version", NULL, OID_VARCHAR}));
    s->reading.asked = PGM__ASKED_FOREIGN;
    feed(s, REPLY_ROW({"version", "7", OID_TEXT}, {"at", NULL, OID_TEXT}, {"s", "a", OID_TEXT}));
    feed(s, REPLY_ROWS_END({"version", NULL, OID_TEXT}));
    const pgm__facts *facts = &s->reading.facts;
    assert_int_equal(facts->row_count, 0);
    assert_int_equal(facts->progress_count, 1);
    assert_int_equal(facts->progress[0].statement, 2);
    assert_int_equal(facts->foreign_count, 1);
    assert_string_equal(facts->foreign_rows[0].version, "7");
}

/* ---- errors ---- */

static pgm__server_error error_of(const char *sqlstate) {
    return *reply_error(sqlstate, "x").error;
}

/* 42P01 of a function in an index, or of the companion table, is another matter. */
static void only_the_second_statement_misses_the_ledger(void **state) {
    scene *s = *state;
    const pgm__server_error missing = error_of("42P01");
    const pgm__server_error denied = error_of("42501");
    assert_false(pgm__reading_ledger_missing(&s->reading, &missing));
    feed_facts(s);
    assert_true(pgm__reading_ledger_missing(&s->reading, &missing));
    assert_false(pgm__reading_ledger_missing(&s->reading, &denied));
    feed(s, REPLY_ROWS_END(OURS(NULL, NULL, NULL, NULL, NULL)));
    assert_false(pgm__reading_ledger_missing(&s->reading, &missing));
}

static void what_cannot_be_sampled_is_no_table(void **state) {
    scene *s = *state;
    static const char *const answers[] = {"42809", "0A000", "42601"};
    /* row_security: a policy would filter; no right to read it. */
    static const char *const others[] = {"42501", "42P01", "57014", ""};
    feed_facts(s);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const pgm__server_error error = error_of(answers[i]);
        assert_true(pgm__reading_is_no_table(&s->reading, &error));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const pgm__server_error error = error_of(others[i]);
        assert_false(pgm__reading_is_no_table(&s->reading, &error));
    }
    feed(s, REPLY_ROWS_END(OURS(NULL, NULL, NULL, NULL, NULL)));
    const pgm__server_error late = error_of("42809");
    assert_false(pgm__reading_is_no_table(&s->reading, &late));
}

static pgm_status read_all(void *data) {
    (void)data;
    pgm__arena arena = {0};
    scene s = {.reading.arena = &arena};
    feed_facts(&s);
    for (size_t i = 0; i < 40; i++) {
        feed(&s, REPLY_ROW(OURS("1_a", "2026-01-02 03:04:05", "c0ffee", "12", "11")));
    }
    pgm_status status = s.reading.failed_memory ? PGM_ENOMEM : PGM_OK;
    assert_true(s.reading.facts.row_count == 40 || status != PGM_OK);
    pgm__facts_fini(&s.reading.facts);
    pgm__arena_clear(&arena);
    return status;
}

static void a_row_that_is_lost_for_want_of_memory_is_known(void **state) {
    (void)state;
    assert_true(oom_survives(read_all, NULL) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_fresh_session_is_only_looked_at),
        T(a_session_that_was_used_is_cleaned_first),
        T(a_pooled_session_is_not_cleaned),
        T(only_whose_owner_is_asked_or_trusted_may_be_a_view),
        T(a_ledger_of_ours_is_read_by_the_names_of_its_columns),
        T(a_row_without_a_duration_is_half_a_migration),
        T(a_duration_is_a_plain_number_or_nothing),
        T(three_columns_are_a_ledger_to_be_completed),
        T(an_empty_ledger_is_known_by_its_end),
        T(a_missing_ledger_leaves_the_facts),
        T(other_tools_tables_are_told_by_their_columns),
        T(a_row_without_a_version_is_none),
        T(results_in_front_are_passed_over),
        T(progress_and_the_other_tools_rows_come_in_strings_of_their_own),
        T(only_the_second_statement_misses_the_ledger),
        T(what_cannot_be_sampled_is_no_table),
        T(a_row_that_is_lost_for_want_of_memory_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
