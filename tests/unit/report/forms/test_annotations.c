/* Annotations, and texts that are none. */
#include "support/report_world.h"

#include "report/forms/annotations.h"

static const char *annotated(world *w) {
    pgm__strbuf_clear(&w->out);
    assert_int_equal(pgm__annotations(&w->out, &w->report, NULL), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static void a_cause_is_an_annotation_at_its_place(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 4);
    assert_string_equal(annotated(&w), "");
    make_fail(&w, 1, &relation_exists);
    make_fail(&w, 3, &relation_exists);
    assert_string_equal(annotated(&w),
                        "::error file=m/2_b.up.sql,line=3,title=2 targets failed::relation \"x\" "
                        "already exists%0Afile: m/2_b.up.sql:3%0Amigration: 2_b%0Aphase: migrate"
                        "%0Asqlstate: 42P07%0Ahint: drop it"
                        "%0Atargets: t00001, t00003\n");
    unbuild(&w);
}

static void what_would_end_an_annotation_is_escaped(void **state) {
    (void)state;
    static const pgm_failure odd = {
        .file = "a,b:c%0A.sql", .line = 2, .column = 7, .message = "50%\r\n::x"};
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    make_fail(&w, 0, &odd);
    const char *text = annotated(&w);
    assert_has(
        text, "::error file=a%2Cb%3Ac%250A.sql,line=2,col=7,title=1 target failed::50%25%0D%0A::x");
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    unbuild(&w);
}

/* Of eleven GitHub would drop one without a word. */
static void ten_annotations_at_most(void **state) {
    (void)state;
    enum { TARGETS = 12 };
    static pgm_failure each[TARGETS];
    world w;
    build(&w, PGM_COMMAND_UP, TARGETS);
    for (size_t i = 0; i < TARGETS; i++) {
        static const char *const words[TARGETS] = {"a", "b", "c", "d", "e", "f",
                                                   "g", "h", "i", "j", "k", "l"};
        each[i] = (pgm_failure){.message = words[i]};
        make_fail(&w, i, &each[i]);
    }
    const char *text = annotated(&w);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, 10);
    assert_has(text, "::error title=and 3 more causes of failure::on 3 targets; ");
    unbuild(&w);
}

static void no_line_of_others_is_a_command(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *muted;
        bool json;
    } cases[] = {
        {"::error::x\n", ": :error::x\n", false},
        {"a\n \t::set-env::\n", "a\n \t: :set-env::\n", false},
        {"a\r::x", "a\r: :x", false},
        {"\xC2\xA0\xE3\x80\x80::x", "\xC2\xA0\xE3\x80\x80: :x", false},
        {"a::b ::c\n", "a::b ::c\n", false},
        {"x ##[error]y", "x ## [error]y", false},
        {"\"##[error]\"", "\"##\\u005berror]\"", true},
        {":", ":", false},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__strbuf out = {0};
        pgm__annotations_mute(&out, cases[i].text, strlen(cases[i].text), cases[i].json);
        assert_string_equal(pgm__strbuf_text(&out), cases[i].muted);
        pgm__strbuf_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_is_an_annotation_at_its_place),
        cmocka_unit_test(what_would_end_an_annotation_is_escaped),
        cmocka_unit_test(ten_annotations_at_most),
        cmocka_unit_test(no_line_of_others_is_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
