#include "support/cmocka_all.h"

#include "base/size.h"

static void check(const char *text, int64_t bytes) {
    int64_t read = -7;
    if (!pgm__size_parse(text, &read) || read != bytes) {
        fail_msg("%s is read as %lld", text, (long long)read);
    }
}

static void sizes_have_the_units_of_the_server(void **state) {
    (void)state;
    check("0", 0);
    check("7B", 7);
    check("1kB", 1024);
    check("1KB", 1024);
    check("100MB", 104857600);
    check("1gb", 1073741824);
    check("2TB", 2199023255552);
}

static void what_is_no_size_is_not_guessed_at(void **state) {
    (void)state;
    static const char *const wrong[] = {"",     "1",   "GB",   "1.5GB",        "1 GB",
                                        "-1GB", "1PB", "1GBx", "99999999999GB"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t read = -7;
        assert_false(pgm__size_parse(wrong[i], &read));
        assert_int_equal(read, -7);
    }
}

static void shows(int64_t bytes, const char *text) {
    pgm__strbuf out = {0};
    pgm__size_show(&out, bytes);
    assert_string_equal(pgm__strbuf_text(&out), text);
    pgm__strbuf_fini(&out);
}

static void sizes_are_shown_with_a_tenth(void **state) {
    (void)state;
    shows(-1, "0.0 kB");
    shows(512, "0.5 kB");
    shows(7864320, "7.5 MB");
    shows(4402341479, "4.1 GB");
    shows(INT64_MAX, "8388607.9 TB");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_have_the_units_of_the_server),
        cmocka_unit_test(what_is_no_size_is_not_guessed_at),
        cmocka_unit_test(sizes_are_shown_with_a_tenth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
