/* A verify file inside a string: what its rows say, in words, and where its errors are. */
#include "support/exchange_fixture.h"

#include "pg/exchange/verify.h"
#include "support/oom_loop.h"

static const char file[] = "SELECT true AS a;\nSELECT '\xC3\xA9',\nfalse AS b";

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__migration migration;
    pgm__strbuf sql;
    pgm__verify verify;
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    s->migration = make_migration(&s->arena, "SELECT 1", NULL, file);
    *state = s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__strbuf_fini(&s->sql);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void add(scene *s) {
    pgm__verify_add(&s->verify, &s->sql, &s->context, &s->migration.verify);
}

static void run(scene *s) {
    add(s);
    const pgm__reply begin = REPLY_ROWS_END({"pgmarch verify " RUN_ID, NULL, OID_INT4});
    assert_false(pgm__verify_feed(&s->verify, &begin));
    assert_true(s->verify.running);
}

/* ---- the string ---- */

static void nothing_of_it_stays(void **state) {
    scene *s = *state;
    add(s);
    const char *begin = strstr(text_of(&s->sql), "SAVEPOINT pgmarch_verify;");
    assert_non_null(begin);
    const char *text = strstr(begin, file);
    assert_non_null(text);
    /* The line end closes a comment, the semicolon a last statement without one. */
    assert_string_equal(text + strlen(file), "\n;\nROLLBACK TO SAVEPOINT pgmarch_verify;");
    assert_has(begin, "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;SET LOCAL DateStyle=");
    assert_lacks(begin, "SET LOCAL client_encoding");
}

static void a_pooled_connection_reads_it_as_utf8(void **state) {
    scene *s = *state;
    s->context.pooled = true;
    add(s);
    assert_has(text_of(&s->sql), "SET LOCAL client_encoding='UTF8';SELECT 1 AS");
}

/* ---- its replies ---- */

static void rows_before_its_own_mean_nothing(void **state) {
    scene *s = *state;
    add(s);
    const pgm__reply wrong = REPLY_ROW({"x", "f", OID_BOOL});
    const pgm__reply mark = REPLY_ROW({"pgmarch verify " RUN_ID, "1", OID_INT4});
    assert_false(pgm__verify_feed(&s->verify, &wrong));
    assert_false(pgm__verify_feed(&s->verify, &mark));
    assert_false(s->verify.running);
    assert_int_equal(pgm__verify_origin(&s->verify, 0).line, 0);
}

static void only_booleans_that_are_not_true_are_wrong(void **state) {
    scene *s = *state;
    run(s);
    const pgm__reply right[] = {
        REPLY_ROW({"a", "t", OID_BOOL}, {"b", "t", OID_BOOL}),
        REPLY_ROW({"a", "f", OID_TEXT}, {"b", NULL, OID_INT4}),
        reply_row(NULL, 0),
        REPLY_ROWS_END({"a", "f", OID_BOOL}),
        reply_copy_in(),
    };
    const pgm__reply wrong[] = {
        REPLY_ROW({"a", "f", OID_BOOL}),
        REPLY_ROW({"a", NULL, OID_BOOL}),
        REPLY_ROW({"n", "1", OID_INT4}, {"a", "t", OID_BOOL}, {"b", "f", OID_BOOL}),
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        assert_false(pgm__verify_feed(&s->verify, &right[i]));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_true(pgm__verify_feed(&s->verify, &wrong[i]));
    }
}

/* ---- lines ---- */

static void a_line_is_of_the_statement_at_work(void **state) {
    scene *s = *state;
    run(s);
    assert_int_equal(pgm__verify_origin(&s->verify, 0).line, 1);
    const pgm__reply end = REPLY_ROWS_END({"a", NULL, OID_BOOL});
    assert_false(pgm__verify_feed(&s->verify, &end));
    assert_int_equal(pgm__verify_origin(&s->verify, 0).line, 2);
    const pgm__reply command = reply_command("SET");
    assert_false(pgm__verify_feed(&s->verify, &command));
    assert_int_equal(pgm__verify_origin(&s->verify, 0).line, 0); /* behind them all */
}

static void a_position_counts_characters_of_the_whole_string(void **state) {
    scene *s = *state;
    pgm__strbuf_adds(&s->sql, "SELECT '\xE2\x82\xAC';"); /* bytes that are one character */
    add(s);
    const char *text = strstr(text_of(&s->sql), file);
    assert_non_null(text);
    size_t before = (size_t)(text - s->sql.text) - 2;
    assert_int_equal(pgm__verify_origin(&s->verify, before).line, 0);
    assert_int_equal(pgm__verify_origin(&s->verify, before + 1).line, 1);
    size_t second = (size_t)(strstr(file, "false") - file) - 1; /* behind an é */
    assert_int_equal(pgm__verify_origin(&s->verify, before + second + 1).line, 3);
    assert_int_equal(pgm__verify_origin(&s->verify, before + strlen(file)).line, 0);
    const pgm__verify none = {0};
    assert_int_equal(pgm__verify_origin(&none, 1).line, 0);
}

/* ---- in words ---- */

static void a_wrong_row_is_told_by_its_column(void **state) {
    scene *s = *state;
    const pgm__reply wrong = REPLY_ROW({"n", "3", OID_INT4}, {"filled", "f", OID_BOOL});
    const pgm__reply null = REPLY_ROW({"known", NULL, OID_BOOL});
    assert_string_equal(pgm__verify_message(&s->arena, &wrong),
                        "verification failed: \"filled\" is false");
    assert_string_equal(pgm__verify_message(&s->arena, &null),
                        "verification failed: \"known\" is NULL, neither true nor false");
}

static void the_other_values_are_shown_on_one_line(void **state) {
    scene *s = *state;
    const pgm__reply row = REPLY_ROW({"table", "a\nb", OID_TEXT}, {"ok", "f", OID_BOOL},
                                     {"rows", NULL, OID_INT4});
    assert_string_equal(pgm__verify_row(&s->arena, &row), "table = a b, rows = NULL");
    const pgm__reply alone = REPLY_ROW({"ok", "f", OID_BOOL});
    assert_null(pgm__verify_row(&s->arena, &alone));
}

static void long_values_and_long_rows_are_cut(void **state) {
    scene *s = *state;
    char value[200];
    memset(value, 'x', sizeof value);
    memcpy(value + 59, "\xC3\xA9", 2); /* a character across the limit */
    value[sizeof value - 1] = '\0';
    pgm__field fields[12];
    for (size_t i = 0; i < 12; i++) {
        fields[i] = (pgm__field){"c", value, OID_TEXT};
    }
    const pgm__reply row = reply_row(fields, 12);
    const char *text = pgm__verify_row(&s->arena, &row);
    assert_non_null(text);
    assert_int_equal(strncmp(text, "c = ", 4), 0);
    assert_int_equal(strspn(text + 4, "x"), 59);
    assert_int_equal(strncmp(text + 63, "\xE2\x80\xA6, c = ", 9), 0);
    assert_true(strlen(text) < 500);
    assert_string_equal(text + strlen(text) - 5, ", \xE2\x80\xA6");
}

/* ---- out of memory ---- */

static pgm_status tell(void *data) {
    (void)data;
    pgm__arena arena = {0};
    const pgm__reply row = REPLY_ROW({"table", "users", OID_TEXT}, {"ok", "f", OID_BOOL});
    const char *message = pgm__verify_message(&arena, &row);
    const char *others = pgm__verify_row(&arena, &row);
    pgm__arena_clear(&arena);
    return message == NULL || others == NULL ? PGM_ENOMEM : PGM_OK;
}

static pgm_status write(void *data) {
    scene *s = data;
    pgm__strbuf sql = {0};
    pgm__verify verify = {0};
    pgm__verify_add(&verify, &sql, &s->context, &s->migration.verify);
    pgm_status status = sql.failed ? PGM_ENOMEM : PGM_OK;
    pgm__strbuf_fini(&sql);
    return status;
}

static void without_memory_nothing_is_half_said(void **state) {
    assert_true(oom_survives(tell, NULL) > 1);
    assert_true(oom_survives(write, *state) > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(nothing_of_it_stays),
        T(a_pooled_connection_reads_it_as_utf8),
        T(rows_before_its_own_mean_nothing),
        T(only_booleans_that_are_not_true_are_wrong),
        T(a_line_is_of_the_statement_at_work),
        T(a_position_counts_characters_of_the_whole_string),
        T(a_wrong_row_is_told_by_its_column),
        T(the_other_values_are_shown_on_one_line),
        T(long_values_and_long_rows_are_cut),
        T(without_memory_nothing_is_half_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
