/* Many names in few words. */
#include "support/text_asserts.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/page/ranges.h"

enum { MOST = 4000 };

static const char *names[MOST];
static size_t count;
static pgm__strbuf out;

static void are(const char *const *all) {
    for (count = 0; all[count] != NULL; count++) {
        names[count] = all[count];
    }
}

#define NAMES(...) are((const char *const[]){__VA_ARGS__, NULL})

static const char *shown(size_t columns) {
    pgm__ranges_sort(names, count);
    pgm__strbuf_clear(&out);
    pgm__ranges_add(&out, names, count, columns);
    return pgm__strbuf_text(&out);
}

static int forget(void **state) {
    (void)state;
    pgm__strbuf_fini(&out);
    return 0;
}

static void names_that_follow_each_other_are_a_range(void **state) {
    (void)state;
    NAMES("t_2", "t_0", "t_1");
    assert_string_equal(shown(0), "t_0 … t_2");
    NAMES("t_0009", "t_0010", "t_0011");
    assert_string_equal(shown(0), "t_0009 … t_0011");
    NAMES("9", "10", "11");
    assert_string_equal(shown(0), "9 … 11");
    NAMES("db1.example", "db2.example", "db3.example");
    assert_string_equal(shown(0), "db1.example … db3.example");
    NAMES("eu-1-shop-08", "eu-1-shop-09", "eu-1-shop-10");
    assert_string_equal(shown(0), "eu-1-shop-08 … eu-1-shop-10");
}

/* "a … b" of two is longer than both. */
static void two_are_no_range(void **state) {
    (void)state;
    NAMES("t_1", "t_2", "t_4", "t_5", "t_6");
    assert_string_equal(shown(0), "t_1, t_2, t_4 … t_6");
    NAMES("a", "b", "c");
    assert_string_equal(shown(0), "a, b, c");
}

static void what_is_missing_breaks_a_range(void **state) {
    (void)state;
    NAMES("t_1", "t_2", "t_3", "t_5", "t_6", "t_7");
    assert_string_equal(shown(0), "t_1 … t_3, t_5 … t_7");
}

/* A reader would count differently. */
static void other_words_and_other_zeros_are_other_names(void **state) {
    (void)state;
    NAMES("t_8", "t_9", "t_010");
    assert_string_equal(shown(0), "t_8, t_9, t_010");
    NAMES("a1", "b2", "a3");
    assert_string_equal(shown(0), "a1, a3, b2");
    NAMES("a1x", "a2y", "a3z");
    assert_string_equal(shown(0), "a1x, a2y, a3z");
}

static void they_are_sorted_as_people_count(void **state) {
    (void)state;
    NAMES("t_10", "t_9", "t_1", "s_20", "t_01", "");
    assert_string_equal(shown(0), ", s_20, t_01, t_1, t_9, t_10");
}

static void a_name_that_is_there_again_counts_once(void **state) {
    (void)state;
    NAMES("a", "b", "a", "b", "b");
    assert_string_equal(shown(0), "a, b");
    NAMES("t_1", "t_2", "t_2", "t_3", "t_3");
    assert_string_equal(shown(0), "t_1 … t_3");
}

static void what_does_not_fit_is_counted(void **state) {
    (void)state;
    NAMES("alpha", "beta", "gamma", "delta", "beta", "epsilon");
    assert_string_equal(shown(41), "alpha, beta, delta, epsilon, gamma");
    assert_string_equal(shown(40), "alpha, beta, delta and 2 more");
    assert_string_equal(shown(1), "alpha and 4 more");
    NAMES("x_1", "x_2", "x_3", "z_01", "z_03", "z_05", "z_07");
    assert_string_equal(shown(26), "x_1 … x_3 and 4 more");
}

static void numbers_of_any_length_are_compared(void **state) {
    (void)state;
    NAMES("t_99999999999999999999999", "t_100000000000000000000000", "t_2");
    assert_string_equal(shown(0), "t_2, t_99999999999999999999999, t_100000000000000000000000");
}

static void none_are_nothing(void **state) {
    (void)state;
    count = 0;
    assert_string_equal(shown(0), "");
}

static void control_characters_are_left_out(void **state) {
    (void)state;
    NAMES("a\033[31m");
    assert_string_equal(shown(0), "a[31m");
}

static void three_thousand_are_one_range(void **state) {
    (void)state;
    static char text[MOST][16];
    for (count = 0; count < 3000; count++) {
        (void)snprintf(text[count], sizeof text[count], "t_%04zu", 2999 - count);
        names[count] = text[count];
    }
    assert_string_equal(shown(40), "t_0000 … t_2999");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_follow_each_other_are_a_range),
        cmocka_unit_test(two_are_no_range),
        cmocka_unit_test(what_is_missing_breaks_a_range),
        cmocka_unit_test(other_words_and_other_zeros_are_other_names),
        cmocka_unit_test(they_are_sorted_as_people_count),
        cmocka_unit_test(a_name_that_is_there_again_counts_once),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(numbers_of_any_length_are_compared),
        cmocka_unit_test(none_are_nothing),
        cmocka_unit_test(control_characters_are_left_out),
        cmocka_unit_test(three_thousand_are_one_range),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
