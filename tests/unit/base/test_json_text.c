/* JSON → values. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/json_text.h"
#include "base/strbuf.h"
#include "support/oom_loop.h"

static const pgm__json_value *parse(pgm__arena *arena, const char *text) {
    const pgm__json_value *root = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__json_parse(arena, "report", "f", text, strlen(text), &root, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(status, PGM_OK);
    return root;
}

static void assert_refused(const char *text, size_t len, const char *message) {
    pgm__arena arena = {0};
    const pgm__json_value *root = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__json_parse(&arena, "report", "f", text, len, &root, &err), PGM_EPARSE);
    assert_null(root);
    assert_string_equal(err.msg, message);
    pgm__arena_clear(&arena);
}

static void every_kind_of_value_is_read(void **state) {
    (void)state;
    pgm__arena arena = {0};
    const pgm__json_value *v = parse(&arena, " [ null,true , false,0,-12,1.5,\"a\",[],{} ] \r\n\t");
    assert_int_equal(v->kind, PGM__JSON_LIST);
    assert_int_equal(v->count, 9);
    static const pgm__json_kind kinds[] = {PGM__JSON_NULL,  PGM__JSON_FLAG,  PGM__JSON_FLAG,
                                           PGM__JSON_WHOLE, PGM__JSON_WHOLE, PGM__JSON_OTHER,
                                           PGM__JSON_TEXT,  PGM__JSON_LIST,  PGM__JSON_OBJECT};
    const pgm__json_value *item = v->first;
    for (size_t i = 0; i < 9; i++, item = item->next) {
        assert_int_equal(item->kind, kinds[i]);
    }
    assert_null(item);
    assert_true(v->first->next->flag);
    assert_false(v->first->next->next->flag);
    assert_int_equal(v->first->next->next->next->next->whole, -12);
    pgm__arena_clear(&arena);
}

static void numbers_are_kept_as_far_as_they_are_whole(void **state) {
    (void)state;
    static const struct {
        const char *text;
        pgm__json_kind kind;
        int64_t whole;
    } cases[] = {{"0", PGM__JSON_WHOLE, 0},
                 {"-0", PGM__JSON_WHOLE, 0},
                 {"9223372036854775807", PGM__JSON_WHOLE, INT64_MAX},
                 {"9223372036854775808", PGM__JSON_OTHER, 0},
                 {"-9223372036854775807", PGM__JSON_WHOLE, -INT64_MAX},
                 {"99999999999999999999999999", PGM__JSON_OTHER, 0},
                 {"1e3", PGM__JSON_OTHER, 0},
                 {"1.0", PGM__JSON_OTHER, 0},
                 {"-1.25E-7", PGM__JSON_OTHER, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__arena arena = {0};
        const pgm__json_value *v = parse(&arena, cases[i].text);
        assert_int_equal(v->kind, cases[i].kind);
        assert_true(v->whole == cases[i].whole);
        pgm__arena_clear(&arena);
    }
}

static void texts_are_read_as_they_were_before_they_were_written(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *value;
    } cases[] = {
        {"\"\"", ""},
        {"\"é\"", "é"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00x\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80x"},
        {"\"\\u0001\\uffff\"", "\x01\xEF\xBF\xBF"},
        {"\"a\\\\\"", "a\\"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__arena arena = {0};
        assert_string_equal(parse(&arena, cases[i].text)->text, cases[i].value);
        pgm__arena_clear(&arena);
    }
}

static void a_field_is_found_by_its_key(void **state) {
    (void)state;
    pgm__arena arena = {0};
    const pgm__json_value *v = parse(&arena, "{\"a\" : 1,\n\"b\":\n 2, \"a\":3,\"\":4}");
    bool twice = false;
    assert_int_equal(pgm__json_field(v, "b", &twice)->whole, 2);
    assert_int_equal(pgm__json_field(v, "b", &twice)->line, 3);
    assert_false(twice);
    assert_int_equal(pgm__json_field(v, "a", &twice)->whole, 1);
    assert_true(twice);
    assert_int_equal(pgm__json_field(v, "", &twice)->whole, 4);
    assert_false(twice);
    assert_null(pgm__json_field(v, "c", &twice));
    assert_null(pgm__json_field(parse(&arena, "[1]"), "c", &twice));
    pgm__arena_clear(&arena);
}

static void what_is_not_json_is_refused_at_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"x", "f:1:1: this is not JSON: a value is expected"},
        {"[1,\n  nul]", "f:2:3: this is not JSON: a value is expected"},
        {"[1,]", "f:1:4: this is not JSON: a value is expected"},
        {"[1 2]", "f:1:4: this is not JSON: a comma or the closing bracket is expected"},
        {"[1}", "f:1:3: this is not JSON: a comma or the closing bracket is expected"},
        {"{\"a\" 1}", "f:1:6: this is not JSON: a colon is expected behind the name of a field"},
        {"{a: 1}", "f:1:2: this is not JSON: a text in double quotes is expected"},
        {"{\"a\": 1,}", "f:1:9: this is not JSON: a text in double quotes is expected"},
        {"[] []", "f:1:4: this is not JSON: more stands behind its end"},
        {"[01]", "f:1:4: this is not JSON: a number was begun and is none"},
        {"[-]", "f:1:3: this is not JSON: a number was begun and is none"},
        {"[1.]", "f:1:4: this is not JSON: a number was begun and is none"},
        {"[1e+]", "f:1:5: this is not JSON: a number was begun and is none"},
        {"[+1]", "f:1:2: this is not JSON: a value is expected"},
        {"[\"a\nb\"]",
         "f:1:4: this is not JSON: a text goes on over the end of a line, or holds a control "
         "character"},
        {"[\"\\x\"]",
         "f:1:4: this is not JSON: behind a backslash stands no character that is written so"},
        {"[\"\\u12G4\"]",
         "f:1:7: this is not JSON: behind a backslash stands no character that is written so"},
        {"[\"\\u0000\"]",
         "f:1:9: this is not JSON: behind a backslash stands no character that is written so"},
        {"[\"\\udc00\"]",
         "f:1:9: this is not JSON: behind a backslash stands no character that is written so"},
        {"[\"\\ud800x\"]",
         "f:1:9: this is not JSON: behind a backslash stands no character that is written so"},
        {"[\n\"\xC3(\"]", "f:2:2: this is not JSON: a byte is no UTF-8"},
        {"", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
        {"{\n\"a", "report \"f\" is cut off: it ends in line 2, before its last bracket"},
        {"[\"\\", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
        {"[tru", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
        {"[-", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
        {"[1", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
        {"{\"a\":", "report \"f\" is cut off: it ends in line 1, before its last bracket"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].message);
    }
}

static void a_zero_byte_is_refused(void **state) {
    (void)state;
    assert_refused("[\0]", 3, "f:1:2: this is not JSON: a value is expected");
    assert_refused("[\"\0\"]", 5,
                   "f:1:3: this is not JSON: a text goes on over the end of a line, or holds a "
                   "control character");
    assert_refused(
        "[\"\\\0\"]", 6,
        "f:1:4: this is not JSON: behind a backslash stands no character that is written "
        "so");
}

/* Each bracket is a call within a call. */
static void what_is_nested_too_deep_does_not_take_the_stack(void **state) {
    (void)state;
    char text[100000];
    memset(text, '[', sizeof text);
    assert_refused(text, sizeof text, "f:1:66: this is not JSON: it is nested too deep");
    pgm__arena arena = {0};
    memset(text + 64, ']', 64);
    text[128] = '\0';
    (void)parse(&arena, text);
    pgm__arena_clear(&arena);
}

static pgm_status parse_again(void *data) {
    pgm__arena arena = {0};
    const pgm__json_value *root = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__json_parse(&arena, "report", "f", data, strlen(data), &root, &err);
    pgm__arena_clear(&arena);
    return status;
}

static void parsing_survives_every_failing_allocation(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    for (int i = 0; i < 2000; i++) {
        pgm__strbuf_addf(&text, "%s{\"a\": \"text %d\"}", i == 0 ? "[" : ",", i);
    }
    pgm__strbuf_addc(&text, ']');
    assert_true(oom_survives(parse_again, text.text) > 3);
    pgm__strbuf_fini(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(numbers_are_kept_as_far_as_they_are_whole),
        cmocka_unit_test(texts_are_read_as_they_were_before_they_were_written),
        cmocka_unit_test(a_field_is_found_by_its_key),
        cmocka_unit_test(what_is_not_json_is_refused_at_its_place),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(what_is_nested_too_deep_does_not_take_the_stack),
        cmocka_unit_test(parsing_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
