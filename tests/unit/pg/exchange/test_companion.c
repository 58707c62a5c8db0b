/* The companion table: rows that are written only as they were read, and read as they were
 * written. */
#include "support/exchange_fixture.h"

#include "engine/classify.h"
#include "pg/exchange/companion.h"
#include "support/oom_loop.h"

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__migration migration;
    pgm__statements file;
    pgm__strbuf sql;
    pgm__facts facts;
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    s->migration = make_migration(&s->arena, "VACUUM a;\nVACUUM b;", "VACUUM c;", "SELECT true;");
    memcpy(s->migration.up.checksum, "c0ffee", 7);
    pgm__statements_init(&s->file, &s->migration, false);
    assert_true(pgm__statements_seek(&s->file, 1));
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

#define KEY                                                                                        \
    " WHERE p.ledger OPERATOR(pg_catalog.=) 'schema_migrations' AND p.version "                    \
    "OPERATOR(pg_catalog.=) '1_a' AND p.direction OPERATOR(pg_catalog.=) 'up'"

/* ---- asking ---- */

static void strangers_rows_are_not_read(void **state) {
    scene *s = *state;
    assert_int_equal(pgm__companion_sql_read(&s->sql, &s->context), 1);
    assert_has(text_of(&s->sql), PGM__MARK_STRANGER);
    assert_has(s->sql.text, "FROM \"public\".pgmarch_progress p WHERE p.ledger "
                            "OPERATOR(pg_catalog.=) 'schema_migrations';COMMIT");
    pgm__strbuf_fini(&s->sql);
    s->context.trusted = true;
    assert_int_equal(pgm__companion_sql_read(&s->sql, &s->context), 0);
    assert_lacks(text_of(&s->sql), PGM__MARK_STRANGER);
}

static void only_another_run_in_the_middle_is_a_rival(void **state) {
    scene *s = *state;
    static const pgm__progress_row rows[] = {
        {.version = "1_a", .running = false, .run_id = "11"},
        {.version = "1_a", .running = true, .run_id = NULL},
        {.version = "1_a", .running = true, .run_id = RUN_ID},
    };
    pgm__companion_sql_rival(&s->sql, &s->context, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgm__companion_sql_rival(&s->sql, &s->context, &rows[i]);
    }
    assert_int_equal(s->sql.len, 0);
    const pgm__progress_row rival = {.version = "1_a", .running = true, .run_id = "1'1"};
    pgm__companion_sql_rival(&s->sql, &s->context, &rival);
    assert_int_equal(statements_in(&s->sql), 3);
    assert_has(s->sql.text, "a.application_name OPERATOR(pg_catalog.=) 'pgmarch/1''1'");
    assert_has(s->sql.text, "'" PGM__MARK_BUSY ": pid %s, %s, is in the middle of this file'");
}

/* ---- writing ---- */

static void the_table_is_made_once(void **state) {
    scene *s = *state;
    pgm__companion_sql_prepare(&s->sql, &s->context);
    assert_int_equal(statements_in(&s->sql), 3);
    assert_has(s->sql.text, "CREATE TABLE IF NOT EXISTS \"public\".pgmarch_progress(");
}

static void a_file_that_is_new_is_claimed(void **state) {
    scene *s = *state;
    pgm__companion_sql_begin(&s->sql, &s->context, &s->file, NULL);
    assert_has(text_of(&s->sql), "(SELECT pg_catalog.count(*) FROM \"public\".\"schema_migrations\""
                                 " AS l WHERE l.version OPERATOR(pg_catalog.=) '1_a') "
                                 "OPERATOR(pg_catalog.=) 0 THEN '1' ELSE '" PGM__MARK_TAKEN "'");
    assert_has(s->sql.text, "WITH u AS (INSERT INTO \"public\".pgmarch_progress AS p(");
    assert_has(s->sql.text, "VALUES('schema_migrations','1_a','up',1,false,'c0ffee','" RUN_ID "'");
    assert_has(s->sql.text, "u.statement OPERATOR(pg_catalog.=) 1 AND u.running "
                            "OPERATOR(pg_catalog.=) false");
    assert_lacks(s->sql.text, "UPDATE");
}

static void down_and_repeatable_files_expect_another_ledger(void **state) {
    scene *s = *state;
    pgm__statements_init(&s->file, &s->migration, true);
    pgm__companion_sql_begin(&s->sql, &s->context, &s->file, NULL);
    assert_has(text_of(&s->sql), "'1_a') OPERATOR(pg_catalog.=) 1 THEN");
    assert_has(s->sql.text, "'1_a','down',0,false");
    pgm__strbuf_fini(&s->sql);
    s->migration.repeatable = true;
    pgm__statements_init(&s->file, &s->migration, false);
    pgm__companion_sql_begin(&s->sql, &s->context, &s->file, NULL);
    assert_has(text_of(&s->sql), "'1_a' AND l.checksum OPERATOR(pg_catalog.=) 'c0ffee') "
                                 "OPERATOR(pg_catalog.=) 0 THEN");
}

/* It is taken over only as it was read. */
static void a_row_of_an_earlier_try_is_compared_and_set(void **state) {
    scene *s = *state;
    const pgm__progress_row was = {
        .version = "1_a", .statement = 1, .running = true, .run_id = "11"};
    pgm__companion_sql_begin(&s->sql, &s->context, &s->file, &was);
    assert_has(text_of(&s->sql), "UPDATE \"public\".pgmarch_progress AS p SET statement=1,"
                                 "running=true,run_id='" RUN_ID "'");
    assert_has(s->sql.text,
               KEY " AND p.statement OPERATOR(pg_catalog.=) 1 AND p.running "
                   "OPERATOR(pg_catalog.=) true AND "
                   "coalesce(p.run_id::pg_catalog.text,'') OPERATOR(pg_catalog.=) '11'");
    assert_has(s->sql.text, "'" PGM__MARK_REFUSED "' ELSE '" PGM__MARK_TAKEN "' END");
    assert_lacks(s->sql.text, "checksum='");
}

static void a_file_of_which_nothing_ran_may_be_another_one_now(void **state) {
    scene *s = *state;
    const pgm__progress_row was = {.version = "1_a"};
    pgm__companion_sql_begin(&s->sql, &s->context, &s->file, &was);
    assert_has(text_of(&s->sql), ",checksum='c0ffee'" KEY);
    assert_has(s->sql.text, "OPERATOR(pg_catalog.=) ''");
}

static void a_mark_takes_the_lock_again_before_the_statement_runs(void **state) {
    scene *s = *state;
    pgm__companion_sql_mark(&s->sql, &s->context, &s->file, true);
    assert_int_equal(statements_in(&s->sql), 6);
    assert_has(s->sql.text, "SET LOCAL role TO DEFAULT;SELECT CASE WHEN "
                            "pg_catalog.pg_try_advisory_lock(");
    assert_has(s->sql.text, "statement=1,running=true,");
    assert_has(s->sql.text, KEY " AND p.run_id OPERATOR(pg_catalog.=) '" RUN_ID "' RETURNING");
    pgm__strbuf_fini(&s->sql);
    pgm__companion_sql_mark(&s->sql, &s->context, &s->file, false);
    assert_lacks(text_of(&s->sql), "advisory");
    assert_has(s->sql.text, "statement=1,running=false,");
}

static void a_verify_file_leaves_nothing_behind(void **state) {
    scene *s = *state;
    pgm__companion_sql_verify(&s->sql, &s->context, &s->file);
    assert_ptr_equal(s->file.verify.script, &s->migration.verify);
    const char *text = strstr(text_of(&s->sql), "SELECT true;");
    assert_non_null(text);
    assert_string_equal(text, "SELECT true;\n;\nROLLBACK TO SAVEPOINT pgmarch_verify;ROLLBACK;");
}

static void the_end_moves_the_row_into_the_ledger(void **state) {
    scene *s = *state;
    pgm__companion_sql_record(&s->sql, &s->context, &s->file, 77);
    assert_has(text_of(&s->sql), "RESET synchronous_commit;WITH u AS (DELETE FROM "
                                 "\"public\".pgmarch_progress AS p" KEY);
    assert_has(s->sql.text, ",77) RETURNING version)");
    assert_has(s->sql.text, "AS \"pgmarch guard " RUN_ID "\";COMMIT;");
    pgm__strbuf_fini(&s->sql);
    pgm__statements_init(&s->file, &s->migration, true);
    pgm__companion_sql_record(&s->sql, &s->context, &s->file, 77);
    assert_has(text_of(&s->sql), "WITH u AS (DELETE FROM \"public\".\"schema_migrations\" AS l");
    assert_lacks(s->sql.text, "INSERT");
}

/* ---- reading ---- */

static bool feed(scene *s, pgm__reply reply) {
    return pgm__companion_feed(&s->facts, &s->arena, &reply);
}

#define PROGRESS_ROW(version, down, statement, running, checksum, run)                             \
    REPLY_ROW({"version", version, OID_VARCHAR}, {"?column?", down, OID_BOOL},                     \
              {"statement", statement, OID_INT4}, {"running", running, OID_BOOL},                  \
              {"checksum", checksum, OID_TEXT}, {"run_id", run, OID_TEXT})

static void rows_are_read_as_they_were_written(void **state) {
    scene *s = *state;
    assert_true(feed(s, PROGRESS_ROW("1_a", "f", "3", "t", "c0ffee", "11")));
    assert_true(feed(s, PROGRESS_ROW("2_b", "t", NULL, "f", NULL, NULL)));
    assert_int_equal(s->facts.progress_count, 2);
    const pgm__progress_row *row = &s->facts.progress[0];
    assert_string_equal(row->version, "1_a");
    assert_false(row->down);
    assert_int_equal(row->statement, 3);
    assert_true(row->running);
    assert_string_equal(row->checksum, "c0ffee");
    assert_string_equal(row->run_id, "11");
    row = &s->facts.progress[1];
    assert_true(row->down);
    assert_int_equal(row->statement, 0);
    assert_false(row->running);
    assert_null(row->checksum);
    assert_null(row->run_id);
}

static pgm_status read_rows(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__facts facts = {0};
    bool fed = true;
    for (size_t i = 0; i < 40 && fed; i++) {
        const pgm__reply row = PROGRESS_ROW("1_a", "f", "3", "t", "c0ffee", "11");
        fed = pgm__companion_feed(&facts, &arena, &row);
    }
    pgm__facts_fini(&facts);
    pgm__arena_clear(&arena);
    return fed ? PGM_OK : PGM_ENOMEM;
}

static pgm_status write_rows(void *data) {
    scene *s = data;
    pgm__strbuf sql = {0};
    const pgm__progress_row was = {.version = "1_a", .running = true, .run_id = "11"};
    pgm__companion_sql_rival(&sql, &s->context, &was);
    pgm__companion_sql_begin(&sql, &s->context, &s->file, &was);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

static void running_out_of_memory_is_known(void **state) {
    assert_true(oom_survives(read_rows, NULL) > 2);
    assert_true(oom_survives(write_rows, *state) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(strangers_rows_are_not_read),
        T(only_another_run_in_the_middle_is_a_rival),
        T(the_table_is_made_once),
        T(a_file_that_is_new_is_claimed),
        T(down_and_repeatable_files_expect_another_ledger),
        T(a_row_of_an_earlier_try_is_compared_and_set),
        T(a_file_of_which_nothing_ran_may_be_another_one_now),
        T(a_mark_takes_the_lock_again_before_the_statement_runs),
        T(a_verify_file_leaves_nothing_behind),
        T(the_end_moves_the_row_into_the_ledger),
        T(rows_are_read_as_they_were_written),
        T(running_out_of_memory_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
