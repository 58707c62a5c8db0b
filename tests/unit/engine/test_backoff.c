#include <limits.h>

#include "engine/backoff.h"
#include "support/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void backoff_doubles_up_to_the_cap(void **state) {
    (void)state;
    const uint64_t steps[] = {100, 200, 400, 800, 1000, 1000, 1000};
    for (unsigned attempt = 1; attempt <= COUNT(steps); attempt++) {
        uint64_t step = steps[attempt - 1];
        assert_int_equal(pgm__backoff_ms(attempt, 100, 1000, 0), step / 2);
        assert_int_equal(pgm__backoff_ms(attempt, 100, 1000, UINT32_MAX), step);
        assert_int_equal(pgm__backoff_ms(attempt, 100, 1000, UINT32_MAX / 2 + 1),
                         step / 2 + (step / 2 + 1) / 2);
    }
}

/* base * 2^(attempt-1), at most cap, the slow way. */
static uint64_t backoff_step(unsigned attempt, uint64_t base, uint64_t cap) {
    uint64_t step = base < cap ? base : cap;
    for (unsigned i = 1; i < attempt && i < 70; i++) {
        step = step > cap / 2 ? cap : step * 2;
    }
    return base == 0 ? 0 : step;
}

static void check_bounds(unsigned attempt, uint64_t base, uint64_t cap) {
    const uint32_t randoms[] = {0, 1, 0x80000000U, UINT32_MAX};
    uint64_t step = backoff_step(attempt, base, cap);
    for (size_t i = 0; i < COUNT(randoms); i++) {
        uint64_t ms = pgm__backoff_ms(attempt, base, cap, randoms[i]);
        assert_true(ms >= step / 2 && ms <= step);
    }
}

static void backoff_stays_in_its_bounds_for_any_input(void **state) {
    (void)state;
    const uint64_t values[] = {
        0, 1, 2, 3, 250, UINT32_MAX, 1ULL << 32U, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
    const unsigned attempts[] = {0, 1, 2, 31, 32, 33, 63, 64, 65, UINT_MAX};
    for (size_t i = 0; i < COUNT(values) * COUNT(values); i++) {
        for (size_t k = 0; k < COUNT(attempts); k++) {
            check_bounds(attempts[k], values[i / COUNT(values)], values[i % COUNT(values)]);
        }
    }
}

static void backoff_grows_with_the_random_bits(void **state) {
    (void)state;
    uint64_t before = 0;
    for (uint32_t random = 0; random < UINT32_MAX - 0x1000000U; random += 0x1000000U) {
        uint64_t ms = pgm__backoff_ms(5, 1000, 60000, random);
        assert_true(ms >= before);
        before = ms;
    }
    assert_true(before > 15900 && before <= 16000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_doubles_up_to_the_cap),
        cmocka_unit_test(backoff_stays_in_its_bounds_for_any_input),
        cmocka_unit_test(backoff_grows_with_the_random_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
