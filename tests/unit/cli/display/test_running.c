/* The targets that are under way: their order, at any size of the fleet. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/display/running.h"

static void in_order(const pgm__running *running, const char *expected) {
    char got[256] = "";
    size_t used = 0;
    for (const pgm__running_target *item = pgm__running_first(running); item != NULL;
         item = pgm__running_next(running, item)) {
        used += (size_t)snprintf(got + used, sizeof got - used, "%s%s", used > 0 ? " " : "",
                                 item->name);
    }
    assert_string_equal(got, expected);
}

static void running_keeps_the_order_of_the_starts(void **state) {
    (void)state;
    pgm__running running;
    assert_int_equal(pgm__running_init(&running, 10), PGM_OK);
    in_order(&running, "");
    pgm__running_start(&running, 7, "h", 1);
    pgm__running_start(&running, 2, "c", 2);
    pgm__running_start(&running, 5, "f", 3);
    in_order(&running, "h c f");
    assert_true(pgm__running_end(&running, 2));
    in_order(&running, "h f");
    pgm__running_start(&running, 0, "a", 4); /* in the place that became free */
    in_order(&running, "h f a");
    assert_int_equal(running.used, 3);
    assert_true(pgm__running_end(&running, 7));
    assert_true(pgm__running_end(&running, 0));
    in_order(&running, "f");
    assert_int_equal(pgm__running_find(&running, 5)->since_ms, 3);
    assert_true(pgm__running_end(&running, 5));
    in_order(&running, "");
    assert_int_equal(running.count, 0);
    pgm__running_fini(&running);
}

/* What never started ends too, where a rollout was stopped; and no index is believed. */
static void running_takes_no_notice_of_what_is_not_under_way(void **state) {
    (void)state;
    pgm__running running;
    assert_int_equal(pgm__running_init(&running, 2), PGM_OK);
    assert_false(pgm__running_end(&running, 1));
    assert_null(pgm__running_find(&running, 1));
    assert_null(pgm__running_find(&running, 99));
    pgm__running_start(&running, 99, "x", 1);
    pgm__running_start(&running, 1, "b", 1);
    pgm__running_start(&running, 1, "again", 2);
    in_order(&running, "b");
    assert_true(pgm__running_end(&running, 1));
    assert_false(pgm__running_end(&running, 1));
    pgm__running_fini(&running);
}

static void running_cuts_texts_between_characters(void **state) {
    (void)state;
    char out[6];
    pgm__running_text(out, sizeof out, "abäöü");
    assert_string_equal(out, "abä");
    pgm__running_text(out, sizeof out, "12345");
    assert_string_equal(out, "12345");
    pgm__running_text(out, sizeof out, NULL);
    assert_string_equal(out, "");
}

/* 100,000 targets, 1,000 of them at once: no more places than are needed at the same time. */
static void running_needs_room_for_those_under_way_only(void **state) {
    enum { ALL = 100000, AT_ONCE = 1000 };
    (void)state;
    pgm__running running;
    assert_int_equal(pgm__running_init(&running, ALL), PGM_OK);
    for (size_t i = 0; i < ALL; i++) {
        if (i >= AT_ONCE) {
            assert_true(pgm__running_end(&running, i - AT_ONCE));
        }
        pgm__running_start(&running, i, "t", (int64_t)i);
    }
    assert_int_equal(running.count, AT_ONCE);
    assert_int_equal(running.used, AT_ONCE);
    assert_int_equal(pgm__running_first(&running)->target, ALL - AT_ONCE);
    pgm__running_fini(&running);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_keeps_the_order_of_the_starts),
        cmocka_unit_test(running_takes_no_notice_of_what_is_not_under_way),
        cmocka_unit_test(running_cuts_texts_between_characters),
        cmocka_unit_test(running_needs_room_for_those_under_way_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
