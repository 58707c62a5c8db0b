/* Signs, where a terminal or a log can show nothing but ASCII. */
#include "support/cmocka_all.h"

#include <string.h>

#include "cli/display/signs.h"
#include "report/outcome.h"

static void shown(const char *text, const char *expected) {
    pgm__strbuf out = {0};
    pgm__signs_add_ascii(&out, text, strlen(text));
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void signs_become_letters_of_the_same_width(void **state) {
    (void)state;
    shown("✓ ✗ – … ▸ · → × ○ ■", "+ x - ~ > . > x o #");
    shown("", "");
    shown("t_000 … t_311\n", "t_000 ~ t_311\n");
}

/* A name is said as it is, whoever can read it; and a sign that is cut off is none. */
static void signs_leave_names_as_they_are(void **state) {
    (void)state;
    shown("müller 漢字 \xE2\x9C", "müller 漢字 \xE2\x9C");
}

/* A mark that is not in the table would reach a terminal that cannot show it. */
static void signs_know_every_mark_of_an_ending(void **state) {
    (void)state;
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        pgm__strbuf out = {0};
        const char *mark = pgm__outcome_look((pgm__ending)i).mark;
        pgm__signs_add_ascii(&out, mark, strlen(mark));
        for (const char *c = pgm__strbuf_text(&out); *c != '\0'; c++) {
            assert_true((unsigned char)*c < 0x80);
        }
        pgm__strbuf_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_become_letters_of_the_same_width),
        cmocka_unit_test(signs_leave_names_as_they_are),
        cmocka_unit_test(signs_know_every_mark_of_an_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
