/* The table of forms. */
#include "support/cmocka_all.h"

#include <stdio.h>

#include "report/form.h"

static void form_is_found_by_its_name_and_by_no_other(void **state) {
    (void)state;
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(pgm__form_by_name(forms[i].name), &forms[i]);
    }
    assert_null(pgm__form_by_name("xml"));
    assert_null(pgm__form_by_name(""));
    assert_null(pgm__form_by_name("jso"));
}

static void form_is_found_by_the_end_of_its_files_too(void **state) {
    (void)state;
    assert_ptr_equal(pgm__form_by_word("txt"), pgm__form_by_name("text"));
    assert_ptr_equal(pgm__form_by_word("text"), pgm__form_by_name("text"));
    assert_null(pgm__form_by_word("t"));
    assert_null(pgm__form_by_word(""));
}

static void form_of_a_file_is_that_of_its_name_else_json(void **state) {
    (void)state;
    const pgm__form *json = pgm__form_by_name("json");
    static const char *const paths[] = {"r.json", "r", "r.log", ".json", "json", "", "d.json/r"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_ptr_equal(pgm__form_of_file(paths[i]), json);
    }
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    for (size_t i = 0; i < count; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "d/r%s", forms[i].extension);
        assert_ptr_equal(pgm__form_of_file(path), &forms[i]);
    }
}

static void form_the_first_one_is_for_people(void **state) {
    (void)state;
    size_t count;
    assert_true(pgm__forms(&count)[0].for_people);
}

static void form_names_are_put_into_a_sentence(void **state) {
    (void)state;
    pgm__strbuf out = {0};
    pgm__form_names(&out, ", ", " or ");
    assert_string_equal(out.text, "text, json, ndjson, html, junit, markdown, metrics or tap");
    pgm__strbuf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form_is_found_by_its_name_and_by_no_other),
        cmocka_unit_test(form_is_found_by_the_end_of_its_files_too),
        cmocka_unit_test(form_of_a_file_is_that_of_its_name_else_json),
        cmocka_unit_test(form_the_first_one_is_for_people),
        cmocka_unit_test(form_names_are_put_into_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
