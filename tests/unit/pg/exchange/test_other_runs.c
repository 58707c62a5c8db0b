/* Other runs of pgmarch on the server: the question, and what its answer says. */
#include "support/exchange_fixture.h"

#include "pg/exchange/other_runs.h"

#define COLUMN "pgmarch other runs " RUN_ID

/* It only looks, for two seconds, and leaves out its own run. */
static void the_question_is_bounded_and_leaves_out_its_own_run(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    pgm__strbuf sql = {0};
    assert_int_equal(pgm__other_runs_sql(&sql, &context), 1);
    static const char begin[] =
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;SET LOCAL statement_timeout='2s';SELECT ";
    assert_memory_equal(text_of(&sql), begin, sizeof begin - 1);
    assert_int_equal(statements_in(&sql), 4);
    assert_has(sql.text, "AS \"" COLUMN "\" FROM ");
    assert_has(sql.text, "'pgmarch/' AND a.application_name OPERATOR(pg_catalog.<>) "
                         "'pgmarch/" RUN_ID "'");
    pgm__strbuf_fini(&sql);
}

static pgm__other_runs heard(const char *numbers) {
    const pgm__context context = plain_context();
    const pgm__reply answer = REPLY_ROW({COLUMN, numbers, OID_TEXT});
    pgm__other_runs found = {7, 7};
    assert_true(pgm__other_runs_feed(&found, &context, &answer));
    return found;
}

static void runs_and_their_sessions_are_counted(void **state) {
    (void)state;
    assert_int_equal(heard("2 5").runs, 2);
    assert_int_equal(heard("2 5").sessions, 5);
}

/* Of nobody there is no sum. */
static void nobody_is_no_run(void **state) {
    (void)state;
    static const char *const nobody[] = {"0", "", NULL, "drop table"};
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        assert_int_equal(heard(nobody[i]).runs, 0);
        assert_int_equal(heard(nobody[i]).sessions, 0);
    }
}

static void only_the_row_of_that_question_is_its_answer(void **state) {
    (void)state;
    const pgm__context context = plain_context();
    const pgm__reply end = REPLY_ROWS_END({COLUMN, NULL, OID_TEXT});
    const pgm__reply another = REPLY_ROW({"pgmarch other runs ffff", "1 1", OID_TEXT});
    pgm__other_runs found = {7, 7};
    assert_false(pgm__other_runs_feed(&found, &context, &end));
    assert_false(pgm__other_runs_feed(&found, &context, &another));
    assert_int_equal(found.runs, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question_is_bounded_and_leaves_out_its_own_run),
        cmocka_unit_test(runs_and_their_sessions_are_counted),
        cmocka_unit_test(nobody_is_no_run),
        cmocka_unit_test(only_the_row_of_that_question_is_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
