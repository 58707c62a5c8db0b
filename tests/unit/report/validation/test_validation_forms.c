/* What `validate` says of warnings that it leaves out, in every form. */
#include "support/scratch.h"

#include "pgmarch/pgmarch.h"
#include "report/form.h"

static void render(const char *dir, const char *since, const char *form, pgm__strbuf *out) {
    pgm_options options;
    pgm_options_init(&options);
    options.dir = dir;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.since = since;
    const pgm__report_style style = {0};
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm_validate(&validation, &options, &validate, &err), PGM_OK);
    assert_int_equal(pgm__form_by_name(form)->validation(out, validation, &style, &err), PGM_OK);
    pgm_validation_free(validation);
}

static void assert_holds(const char *dir, const char *since, const char *form, const char *part) {
    pgm__strbuf out = {0};
    render(dir, since, form, &out);
    if (strstr(pgm__strbuf_text(&out), part) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", part, pgm__strbuf_text(&out));
    }
    pgm__strbuf_fini(&out);
}

static void write_three(const char *dir) {
    scratch_write(dir, "1_a.up.sql", "DROP TABLE a;\nDROP TABLE b;\n");
    scratch_write(dir, "2_b.up.sql", "DROP TABLE c;\n");
    scratch_write(dir, "3_c.up.sql", "DROP TABLE d;\n");
}

static void the_last_line_says_what_was_left_out_and_why(void **state) {
    write_three(*state);
    assert_holds(*state, NULL, "text", "\n4 warnings, 3 notes\n");
    assert_holds(*state, "2", "text",
                 "\n2 warnings, 2 notes; left out: 2 warnings of migrations before 2\n");
    assert_holds(*state, "4", "text",
                 "\nnothing found; left out: 4 warnings of migrations before 4\n");
    scratch_write(*state, "pgmarch.conf", "allow.drop-breaks-clients = 3\n");
    assert_holds(*state, "3_c", "text",
                 "\n1 note; left out: 3 warnings of migrations before 3_c, 1 warning that "
                 "pgmarch.conf allows\n");
}

static void programs_read_every_reason(void **state) {
    write_three(*state);
    assert_holds(*state, NULL, "json",
                 "\"since\": null,\n    \"pending\": false,\n    \"left_out\": {\n      "
                 "\"before_since\": 0,\n      \"not_pending\": 0,\n      \"allowed\": 0\n    }");
    scratch_write(*state, "pgmarch.conf", "allow.* = 3\n");
    assert_holds(*state, "2", "json",
                 "\"since\": \"2\",\n    \"pending\": false,\n    \"left_out\": {\n      "
                 "\"before_since\": 2,\n      \"not_pending\": 0,\n      \"allowed\": 1\n    }");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_last_line_says_what_was_left_out_and_why),
        TEST(programs_read_every_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
