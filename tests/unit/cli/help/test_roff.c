/* Text for manual pages. */
#include "support/cmocka_all.h"

#include <string.h>

#include "cli/help/roff.h"

static void assert_lines(const char *text, const char *expected) {
    pgm__strbuf out = {0};
    pgm__roff_lines(&out, text);
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void what_means_something_to_roff_is_escaped(void **state) {
    (void)state;
    assert_lines("--dry-run", "\\-\\-dry\\-run\n");
    assert_lines(".conf is an ending", "\\&.conf is an ending\n");
    assert_lines("'quoted'", "\\&'quoted'\n");
    assert_lines("a\\,b", "a\\e,b\n");
    assert_lines("One. .conf", "One.\n\\&.conf\n");
}

static void a_sentence_begins_a_line(void **state) {
    (void)state;
    assert_lines("One. Two? Three!", "One.\nTwo?\nThree!\n");
    assert_lines("none; .go, .rb ... and so on", "none; .go, .rb ... and so on\n");
}

static void lines_stay_short_with_their_escapes(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    for (int i = 0; i < 60; i++) {
        pgm__strbuf_adds(&text, i == 0 ? "a-b-c" : " a-b-c");
    }
    pgm__strbuf out = {0};
    pgm__roff_lines(&out, pgm__strbuf_text(&text));
    size_t words = 0;
    for (const char *line = pgm__strbuf_text(&out); *line != '\0';) {
        size_t len = strcspn(line, "\n");
        assert_in_range(len, 1, 78);
        words += (len + 1) / strlen("a\\-b\\-c ");
        line += len + 1;
    }
    assert_int_equal(words, 60);
    pgm__strbuf_fini(&text);
    pgm__strbuf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_something_to_roff_is_escaped),
        cmocka_unit_test(a_sentence_begins_a_line),
        cmocka_unit_test(lines_stay_short_with_their_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
