/* Words, marks and columns on a page. */
#include "support/cmocka_all.h"

#include <string.h>

#include "report/page/paint.h"

static pgm__strbuf out;

static int fresh(void **state) {
    (void)state;
    pgm__strbuf_clear(&out);
    return 0;
}

static int done(void **state) {
    (void)state;
    pgm__strbuf_fini(&out);
    return 0;
}

static void paint_paragraphs_break_between_words_under_their_column(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"one", "one"},
        {"one two  three", "one two  three"},
        {"one two three four", "one two three\n  four"},
        {"one\n  two three four five\nsix\r\n\n", "one\n    two three\n  four five\n  six"},
        {"東京 東京 東京 東京", "東京 東京 東京\n  東京"},
        {"onewordthatislongerthanthewidth x", "onewordthatislongerthanthewidth\n  x"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__strbuf_clear(&out);
        pgm__paint_paragraphs(&out, cases[i].text, 2, 2, 16);
        assert_string_equal(pgm__strbuf_text(&out), cases[i].shown);
    }
    pgm__strbuf_clear(&out);
    pgm__strbuf_adds(&out, "who: ");
    pgm__paint_paragraphs(&out, "one two three four", 5, 2, 16);
    assert_string_equal(pgm__strbuf_text(&out), "who: one two\n  three four");
    pgm__strbuf_clear(&out);
    pgm__paint_paragraphs(&out, "one two three four five\nsix", 2, 2, 0);
    assert_string_equal(pgm__strbuf_text(&out), "one two three four five\n  six");
}

static void paint_durations_have_two_units_at_most(void **state) {
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{-5, "0 ms"},
                 {0, "0 ms"},
                 {999, "999 ms"},
                 {1000, "1.0 s"},
                 {59999, "59.9 s"},
                 {60000, "1 min 00 s"},
                 {3599999, "59 min 59 s"},
                 {3600000, "1 h 00 min"},
                 {90000000, "25 h 00 min"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pgm__strbuf_clear(&out);
        pgm__paint_duration(&out, cases[i].ms);
        assert_string_equal(out.text, cases[i].text);
    }
}

static void paint_a_cell_is_cut_by_columns_not_by_bytes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *cell; /* six columns */
    } cases[] = {{"abc", "abc   "},     {"abcdef", "abcdef"},   {"abcdefg", "abcde…"},
                 {"äöüäöüä", "äöüäö…"}, {"日本語日", "日本… "}, {"a\nb\tcdefg", "a b c…"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pgm__strbuf_clear(&out);
        pgm__paint_cell(&out, cases[i].text, 6);
        assert_string_equal(out.text, cases[i].cell);
        assert_int_equal(pgm__paint_width(out.text), 6);
    }
}

static void paint_an_ended_line_has_no_spaces_behind_it(void **state) {
    (void)state;
    pgm__paint_padded(&out, "a", 5);
    pgm__paint_end_line(&out);
    assert_string_equal(out.text, "a\n");
    pgm__strbuf_clear(&out);
    pgm__paint_end_line(&out);
    assert_string_equal(out.text, "\n");
}

static void paint_a_block_keeps_its_lines_under_each_other(void **state) {
    (void)state;
    pgm__paint_block(&out, "one\r\ntwo\n\n", 2);
    assert_string_equal(out.text, "one\n  two");
}

static void paint_words_keep_their_blanks_however_narrow_the_indent_is_filled(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t used;
        size_t width;
        const char *painted;
    } cases[] = {{"a b c", 0, 80, "a b c"},
                 {"[s] of x", 0, 80, "[s] of x"},
                 {"aa bb cc", 0, 5, "aa bb\n    cc"},
                 {"longer than", 0, 4, "longer\n    than"},
                 {"b c", 6, 80, " b c"},
                 {"b c", 6, 7, "\n    b c"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pgm__strbuf_clear(&out);
        pgm__paint_wrapped(&out, cases[i].text, cases[i].used, 4, cases[i].width);
        assert_string_equal(out.text, cases[i].painted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(paint_paragraphs_break_between_words_under_their_column, fresh),
        cmocka_unit_test_setup(paint_durations_have_two_units_at_most, fresh),
        cmocka_unit_test_setup(paint_a_cell_is_cut_by_columns_not_by_bytes, fresh),
        cmocka_unit_test_setup(paint_an_ended_line_has_no_spaces_behind_it, fresh),
        cmocka_unit_test_setup(paint_a_block_keeps_its_lines_under_each_other, fresh),
        cmocka_unit_test_setup(paint_words_keep_their_blanks_however_narrow_the_indent_is_filled,
                               fresh),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
