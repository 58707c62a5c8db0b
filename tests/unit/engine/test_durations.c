#include "engine/durations.h"

#include "support/cmocka_all.h"
#include "support/oom.h"

static void add(pgm__durations *durations, uint64_t ms) {
    assert_int_equal(pgm__durations_add(durations, ms), PGM_OK);
}

static void the_median_is_the_one_in_the_middle(void **state) {
    (void)state;
    pgm__durations durations = {0};
    assert_int_equal(pgm__durations_median(&durations), 0);
    add(&durations, 900);
    assert_int_equal(pgm__durations_median(&durations), 900);
    add(&durations, 5);
    add(&durations, 7);
    assert_int_equal(pgm__durations_median(&durations), 7);
    add(&durations, 8);
    assert_int_equal(pgm__durations_median(&durations), 8); /* 5 7 8 900 */
    assert_int_equal(durations.longest, 900);
    assert_int_equal(durations.count, 4);
    pgm__durations_fini(&durations);
}

/* More would take memory and tell nothing. */
static void of_a_large_fleet_a_sample_is_kept_and_all_are_counted(void **state) {
    (void)state;
    pgm__durations durations = {0};
    for (uint64_t i = 1; i <= 10000; i++) {
        add(&durations, i);
    }
    assert_int_equal(durations.count, 10000);
    assert_int_equal(durations.longest, 10000);
    assert_int_equal(durations.kept, 1001);
    assert_int_equal(pgm__durations_median(&durations), 501);
    pgm__durations_fini(&durations);
}

static void without_memory_nothing_is_lost(void **state) {
    (void)state;
    pgm__durations durations = {0};
    oom_arm(1);
    assert_int_equal(pgm__durations_add(&durations, 3), PGM_ENOMEM);
    assert_true(oom_disarm());
    assert_int_equal(durations.count, 0);
    add(&durations, 4);
    assert_int_equal(pgm__durations_median(&durations), 4);
    pgm__durations_fini(&durations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_the_one_in_the_middle),
        cmocka_unit_test(of_a_large_fleet_a_sample_is_kept_and_all_are_counted),
        cmocka_unit_test(without_memory_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
