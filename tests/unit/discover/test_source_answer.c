/* One question to a server, and what may come back: answer.c, columns.c, ask_hints.c. */
#include "support/cmocka_all.h"

#include <string.h>

#include "discover/answer.h"
#include "discover/ask_hints.h"
#include "discover/columns.h"
#include "support/replies.h"
#include "support/text_asserts.h"

/* ---- the question ---- */

static void one_statement_is_a_question(void **state) {
    (void)state;
    static const char *const good[] = {"SELECT 1", "SELECT 1;", "-- first\nSELECT ';' -- last",
                                       "TABLE a; ; /* ; */", "SELECT $$;$$"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(pgm__question_check(good[i], NULL), PGM_OK);
    }
}

static void none_or_several_statements_are_no_question(void **state) {
    (void)state;
    pgm_error err = {0};
    assert_int_equal(pgm__question_check("-- nothing\n;", &err), PGM_EUSAGE);
    assert_has(err.msg, "the query is empty");
    assert_int_equal(pgm__question_check("SELECT 1; COMMIT; DROP TABLE a", &err), PGM_EUSAGE);
    assert_has(err.msg, "the query has 3 statements");
}

static void the_question_is_asked_in_a_transaction_that_reads(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    size_t ahead = pgm__question_sql(&sql, "SELECT '\xC3\xA4' -- ;", 1234);
    assert_int_equal(strncmp(sql.text, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;", 47), 0);
    assert_has(sql.text, "SET LOCAL row_security=off;");
    assert_has(sql.text, "SET LOCAL statement_timeout=1234;");
    assert_string_equal(sql.text + ahead, "SELECT '\xC3\xA4' -- ;\n;COMMIT");
    pgm__strbuf_fini(&sql);
}

/* ---- the answer ---- */

static pgm__answer_piece feed(pgm__answered *answer, pgm__reply reply, pgm_error *err) {
    return pgm__answer_feed(answer, &reply, err);
}

static pgm__answered opened(void) {
    pgm__answered answer = {0};
    assert_int_equal(feed(&answer, reply_command("BEGIN"), NULL), PGM__ANSWER_PART);
    assert_int_equal(feed(&answer, reply_command("SET"), NULL), PGM__ANSWER_PART);
    assert_int_equal(feed(&answer, reply_command("SET"), NULL), PGM__ANSWER_PART);
    return answer;
}

static pgm__answered ended(void) {
    pgm__answered answer = opened();
    assert_int_equal(feed(&answer, REPLY_ROW({"name", "a", OID_TEXT}), NULL), PGM__ANSWER_ROW);
    assert_int_equal(feed(&answer, REPLY_ROWS_END({"name", NULL, OID_TEXT}), NULL),
                     PGM__ANSWER_PART);
    return answer;
}

static void is_wrong(pgm__answered answer, pgm__reply reply, const char *why) {
    pgm_error err = {0};
    assert_int_equal(feed(&answer, reply, &err), PGM__ANSWER_WRONG);
    assert_has(err.msg, why);
}

static void an_answer_is_whole_with_the_end_of_its_transaction(void **state) {
    (void)state;
    pgm__answered answer = ended();
    assert_int_equal(answer.rows, 1);
    assert_false(pgm__answer_is_whole(&answer, PGM__TRANSACTION_NONE));
    assert_int_equal(feed(&answer, reply_command("COMMIT"), NULL), PGM__ANSWER_PART);
    assert_true(pgm__answer_is_whole(&answer, PGM__TRANSACTION_NONE));
    assert_false(pgm__answer_is_whole(&answer, PGM__TRANSACTION_OPEN));
    assert_false(pgm__answer_is_whole(&answer, PGM__TRANSACTION_FAILED));
}

static void an_answer_of_no_rows_is_whole(void **state) {
    (void)state;
    pgm__answered answer = opened();
    (void)feed(&answer, REPLY_ROWS_END({"name", NULL, OID_TEXT}), NULL);
    (void)feed(&answer, reply_command("COMMIT"), NULL);
    assert_true(pgm__answer_is_whole(&answer, PGM__TRANSACTION_NONE));
    assert_int_equal(answer.rows, 0);
}

static void what_is_no_answer_to_one_question_is_refused(void **state) {
    (void)state;
    is_wrong(ended(), REPLY_ROW({"b", "1", OID_TEXT}), "more than one result");
    is_wrong(ended(), REPLY_ROWS_END({"b", NULL, OID_TEXT}), "more than one result");
    is_wrong(opened(), reply_command("COPY 3"), "returns no rows (the server says: COPY 3)");
    is_wrong(opened(), reply_command("COMMIT"), "returns no rows");
    is_wrong(opened(), reply_copy_in(), "a COPY that waits for data");
    is_wrong(opened(), reply_empty(), "nothing that is known");
    is_wrong(ended(), reply_command("ROLLBACK"), "did not leave its transaction");
    is_wrong(ended(), reply_command("SET"), "did not leave its transaction");
    pgm__answered closed = ended();
    (void)feed(&closed, reply_command("COMMIT"), NULL);
    is_wrong(closed, reply_command("COMMIT"), "did not leave its transaction");
    is_wrong((pgm__answered){0}, REPLY_ROW({"b", "1", OID_TEXT}), "more than one result");
}

/* ---- columns ---- */

static void columns_refused(pgm__reply reply, const char *why) {
    pgm_error err = {0};
    assert_int_equal(pgm__columns_check(&reply, &err), PGM_EUSAGE);
    assert_has(err.msg, why);
}

static void columns_need_names_that_differ(void **state) {
    (void)state;
    pgm__reply good = REPLY_ROWS_END({"name", NULL, OID_TEXT}, {"Name", NULL, OID_TEXT});
    assert_int_equal(pgm__columns_check(&good, NULL), PGM_OK);
    columns_refused(REPLY_ROWS_END({"name", NULL, OID_TEXT}, {"?column?", NULL, OID_TEXT}),
                    "column 2 of the query has no name: write AS");
    columns_refused(REPLY_ROWS_END({"", NULL, OID_TEXT}), "column 1 of the query has no name");
    columns_refused(
        REPLY_ROWS_END({"a", NULL, OID_TEXT}, {"b", NULL, OID_TEXT}, {"a", NULL, OID_TEXT}),
        "two columns \"a\", 1 and 3");
    columns_refused(REPLY_ROWS_END({"caf\xE9", NULL, OID_TEXT}), "no UTF-8");
    columns_refused(reply_rows_end(NULL, 0), "the query has no column");
    columns_refused(REPLY_ROWS_END({"tags", NULL, 1009}),
                    "column \"tags\" of the query is an array: write array_to_string");
}

static void values_are_read_as_target_files_have_them(void **state) {
    (void)state;
    pgm__source_column columns[4];
    pgm__reply row = REPLY_ROW({"name", "a", OID_TEXT}, {"production", "t", OID_BOOL},
                               {"wave", NULL, OID_INT4}, {"trust_ledger", "f", OID_BOOL});
    assert_int_equal(pgm__columns_read(&row, 1, columns, NULL), PGM_OK);
    assert_string_equal(columns[0].name, "name");
    assert_string_equal(columns[0].value, "a");
    assert_false(columns[0].offered);
    assert_string_equal(columns[1].value, "true");
    assert_null(columns[2].value);
    assert_string_equal(columns[3].value, "false");
}

/* A text that happens to be the server's word for truth stays what it is. */
static void only_a_boolean_is_a_truth(void **state) {
    (void)state;
    pgm__source_column columns[1];
    pgm__reply row = REPLY_ROW({"name", "t", OID_TEXT});
    assert_int_equal(pgm__columns_read(&row, 1, columns, NULL), PGM_OK);
    assert_string_equal(columns[0].value, "t");
}

static void a_value_that_is_no_utf8_is_refused(void **state) {
    (void)state;
    pgm_error err = {0};
    pgm__source_column columns[1];
    pgm__reply row = REPLY_ROW({"name", "caf\xE9", OID_TEXT});
    assert_int_equal(pgm__columns_read(&row, 17, columns, &err), PGM_EUSAGE);
    assert_has(err.msg, "row 17, column \"name\": the value is no UTF-8");
    assert_null(strstr(err.msg, "caf"));
}

/* ---- words ---- */

static void why_a_database_is_left_out_is_told(void **state) {
    (void)state;
    assert_string_equal(pgm__catalog_unusable("1"), "templates");
    assert_has(pgm__catalog_unusable("2"), "allow no connections");
    assert_has(pgm__catalog_unusable("3"), "half removed");
    assert_has(pgm__catalog_unusable("4"), "CONNECT");
    assert_null(pgm__catalog_unusable("5"));
    assert_null(pgm__catalog_unusable("0"));
    assert_null(pgm__catalog_unusable("12"));
    assert_null(pgm__catalog_unusable(""));
}

static void hints_are_about_the_source(void **state) {
    (void)state;
    assert_has(pgm__ask_hint(false, "42501",
                             "query would be affected by row-level security policy "
                             "for table \"t\""),
               "BYPASSRLS");
    assert_has(pgm__ask_hint(false, "42501", "permission denied for table t"), "GRANT");
    assert_has(pgm__ask_hint(false, "25006", "cannot execute INSERT"), "may only read");
    assert_has(pgm__ask_hint(true, "28P01", "password authentication failed"), "discover.url");
    assert_has(pgm__ask_hint(true, "3D000", "database \"x\" does not exist"), "discover.dbname");
    assert_has(pgm__ask_hint(true, "57P03", "the database system is starting up"),
               "discover.timeout");
    assert_has(pgm__ask_hint(true, "", "connection refused"), "is the server running");
    assert_null(pgm__ask_hint(false, "42P07", "relation \"a\" already exists"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_statement_is_a_question),
        cmocka_unit_test(none_or_several_statements_are_no_question),
        cmocka_unit_test(the_question_is_asked_in_a_transaction_that_reads),
        cmocka_unit_test(an_answer_is_whole_with_the_end_of_its_transaction),
        cmocka_unit_test(an_answer_of_no_rows_is_whole),
        cmocka_unit_test(what_is_no_answer_to_one_question_is_refused),
        cmocka_unit_test(columns_need_names_that_differ),
        cmocka_unit_test(values_are_read_as_target_files_have_them),
        cmocka_unit_test(only_a_boolean_is_a_truth),
        cmocka_unit_test(a_value_that_is_no_utf8_is_refused),
        cmocka_unit_test(why_a_database_is_left_out_is_told),
        cmocka_unit_test(hints_are_about_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
