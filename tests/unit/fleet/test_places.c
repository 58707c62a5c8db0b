/* Where marches have arrived: two names may lead to one place. */
#include "support/cmocka_all.h"
#include "support/oom_loop.h"

#include <stdio.h>

#include "fleet/places.h"

static size_t arrive(pgm__places *places, const char *place, size_t index) {
    size_t first = SIZE_MAX;
    assert_int_equal(pgm__places_arrive(places, place, index, &first), PGM_OK);
    return first;
}

static void who_arrives_where_nobody_was_is_the_first(void **state) {
    (void)state;
    pgm__places places = {0};
    assert_int_equal(arrive(&places, "a", 3), 3);
    assert_int_equal(arrive(&places, "b", 1), 1);
    pgm__places_clear(&places);
}

static void who_arrives_later_hears_of_the_first_and_the_first_of_itself(void **state) {
    (void)state;
    pgm__places places = {0};
    assert_int_equal(arrive(&places, "a", 3), 3);
    assert_int_equal(arrive(&places, "a", 5), 3);
    assert_int_equal(arrive(&places, "a", 3), 3);
    pgm__places_clear(&places);
    assert_int_equal(arrive(&places, "a", 5), 5);
    pgm__places_clear(&places);
}

static void many_places_are_told_apart(void **state) {
    (void)state;
    enum { MANY = 3000 };
    pgm__places places = {.expected = 1000};
    char place[32];
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < MANY; i++) {
            (void)snprintf(place, sizeof place, "server db_%zu", i);
            assert_int_equal(arrive(&places, place, i + turn * MANY), i);
        }
    }
    pgm__places_clear(&places);
}

static pgm_status arrive_without_memory(void *data) {
    (void)data;
    pgm__places places = {.expected = 20};
    pgm_status status = PGM_OK;
    char place[32];
    for (size_t i = 0; i < 40 && status == PGM_OK; i++) {
        size_t first = SIZE_MAX;
        (void)snprintf(place, sizeof place, "%zu", i);
        status = pgm__places_arrive(&places, place, i, &first);
        assert_true(first == (status == PGM_OK ? i : SIZE_MAX));
    }
    pgm__places_clear(&places);
    return status;
}

static void an_arrival_that_cannot_be_noted_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(arrive_without_memory, NULL) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_arrives_where_nobody_was_is_the_first),
        cmocka_unit_test(who_arrives_later_hears_of_the_first_and_the_first_of_itself),
        cmocka_unit_test(many_places_are_told_apart),
        cmocka_unit_test(an_arrival_that_cannot_be_noted_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
