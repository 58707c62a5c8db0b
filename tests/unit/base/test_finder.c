/* Things that are found by their hashes. */
#include "support/cmocka_all.h"
#include "support/oom_loop.h"

#include <stdio.h>
#include <string.h>

#include "base/finder.h"
#include "base/mem.h"

enum { MANY = 5000 };

/* All in one: the n-th word is the number in letters. */
static bool is_number(size_t number, const void *wanted) {
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", number);
    return strcmp(text, wanted) == 0;
}

static uint32_t hash_of(const char *text) {
    return pgm__finder_hash(text, strlen(text));
}

static pgm_status add_numbers(pgm__finder *finder, size_t count) {
    char text[24];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof text, "%zu", i);
        if (pgm__finder_add(finder, hash_of(text), i) != PGM_OK) {
            return PGM_ENOMEM;
        }
    }
    return PGM_OK;
}

static void nothing_is_found_where_nothing_is(void **state) {
    (void)state;
    pgm__finder finder = {0};
    assert_true(pgm__finder_find(&finder, 7, is_number, "7") == SIZE_MAX);
    pgm__finder_clear(&finder);
}

static void each_of_many_is_found_and_no_other(void **state) {
    (void)state;
    pgm__finder finder = {0};
    char text[24];
    assert_int_equal(add_numbers(&finder, MANY), PGM_OK);
    for (size_t i = 0; i < 2 * MANY; i++) {
        (void)snprintf(text, sizeof text, "%zu", i);
        size_t found = pgm__finder_find(&finder, hash_of(text), is_number, text);
        assert_true(found == (i < MANY ? i : SIZE_MAX));
    }
    pgm__finder_clear(&finder);
}

static void those_of_one_hash_are_told_apart(void **state) {
    (void)state;
    pgm__finder finder = {0};
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(pgm__finder_add(&finder, UINT32_MAX, i), PGM_OK);
    }
    assert_int_equal(pgm__finder_find(&finder, UINT32_MAX, is_number, "39"), 39);
    assert_true(pgm__finder_find(&finder, UINT32_MAX, is_number, "40") == SIZE_MAX);
    pgm__finder_clear(&finder);
    assert_true(pgm__finder_find(&finder, UINT32_MAX, is_number, "39") == SIZE_MAX);
}

static pgm_status add_without_memory(void *data) {
    (void)data;
    pgm__finder finder = {0};
    pgm_status status = add_numbers(&finder, 100);
    assert_true(finder.count == 100 || status == PGM_ENOMEM);
    for (size_t i = 0; i < finder.count; i++) {
        char text[24];
        (void)snprintf(text, sizeof text, "%zu", i);
        assert_int_equal(pgm__finder_find(&finder, hash_of(text), is_number, text), i);
    }
    pgm__finder_clear(&finder);
    return status;
}

static void without_memory_what_was_there_is_still_found(void **state) {
    (void)state;
    assert_true(oom_survives(add_without_memory, NULL) > 2);
}

static void an_array_that_has_stopped_growing_gives_back_its_room(void **state) {
    (void)state;
    size_t capacity = 0;
    assert_null(pgm__shrink(NULL, 0, &capacity, sizeof(int)));
    int *items = pgm__grow(NULL, 0, &capacity, sizeof *items);
    assert_non_null(items);
    items[0] = 4711;
    oom_arm(1);
    assert_null(pgm__shrink(items, 1, &capacity, sizeof *items));
    assert_true(oom_disarm());
    assert_true(capacity > 1);
    items = pgm__shrink(items, 1, &capacity, sizeof *items);
    assert_int_equal(capacity, 1);
    assert_int_equal(items[0], 4711);
    pgm__free(items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_where_nothing_is),
        cmocka_unit_test(each_of_many_is_found_and_no_other),
        cmocka_unit_test(those_of_one_hash_are_told_apart),
        cmocka_unit_test(without_memory_what_was_there_is_still_found),
        cmocka_unit_test(an_array_that_has_stopped_growing_gives_back_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
