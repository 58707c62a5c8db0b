/* A line of a file with a caret. */
#include "support/cmocka_all.h"

#include "report/page/excerpt.h"

static void an_excerpt_has_its_caret_under_the_character(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned caret;
        const char *shown;
    } cases[] = {
        {"SELECT nope;", 8, "  SELECT nope;\n         ^\n"},
        {"    SELECT nope;", 12, "  SELECT nope;\n         ^\n"},
        {"\tSELECT\tnope;", 9, "  SELECT nope;\n         ^\n"},
        {"SELECT 'ä', nope;", 13, "  SELECT 'ä', nope;\n              ^\n"},
        {"SELECT '東京', nope;", 14, "  SELECT '東京', nope;\n                 ^\n"},
        {"SELECT e\xCC\x81, x;", 12, "  SELECT e\xCC\x81, x;\n            ^\n"},
        {"SELECT 1", 9, "  SELECT 1\n          ^\n"}, /* behind its end */
        {"   x", 2, "    x\n  ^\n"},
        {"  SELECT 1;", 0, "  SELECT 1;\n"},
        {"SELECT \x1b[31m, x;", 15, "  SELECT [31m, x;\n               ^\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__strbuf out = {0};
        pgm__excerpt_add(&out, cases[i].text, cases[i].caret, 2, 80);
        assert_string_equal(pgm__strbuf_text(&out), cases[i].shown);
        pgm__strbuf_fini(&out);
    }
}

static void a_long_excerpt_is_cut_around_its_caret(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned caret;
        const char *shown;
    } cases[] = {
        {"SELECT nope, 3456789012345678901234567890", 8,
         "SELECT nope, 34567890123456…\n       ^\n"},
        {"0123456789012345678901234567890123456789", 39,
         "…8901234567890123456789\n                     ^\n"},
        {"01234567890123456789012345678901234567890123456789", 31,
         "…01234567890123456789012345…\n                     ^\n"},
        {"東京東京東京東京東京東京東京東京東京東京", 15,
         "…東京東京東京東京東京東京東…\n                     ^\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__strbuf out = {0};
        pgm__excerpt_add(&out, cases[i].text, cases[i].caret, 0, 28);
        assert_string_equal(pgm__strbuf_text(&out), cases[i].shown);
        pgm__strbuf_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_excerpt_has_its_caret_under_the_character),
        cmocka_unit_test(a_long_excerpt_is_cut_around_its_caret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
