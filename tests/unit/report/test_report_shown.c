/* What of a result reaches a terminal: nothing that steers it or cannot be seen, and every warning.
 */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report/json/json.h"
#include "report/page/paint.h"
#include "report/text/text.h"

/* ---- a small world ---- */

static const char *const warnings[] = {"root certificates", "applied without a file"};

typedef struct world {
    pgm_summary summary;
    pgm_result results[60];
    const pgm_result *pointers[60];
    pgm__report report;
    pgm__report_style style;
    pgm__strbuf out;
} world;

static void build(world *w, size_t count) {
    *w = (world){.summary = {.id = "r1", .command = PGM_COMMAND_UP, .duration_ms = 5}};
    for (size_t i = 0; i < count; i++) {
        w->results[i] = (pgm_result){.name = "t",
                                     .server = "postgresql://h/d",
                                     .outcome = PGM_OUTCOME_UP_TO_DATE,
                                     .warnings = warnings,
                                     .warning_count = 2,
                                     .connection_warning_count = 1};
        w->pointers[i] = &w->results[i];
    }
    w->report =
        (pgm__report){.summary = &w->summary, .results = w->pointers, .result_count = count};
}

static const char *as_text(world *w) {
    pgm__strbuf_clear(&w->out);
    assert_int_equal(pgm__report_text(&w->out, &w->report, &w->style, NULL), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static size_t times(const char *text, const char *part) {
    size_t found = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        found++;
    }
    return found;
}

static size_t encode(char out[5], uint32_t code) {
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1; code >>= 6) {
        out[i] = (char)(0x80 | (code & 0x3F));
    }
    out[0] = (char)(lead[len] | code);
    out[len] = '\0';
    return len;
}

/* ---- what steers or hides ---- */

/* One of each kind that Unicode has, and the first and last of each block. */
static const uint32_t hidden[] = {
    0x1B,   0x7F,    0x80,    0x9B,    0x9F,    0xAD,    0x34F,   0x61C,   0x115F,  0x1160,
    0x17B4, 0x180B,  0x180E,  0x180F,  0x200B,  0x200E,  0x200F,  0x202A,  0x202E,  0x2060,
    0x2064, 0x2066,  0x2069,  0x206F,  0x3164,  0xFE00,  0xFE0F,  0xFEFF,  0xFFA0,  0xFFF9,
    0xFFFB, 0x1BCA0, 0x1D173, 0x1D17A, 0xE0000, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF};

/* Ordinary text: letters of several scripts, combining marks, pictures, joiners, a no-break space.
 */
static const char ordinary[] =
    "Zürich Ελλάδα Київ ירושלים نقد می\xE2\x80\x8Cخواهم 東京 한국 e\xCC\x81 "
    "👩\xE2\x80\x8D👧 … – ✓ \xC2\xA0\xEF\xBF\xBD";

static void text_shows_nothing_that_steers_or_hides(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        char code[5];
        char text[16];
        (void)encode(code, hidden[i]);
        (void)snprintf(text, sizeof text, "a%sb", code);
        pgm__strbuf out = {0};
        pgm__paint_line(&out, text);
        assert_string_equal(pgm__strbuf_text(&out), "ab");
        pgm__strbuf_clear(&out);
        pgm__paint_block(&out, text, 2);
        assert_string_equal(pgm__strbuf_text(&out), "ab");
        pgm__strbuf_clear(&out);
        pgm__paint_cell(&out, text, 2);
        assert_string_equal(pgm__strbuf_text(&out), "ab");
        assert_int_equal(pgm__paint_width(text), 2);
        pgm__strbuf_fini(&out);
    }
}

static void text_of_every_script_stays_as_it_is(void **state) {
    (void)state;
    pgm__strbuf out = {0};
    pgm__paint_line(&out, ordinary);
    assert_string_equal(pgm__strbuf_text(&out), ordinary);
    pgm__strbuf_fini(&out);
}

static void line_separators_become_blanks(void **state) {
    (void)state;
    pgm__strbuf out = {0};
    pgm__paint_line(&out, "a\xE2\x80\xA8"
                          "b\xE2\x80\xA9"
                          "c");
    assert_string_equal(pgm__strbuf_text(&out), "a b c");
    pgm__strbuf_fini(&out);
}

/* Whoever reads the JSON gets the text as it was. */
static void json_escapes_what_steers_or_hides_and_loses_nothing(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        char code[5];
        char text[sizeof ordinary + 16];
        (void)encode(code, hidden[i]);
        (void)snprintf(text, sizeof text, "%s%s\"%s\n", code, ordinary, code);
        w.results[0].name = text;
        pgm__strbuf_clear(&w.out);
        assert_int_equal(pgm__report_json(&w.out, &w.report, &w.style, NULL), PGM_OK);
        const char *document = pgm__strbuf_text(&w.out);
        assert_null(strstr(document, code));
        assert_non_null(strstr(document, ordinary));
        json_t *root = json_loads(document, 0, NULL);
        assert_non_null(root);
        json_t *target = json_array_get(json_object_get(root, "targets"), 0);
        assert_string_equal(json_string_value(json_object_get(target, "name")), text);
        json_decref(root);
    }
    pgm__strbuf_fini(&w.out);
}

static void json_escapes_are_four_digits_and_beyond_the_first_plane_two_halves(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    w.results[0].name = "\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81";
    assert_int_equal(pgm__report_json(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_non_null(strstr(pgm__strbuf_text(&w.out), "\"\\u009b\\u202e\\udb40\\udc41\""));
    pgm__strbuf_fini(&w.out);
}

/* ---- warnings ---- */

static void warnings_of_a_fleet_are_one_line_each(void **state) {
    (void)state;
    world w;
    build(&w, 60);
    const char *text = as_text(&w);
    assert_int_equal(times(text, "! 60 targets, "), 2);
    assert_int_equal(times(text, "root certificates\n"), 1);
    assert_int_equal(times(text, "applied without a file\n"), 1);
    pgm__strbuf_fini(&w.out);
}

static void warnings_about_connections_are_shown_in_every_style(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    w.style.quiet = true;
    assert_int_equal(times(as_text(&w), "! 2 targets, t, t: root certificates\n"), 1);
    assert_int_equal(times(as_text(&w), "applied without a file"), 0);
    w.style = (pgm__report_style){.warnings_shown = true}; /* these have no events */
    assert_int_equal(times(as_text(&w), "! 2 targets, t, t: root certificates\n"), 1);
    assert_int_equal(times(as_text(&w), "applied without a file"), 0);
    w.style = (pgm__report_style){.verbose = true};
    assert_int_equal(times(as_text(&w), "applied without a file"), 1);
    pgm__strbuf_fini(&w.out);
}

static void warnings_beside_the_json_are_those_of_the_text(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    assert_int_equal(pgm__report_warnings(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_string_equal(pgm__strbuf_text(&w.out), "! 2 targets, t, t: root certificates\n"
                                                  "! 2 targets, t, t: applied without a file\n");
    pgm__strbuf_clear(&w.out);
    w.style.quiet = true;
    assert_int_equal(pgm__report_warnings(&w.out, &w.report, &w.style, NULL), PGM_OK);
    assert_string_equal(pgm__strbuf_text(&w.out), "! 2 targets, t, t: root certificates\n");
    pgm__strbuf_fini(&w.out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_shows_nothing_that_steers_or_hides),
        cmocka_unit_test(text_of_every_script_stays_as_it_is),
        cmocka_unit_test(line_separators_become_blanks),
        cmocka_unit_test(json_escapes_what_steers_or_hides_and_loses_nothing),
        cmocka_unit_test(json_escapes_are_four_digits_and_beyond_the_first_plane_two_halves),
        cmocka_unit_test(warnings_of_a_fleet_are_one_line_each),
        cmocka_unit_test(warnings_about_connections_are_shown_in_every_style),
        cmocka_unit_test(warnings_beside_the_json_are_those_of_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
