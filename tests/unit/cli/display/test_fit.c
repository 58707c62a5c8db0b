#include "cli/display/fit.h"

#include <string.h>

#include "support/cmocka_all.h"

static void fits(const char *text, size_t columns, const char *expected) {
    pgm__strbuf out = {0};
    pgm__fit_add(&out, text, strlen(text), columns);
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void fit_leaves_what_fits_as_it_is(void **state) {
    (void)state;
    fits("", 40, "");
    fits("\n\n", 40, "\n\n");
    fits("a  b   c\n  d\n", 40, "a  b   c\n  d\n");
    fits("12345678901234567890\n", 20, "12345678901234567890\n");
    fits("1234567890 1234567890", 0, "1234567890 1234567890");
    fits("1234567890 1234567890", 12, "1234567890 1234567890");
}

static void fit_goes_on_below_the_text_behind_a_name(void **state) {
    (void)state;
    fits("prod    failed at 3_orders: no such table\nnext\n", 24,
         "prod    failed at\n"
         "        3_orders: no\n"
         "        such table\n"
         "next\n");
    fits("  dev  postgresql://a@b/c (schema dev)", 30,
         "  dev  postgresql://a@b/c\n"
         "       (schema dev)");
}

static void fit_goes_on_four_columns_in_where_nothing_stands_in_front(void **state) {
    (void)state;
    fits("pgmarch: a sentence that is long", 20, "pgmarch: a sentence\n    that is long");
    fits("prod    failed at 20260915_create_orders: no such table", 24,
         "prod    failed at\n    20260915_create_orders:\n    no such table");
    fits("a_name_that_is_long  and more behind it", 24,
         "a_name_that_is_long  and\n"
         "    more behind it");
}

static void fit_leaves_a_word_that_is_too_long(void **state) {
    (void)state;
    fits("postgresql://somebody@somewhere.example/x", 20,
         "postgresql://somebody@somewhere.example/x");
    fits("a postgresql://somebody@somewhere.example/x y", 20,
         "a postgresql://somebody@somewhere.example/x\n    y");
    fits("a b c d postgresql://somebody@somewhere.example/x", 20,
         "a b c d\n    postgresql://somebody@somewhere.example/x");
}

/* A server's notice may be as long as it likes. */
static void fit_takes_a_line_without_end(void **state) {
    (void)state;
    enum { WORDS = 500000 };
    pgm__strbuf line = {0};
    pgm__strbuf out = {0};
    for (size_t i = 0; i < WORDS; i++) {
        pgm__strbuf_adds(&line, "word ");
    }
    pgm__fit_add(&out, pgm__strbuf_text(&line), line.len, 80);
    assert_true(out.len > line.len);
    pgm__strbuf_fini(&line);
    pgm__strbuf_fini(&out);
}

static void fit_counts_columns_and_not_bytes(void **state) {
    (void)state;
    fits("\033[31m✗\033[0m éééé éééé éééé éééé", 22, "\033[31m✗\033[0m éééé éééé éééé éééé");
    fits("日本語 日本語 日本語 日本語", 20, "日本語 日本語 日本語\n    日本語");
    fits("a \033[31mred red red red red\033[0m", 20, "a \033[31mred red red red\n    red\033[0m");
    fits("\033[31 \033 and what is no sequence", 24, "\033[31 \033 and what is no\n    sequence");
    fits("\xFF\xFE bytes that are no text", 20, "\xFF\xFE bytes that are no\n    text");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fit_leaves_what_fits_as_it_is),
        cmocka_unit_test(fit_goes_on_below_the_text_behind_a_name),
        cmocka_unit_test(fit_goes_on_four_columns_in_where_nothing_stands_in_front),
        cmocka_unit_test(fit_leaves_a_word_that_is_too_long),
        cmocka_unit_test(fit_counts_columns_and_not_bytes),
        cmocka_unit_test(fit_takes_a_line_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
