/* What is read out of a reply, and what of it is kept. */
#include "support/cmocka_all.h"

#include <string.h>

#include "support/oom_loop.h"
#include "support/replies.h"

static void columns_beyond_the_row_are_absent(void **state) {
    (void)state;
    const pgm__reply row = REPLY_ROW({"a", "1", OID_INT4}, {"b", NULL, OID_TEXT});
    assert_string_equal(pgm__reply_value(&row, 0), "1");
    assert_string_equal(pgm__reply_column(&row, 1), "b");
    assert_int_equal(pgm__reply_type(&row, 1), OID_TEXT);
    assert_null(pgm__reply_value(&row, 1));
    static const int absent[] = {-1, 2};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_null(pgm__reply_value(&row, absent[i]));
        assert_null(pgm__reply_column(&row, absent[i]));
        assert_int_equal(pgm__reply_type(&row, absent[i]), 0);
    }
}

static void true_is_what_booleans_and_settings_say(void **state) {
    (void)state;
    const pgm__reply row = REPLY_ROW({"a", "t", OID_BOOL}, {"b", "on", OID_TEXT},
                                     {"c", "f", OID_BOOL}, {"d", "off", OID_TEXT},
                                     {"e", NULL, OID_BOOL}, {"f", "true", OID_TEXT});
    static const bool expected[] = {true, true, false, false, false, false, false};
    for (int i = 0; i < (int)(sizeof expected / sizeof *expected); i++) {
        assert_int_equal(pgm__reply_is_true(&row, i), expected[i]);
    }
}

static void what_is_kept_outlives_the_reply(void **state) {
    (void)state;
    char value[] = "kept";
    const pgm__reply row = REPLY_ROW({"a", value, OID_TEXT}, {"b", NULL, OID_TEXT});
    pgm__arena arena = {0};
    const char *text = "before";
    assert_true(pgm__reply_keep(&row, 0, &arena, &text));
    memset(value, 'x', sizeof value - 1);
    assert_string_equal(text, "kept");
    assert_true(pgm__reply_keep(&row, 1, &arena, &text));
    assert_null(text);
    pgm__arena_clear(&arena);
}

static void without_memory_nothing_is_kept(void **state) {
    (void)state;
    const pgm__reply row = REPLY_ROW({"a", "1", OID_TEXT});
    pgm__arena arena = {0};
    const char *text = "before";
    oom_arm(1);
    assert_false(pgm__reply_keep(&row, 0, &arena, &text));
    assert_true(oom_disarm());
    assert_string_equal(text, "before");
    pgm__arena_clear(&arena);
}

/* ---- the tests' own server ---- */

typedef struct heard {
    char text[256];
} heard;

static void hear(const pgm__reply *reply, void *data) {
    static const char *const kinds[] = {
        [PGM__REPLY_COMMAND] = "command ", [PGM__REPLY_ROW] = "row ",
        [PGM__REPLY_ROWS_END] = "end ",    [PGM__REPLY_EMPTY] = "empty ",
        [PGM__REPLY_COPY_IN] = "copy ",    [PGM__REPLY_ERROR] = "error "};
    heard *all = data;
    (void)strncat(all->text, kinds[reply->kind], sizeof all->text - strlen(all->text) - 1);
    const char *more = reply->kind == PGM__REPLY_COMMAND ? reply->tag : pgm__reply_column(reply, 0);
    if (more != NULL) {
        (void)strncat(all->text, more, sizeof all->text - strlen(all->text) - 1);
    }
    (void)strncat(all->text, "|", sizeof all->text - strlen(all->text) - 1);
}

static void the_made_up_server_answers_each_statement(void **state) {
    (void)state;
    heard all = {{0}};
    assert_int_equal(replies_to("BEGIN;;PREPARE \"p\" AS SELECT 1 AS \"q\"; EXECUTE \"p\"(';');\n"
                                "COPY t FROM stdin; WITH u AS (DELETE FROM t) SELECT 1; ;COMMIT",
                                SIZE_MAX, hear, &all),
                     6);
    assert_string_equal(all.text, "command BEGIN|command PREPARE|row q|end q|copy |command COPY|"
                                  "row ?column?|end ?column?|command COMMIT|");
    all.text[0] = '\0';
    assert_int_equal(replies_to("INSERT INTO t VALUES(1);COMMIT", 1, hear, &all), 1);
    assert_string_equal(all.text, "command INSERT|");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_beyond_the_row_are_absent),
        cmocka_unit_test(true_is_what_booleans_and_settings_say),
        cmocka_unit_test(what_is_kept_outlives_the_reply),
        cmocka_unit_test(without_memory_nothing_is_kept),
        cmocka_unit_test(the_made_up_server_answers_each_statement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
