/* --report: which file, and in which form. */
#include "support/command_line.h"

#include "cli/options/environment.h"

static void file_is(const line *l, size_t index, const char *form, const char *path) {
    assert_true(index < l->settings.reports.count);
    assert_string_equal(l->settings.reports.items[index].form->name, form);
    assert_string_equal(l->settings.reports.items[index].path, path);
}

static void report_may_be_given_again_and_again(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--report", "a.json", "--report=text:b", "--report", "c"),
                     PGM_OK);
    assert_int_equal(l.settings.reports.count, 3);
    file_is(&l, 0, "json", "a.json");
    file_is(&l, 1, "text", "b");
    file_is(&l, 2, "json", "c");
    pgm__settings_fini(&l.settings);
}

static void report_form_is_named_before_a_colon_else_by_the_end_of_the_name(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--report", "txt:a.json", "--report", "json:b.txt", "--report",
                           "c.txt", "--report", "text:C:\\d"),
                     PGM_OK);
    file_is(&l, 0, "text", "a.json");
    file_is(&l, 1, "json", "b.txt");
    file_is(&l, 2, "text", "c.txt");
    file_is(&l, 3, "text", "C:\\d");
    pgm__settings_fini(&l.settings);
}

static void report_path_with_a_colon_stays_a_path(void **state) {
    (void)state;
    static const char *const paths[] = {"C:\\r.json", "c:r.json",  "2026-01-02T03:04.json",
                                        "./jsn:r",    "/a/json:b", "production:r.json",
                                        ":r.json",    "JSON:r"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        line l;
        assert_int_equal(PARSE(&l, "up", "--report", paths[i]), PGM_OK);
        file_is(&l, 0, "json", paths[i]);
        pgm__settings_fini(&l.settings);
    }
}

static void report_form_that_is_misspelt_names_the_nearest(void **state) {
    (void)state;
    REFUSED("option \"--report\": there is no form \"jsn\": did you mean \"json:\"? A file of that "
            "name is written as \"./jsn:...\"",
            "up", "--report", "jsn:r");
    REFUSED("did you mean \"text:\"?", "up", "--report", "tex:r");
}

static void report_form_without_a_file_is_refused(void **state) {
    (void)state;
    REFUSED("option \"--report\" needs a file behind \"json:\"", "up", "--report", "json:");
    REFUSED("option \"--report\" needs a value ([FORM:]FILE), not an empty one", "up", "--report=");
}

static const char *lines_env(const char *name) {
    return strcmp(name, "PGMARCH_REPORT") == 0 ? "a.json,text:b\n\nc.txt\n" : NULL;
}

static void report_variable_holds_several_by_comma_or_line(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, lines_env, &l.err), PGM_OK);
    assert_int_equal(l.settings.reports.count, 3);
    file_is(&l, 0, "json", "a.json");
    file_is(&l, 1, "text", "b");
    file_is(&l, 2, "text", "c.txt");
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up", "--report", "mine"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, lines_env, &l.err), PGM_OK);
    assert_int_equal(l.settings.reports.count, 1);
    pgm__settings_fini(&l.settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_may_be_given_again_and_again),
        cmocka_unit_test(report_form_is_named_before_a_colon_else_by_the_end_of_the_name),
        cmocka_unit_test(report_path_with_a_colon_stays_a_path),
        cmocka_unit_test(report_form_that_is_misspelt_names_the_nearest),
        cmocka_unit_test(report_form_without_a_file_is_refused),
        cmocka_unit_test(report_variable_holds_several_by_comma_or_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
