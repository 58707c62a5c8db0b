#include <stdint.h>

#include "engine/heap.h"
#include "support/cmocka_all.h"

enum { MOST = 40 };

typedef struct numbers {
    uint32_t ranks[MOST];
    size_t items[2][MOST];
    size_t slots[MOST]; /* of both */
    pgm__heap heaps[2];
} numbers;

static bool before(const void *of, size_t one, size_t other) {
    const uint32_t *ranks = of;
    return ranks[one] < ranks[other];
}

static void begin(numbers *n) {
    for (size_t i = 0; i < MOST; i++) {
        n->ranks[i] = 0;
        n->slots[i] = PGM__NO_SLOT;
    }
    for (size_t i = 0; i < 2; i++) {
        n->heaps[i] = (pgm__heap){n->items[i], 0, n->slots, before, n->ranks};
    }
}

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static void assert_first_is_on_top(const numbers *n, const int *where, size_t heap) {
    uint32_t least = UINT32_MAX;
    size_t count = 0;
    for (size_t i = 0; i < MOST; i++) {
        if (where[i] == (int)heap) {
            count++;
            least = n->ranks[i] < least ? n->ranks[i] : least;
        }
    }
    assert_int_equal(n->heaps[heap].count, count);
    assert_true(count == 0 || n->ranks[n->heaps[heap].items[0]] == least);
}

/* Numbers come, go and move as it falls; two heaps share the slots. */
static void the_first_is_always_on_top(void **state) {
    (void)state;
    numbers n;
    begin(&n);
    int where[MOST];
    for (size_t i = 0; i < MOST; i++) {
        where[i] = -1;
    }
    uint32_t seed = 7;
    for (size_t step = 0; step < 20000; step++) {
        size_t number = draw(&seed, MOST);
        size_t heap = draw(&seed, 2);
        if (where[number] < 0) {
            n.ranks[number] = draw(&seed, 100);
            pgm__heap_add(&n.heaps[heap], number);
            where[number] = (int)heap;
        } else if (draw(&seed, 2) == 0) {
            n.ranks[number] = draw(&seed, 100);
            pgm__heap_moved(&n.heaps[where[number]], number);
        } else {
            pgm__heap_remove(&n.heaps[where[number]], number);
            assert_int_equal(n.slots[number], PGM__NO_SLOT);
            where[number] = -1;
        }
        assert_first_is_on_top(&n, where, 0);
        assert_first_is_on_top(&n, where, 1);
    }
}

static void numbers_leave_in_their_order(void **state) {
    (void)state;
    numbers n;
    begin(&n);
    for (size_t i = 0; i < MOST; i++) {
        n.ranks[i] = (uint32_t)(i * 7 % MOST);
        pgm__heap_add(&n.heaps[0], i);
    }
    for (uint32_t rank = 0; rank < MOST; rank++) {
        size_t number = n.heaps[0].items[0];
        assert_int_equal(n.ranks[number], rank);
        pgm__heap_remove(&n.heaps[0], number);
    }
    assert_int_equal(n.heaps[0].count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_always_on_top),
        cmocka_unit_test(numbers_leave_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
