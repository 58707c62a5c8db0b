/* "5" and "10%". */
#include "base/amount.h"
#include "support/cmocka_all.h"

static void amounts_are_numbers_or_percentages(void **state) {
    (void)state;
    static const struct {
        const char *text;
        pgm__amount amount;
    } cases[] = {{"0", {0, false}},    {"7", {7, false}},
                 {"007", {7, false}},  {"2147483647", {INT32_MAX, false}},
                 {"0%", {0, true}},    {"10%", {10, true}},
                 {"100%", {100, true}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__amount amount = {99, !cases[i].amount.percent};
        assert_true(pgm__amount_parse(cases[i].text, &amount));
        assert_int_equal(amount.number, cases[i].amount.number);
        assert_int_equal(amount.percent, cases[i].amount.percent);
    }
}

static void what_is_no_amount_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",     "%",   "-1",         "+1",   " 1", "1 ",   "1 %",  "10%%",
        "1.5%", "1e3", "2147483648", "101%", "x",  "10%x", "0x10", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        pgm__amount amount = {42, true};
        assert_false(pgm__amount_parse(texts[i], &amount));
        assert_int_equal(amount.number, 42);
        assert_true(amount.percent);
    }
}

static void f09_percentages_of_small_groups_are_rounded_down(void **state) {
    (void)state;
    static const size_t of_ten[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static const size_t of_half[] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5};
    static const size_t of_third[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3}; /* 33 % */
    for (size_t whole = 0; whole <= 10; whole++) {
        assert_int_equal(pgm__amount_of((pgm__amount){10, true}, whole), of_ten[whole]);
        assert_int_equal(pgm__amount_of((pgm__amount){50, true}, whole), of_half[whole]);
        assert_int_equal(pgm__amount_of((pgm__amount){33, true}, whole), of_third[whole]);
        assert_int_equal(pgm__amount_of((pgm__amount){100, true}, whole), whole);
        assert_int_equal(pgm__amount_of((pgm__amount){0, true}, whole), 0);
        assert_int_equal(pgm__amount_of((pgm__amount){3, false}, whole), 3);
    }
}

static void percentages_of_any_size_are_exact(void **state) {
    (void)state;
    for (size_t whole = 0; whole < 2000; whole += 7) {
        for (uint32_t percent = 0; percent <= 100; percent++) {
            assert_int_equal(pgm__amount_of((pgm__amount){percent, true}, whole),
                             whole * percent / 100);
        }
    }
    assert_int_equal(pgm__amount_of((pgm__amount){100, true}, SIZE_MAX), SIZE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_numbers_or_percentages),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(f09_percentages_of_small_groups_are_rounded_down),
        cmocka_unit_test(percentages_of_any_size_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
