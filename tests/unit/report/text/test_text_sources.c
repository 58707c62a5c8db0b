/* Where the targets come from that no file lists, a line each. */
#include "report/text/sources.h"

#include <string.h>

#include "support/cmocka_all.h"

static void assert_told(const pgm_source *sources, size_t count, size_t width,
                        const char *expected) {
    pgm__strbuf out = {0};
    const pgm_summary summary = {.sources = sources, .source_count = count};
    pgm__sources_add(&out, &summary, width);
    const char *text = pgm__strbuf_text(&out);
    assert_string_equal(text == NULL ? "" : text, expected);
    pgm__strbuf_fini(&out);
}

static void nothing_is_told_of_no_source(void **state) {
    (void)state;
    assert_told(NULL, 0, 80, "");
}

static void what_was_found_and_passed_over_is_told_of_each(void **state) {
    (void)state;
    static const pgm_passed_over over[] = {{"templates", 2}, {"archived branches", 1}};
    static const pgm_source sources[] = {
        {"tenants", "query", "f.conf:3", "control:5432/app", 312, over, 2, 31},
        {"standard input", "command", "standard input", NULL, 1, NULL, 0, 0}};
    assert_told(sources, 2, 0,
                "[tenants] of f.conf:3: 312 targets (query, control:5432/app); passed over: "
                "templates (2), archived branches (1)\n"
                "[standard input] of standard input: 1 target (command)\n");
}

static void long_lines_are_broken_at_the_terminals_width(void **state) {
    (void)state;
    static const pgm_source source = {
        "tenants", "query", "f.conf:3", "control.example.com:5432/app", 312, NULL, 0, 31};
    assert_told(&source, 1, 40,
                "[tenants] of f.conf:3: 312 targets\n"
                "    (query,\n"
                "    control.example.com:5432/app)\n");
}

static void what_would_move_the_cursor_is_shown_as_a_mark(void **state) {
    (void)state;
    static const pgm_source source = {"a\x1b[31m", "neon", "f:1", "x\ny", 0, NULL, 0, 0};
    pgm__strbuf out = {0};
    const pgm_summary summary = {.sources = &source, .source_count = 1};
    pgm__sources_add(&out, &summary, 0);
    const char *text = pgm__strbuf_text(&out);
    assert_null(strchr(text, '\x1b'));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    pgm__strbuf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_of_no_source),
        cmocka_unit_test(what_was_found_and_passed_over_is_told_of_each),
        cmocka_unit_test(long_lines_are_broken_at_the_terminals_width),
        cmocka_unit_test(what_would_move_the_cursor_is_shown_as_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
