/* The hash of a target's name: other versions of the program, and other machines, compute it too.
 */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "engine/name_hash.h"

typedef struct vector {
    const char *name;
    uint64_t hash;
    size_t shard_of_8;
} vector;

/* Computed by another program. They must not change: shards that run at the same time on two
 * versions would leave targets out, or take them twice. */
static const vector vectors[] = {
    {"", UINT64_C(0xf52a15e9a9b5e89b), 3},
    {"a", UINT64_C(0x02c0bdbf481420f8), 0},
    {"b", UINT64_C(0x3e35b21bfb9b6405), 5},
    {"prod", UINT64_C(0x8c096c9b6dd57556), 6},
    {"foobar", UINT64_C(0x404da9e3b74078c2), 2},
    {"tenant_0001", UINT64_C(0x9e5d6b5143d8f2ae), 6},
    {"tenant_0002", UINT64_C(0x1ba65b2bbc5626d1), 1},
    {"Tenant_0001", UINT64_C(0x5df0b7bbe9105d1e), 6},
    {"canary:tenant_0001", UINT64_C(0x042233cf44e8d8c7), 7},
    {"Z\xc3\xbcrich", UINT64_C(0xc65e9341af283a5d), 5},
};

enum { VECTORS = sizeof vectors / sizeof *vectors };

static void a_name_has_the_number_that_is_written_down(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        assert_int_equal(pgm__name_hash(vectors[i].name), vectors[i].hash);
        assert_int_equal(pgm__name_shard(vectors[i].name, 8), vectors[i].shard_of_8);
    }
}

static void all_bytes_of_a_long_name_count(void **state) {
    (void)state;
    char name[301];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(pgm__name_hash(name), UINT64_C(0x2bd8d99971b6a47a));
}

static void a_purpose_stands_in_front_of_the_name(void **state) {
    (void)state;
    assert_int_equal(pgm__name_hash_for("canary:", "tenant_0001"), UINT64_C(0x042233cf44e8d8c7));
    assert_int_equal(pgm__name_hash_for("", "prod"), pgm__name_hash("prod"));
}

static void one_shard_has_every_target(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        assert_int_equal(pgm__name_shard(vectors[i].name, 1), 0);
    }
}

/* Of 5,000 targets none of these shards is more than a third away from its part. */
static void names_that_are_counted_up_spread_over_all_shards(void **state) {
    (void)state;
    enum { TARGETS = 5000, MOST_SHARDS = 16 };
    for (size_t shards = 2; shards <= MOST_SHARDS; shards++) {
        size_t counts[MOST_SHARDS] = {0};
        for (size_t i = 0; i < TARGETS; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "tenant_%04zu", i);
            counts[pgm__name_shard(name, shards)]++;
        }
        for (size_t i = 0; i < shards; i++) {
            assert_in_range(counts[i] * shards, TARGETS * 2 / 3, TARGETS * 4 / 3);
        }
    }
}

/* t0, t2, t4 ... must not make one of two shards. */
static void even_and_odd_names_go_to_both_of_two_shards(void **state) {
    (void)state;
    size_t first[2] = {0};
    for (size_t i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "t%zu", i);
        first[i % 2] += pgm__name_shard(name, 2) == 0;
    }
    assert_in_range(first[0], 10, 40);
    assert_in_range(first[1], 10, 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_the_number_that_is_written_down),
        cmocka_unit_test(all_bytes_of_a_long_name_count),
        cmocka_unit_test(a_purpose_stands_in_front_of_the_name),
        cmocka_unit_test(one_shard_has_every_target),
        cmocka_unit_test(names_that_are_counted_up_spread_over_all_shards),
        cmocka_unit_test(even_and_odd_names_go_to_both_of_two_shards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
