/* What commands list: a target a line. */
#include "discover/listing.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "support/assert_text.h"
#include "support/cmocka_all.h"
#include "support/oom.h"
#include "support/oom_loop.h"

/* "1: name=a url=x | 2: …"; a column without a value ends with "-". */
static bool note(const pgm__source_column *columns, size_t count, size_t line, void *data) {
    pgm__strbuf *out = data;
    pgm__strbuf_addf(out, "%s%zu:", out->len > 0 ? " | " : "", line);
    for (size_t i = 0; i < count; i++) {
        assert_false(columns[i].offered);
        pgm__strbuf_addf(out, " %s%s%s", columns[i].name, columns[i].value == NULL ? "" : "=",
                         columns[i].value == NULL ? "-" : columns[i].value);
    }
    return true;
}

static void assert_read(const char *text, const char *expected) {
    pgm__strbuf out = {0};
    pgm_error err = {0};
    if (pgm__listing_read(text, strlen(text), note, &out, &err) != PGM_OK) {
        fail_msg("%s: %s", text, err.msg);
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void assert_no_list(const char *text, size_t len, const char *part) {
    pgm__strbuf out = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__listing_read(text, len, note, &out, &err), PGM_EPARSE);
    assert_has(err.msg, part);
    assert_null(strstr(err.msg, "s3cret"));
    pgm__strbuf_fini(&out);
}

static void assert_bad(const char *text, const char *part) {
    assert_no_list(text, strlen(text), part);
}

static void lines_are_objects_or_a_name_and_a_url(void **state) {
    (void)state;
    assert_read("", "");
    assert_read("a\tpostgresql://h/a\nb b\tpostgresql://h/b\r\n",
                "1: name=a url=postgresql://h/a | 2: name=b b url=postgresql://h/b");
    assert_read("{\"name\":\"a\",\"port\":5432,\"production\":true,\"schema\":null}\n"
                "{ \"name\" : \"b\", \"weight\": -15 }\n",
                "1: name=a port=5432 production=true schema- | 2: name=b weight=-15");
    assert_read("{\"tags\":[\"x\",\"y\"],\"var\":{\"k\":\"v\",\"n\":7}}\n",
                "1: tags=x,y var.k=v var.n=7");
}

static void what_is_no_target_is_refused_with_its_line_and_without_its_text(void **state) {
    (void)state;
    assert_bad("a\tx\nb\ts3cret", "line 2: the last line does not end");
    assert_bad("a\tx\ns3cret\n", "line 2: neither a JSON object nor a name, one tab and a URL");
    assert_bad("a\tb\ts3cret\n", "line 1: neither a JSON object nor");
    assert_bad("a\tx\n\nb\ty\n", "line 2: neither a JSON object nor");
    assert_bad("{\"a\":1,\"a\":\"s3cret\"}\n", "line 1: a key is given twice");
    assert_bad("{\"var.x\":1,\"var\":{\"x\":\"s3cret\"}}\n", "line 1: a key is given twice");
    assert_bad("{\"a\":1.5}\n", "line 1: a value must be");
    assert_bad("{\"password\":\"s3cret\"\n", "line 1: no JSON object");
    assert_bad("{\"a\":1} s3cret\n", "line 1: no JSON object");
    assert_bad("{\"a\":{\"b\":\"s3cret\"}}\n", "line 1: a value must be");
    assert_bad("{\"tags\":[1]}\n", "line 1: a value must be");
    assert_bad("{\"host\":[\"a\"]}\n", "line 1: a value must be");
    assert_bad("[1]\n", "line 1: neither a JSON object nor");
    assert_no_list("a\0b\tx\n", 6, "line 1: there is a NUL byte");
    assert_bad("{\"a\":\"\xff\"}\n", "line 1: no JSON object");
}

static bool take_one(const pgm__source_column *columns, size_t count, size_t line, void *data) {
    (void)columns;
    (void)count;
    *(size_t *)data = line;
    return false;
}

static void nobody_reads_on_when_no_more_is_wanted(void **state) {
    (void)state;
    size_t line = 0;
    const char text[] = "a\tx\nthis is no line\n";
    assert_int_equal(pgm__listing_read(text, strlen(text), take_one, &line, NULL), PGM_OK);
    assert_int_equal(line, 1);
}

static pgm_status read_all(void *data) {
    pgm__strbuf out = {0};
    const char *text = data;
    pgm_status status = pgm__listing_read(text, strlen(text), note, &out, NULL);
    bool complete = pgm__strbuf_text(&out) != NULL;
    pgm__strbuf_fini(&out);
    return status == PGM_OK && !complete ? PGM_ENOMEM : status;
}

static void memory_that_runs_out_is_told(void **state) {
    (void)state;
    char text[] = "a\tx\n{\"name\":\"b\",\"tags\":[\"x\"],\"var\":{\"k\":1}}\n";
    assert_true(oom_survives(read_all, text) > 5);
}

/* ---- words ---- */

static void assert_words(const char *command, const char *expected) {
    pgm__arena arena = {0};
    char **argv = NULL;
    char got[200] = "";
    assert_int_equal(pgm__listing_words(&arena, command, &argv, NULL), PGM_OK);
    for (size_t i = 0; argv[i] != NULL; i++) {
        size_t len = strlen(got);
        (void)snprintf(got + len, sizeof got - len, "<%s>", argv[i]);
    }
    assert_string_equal(got, expected);
    pgm__arena_clear(&arena);
}

static void words_are_split_as_a_shell_splits_them(void **state) {
    (void)state;
    assert_words("./list", "<./list>");
    assert_words("  a \t b  ", "<a><b>");
    assert_words("a 'b c' \"d 'e'\" f'g'\"h\"", "<a><b c><d 'e'><fgh>");
    assert_words("a\\ b \"c\\\"d\" 'e\\f' g\\", "<a b><c\"d><e\\f><g\\>");
    assert_words("a '' b", "<a><><b>");
    assert_words("printf \"a\\tb\\n\" \"\\$x\\\\\"", "<printf><a\\tb\\n><$x\\>");
    assert_words("a b c d e f g h", "<a><b><c><d><e><f><g><h>");
    assert_words("a $HOME `x` *.sql ; b", "<a><$HOME><`x`><*.sql><;><b>");
}

static void what_is_no_command_is_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {{"", "has no word"},
                                         {"   ", "has no word"},
                                         {"'' a", "has no word"},
                                         {"a 'b", "a quote is not closed"},
                                         {"a \"b", "a quote is not closed"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pgm__arena arena = {0};
        char **argv = NULL;
        pgm_error err = {0};
        assert_int_equal(pgm__listing_words(&arena, bad[i][0], &argv, &err), PGM_EPARSE);
        assert_has(err.msg, bad[i][1]);
        pgm__arena_clear(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_objects_or_a_name_and_a_url),
        cmocka_unit_test(what_is_no_target_is_refused_with_its_line_and_without_its_text),
        cmocka_unit_test(nobody_reads_on_when_no_more_is_wanted),
        cmocka_unit_test(memory_that_runs_out_is_told),
        cmocka_unit_test(words_are_split_as_a_shell_splits_them),
        cmocka_unit_test(what_is_no_command_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
