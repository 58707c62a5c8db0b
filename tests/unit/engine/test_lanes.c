#include "engine/lanes.h"
#include "support/cmocka_all.h"
#include "support/oom.h"

/* Servers 0, 1 (of which nobody is) and 2; groups 1 and 2. */
static const pgm__slot slots[] = {{2, 0, 1}, {0, 0, 0}, {2, 0, 0}, {0, 0, 1}, {2, 0, 1}, {0, 0, 0}};
static const pgm__schedule schedule = {
    .slots = slots, .count = 6, .server_count = 3, .group_count = 2};

static void a_lane_is_what_a_server_and_a_group_have_in_common(void **state) {
    (void)state;
    pgm__lanes lanes;
    assert_int_equal(pgm__lanes_make(&schedule, &lanes), PGM_OK);
    static const uint32_t of[] = {2, 0, 3, 1, 2, 0};
    static const size_t begins[] = {0, 2, 2, 4};
    assert_int_equal(lanes.count, 4);
    assert_memory_equal(lanes.of, of, sizeof of);
    assert_memory_equal(lanes.begins, begins, sizeof begins);
    pgm__lanes_free(&lanes);
}

static void nobody_has_no_lane(void **state) {
    (void)state;
    const pgm__schedule empty = {.server_count = 1};
    pgm__lanes lanes;
    assert_int_equal(pgm__lanes_make(&empty, &lanes), PGM_OK);
    assert_int_equal(lanes.count, 0);
    pgm__lanes_free(&lanes);
}

static void lanes_are_made_whole_or_not_at_all(void **state) {
    (void)state;
    size_t nth = 0;
    for (bool struck = true; struck;) {
        pgm__lanes lanes;
        oom_arm(++nth);
        pgm_status status = pgm__lanes_make(&schedule, &lanes);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
        assert_true(struck == (lanes.of == NULL));
        pgm__lanes_free(&lanes);
    }
    assert_int_equal(nth, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lane_is_what_a_server_and_a_group_have_in_common),
        cmocka_unit_test(nobody_has_no_lane),
        cmocka_unit_test(lanes_are_made_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
