/* Which targets can be compared with what the migrations make, and why the others cannot. */
#include "support/cmocka_all.h"

#include <string.h>

#include "fleet/drift_wish.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#define FOUR                                                                                       \
    "[defaults]\nhost = h\nuser = u\n[a]\ndbname = a\n[b]\ndbname = b\n[c]\ndbname = c\n"          \
    "schema = s\n[d]\ndbname = d\n"

/* The folder has 1_a and 2_b. */
static void begin(fleet *f, pgm_drift *d, pgm__scratch *scratch) {
    static const pgm__compare_ask ask = {.alone = true};
    f->options.command = PGM_COMMAND_STATUS;
    fleet_open(f, FOUR);
    assert_true(pgm__comparison_begin(f->run, &ask));
    *scratch = (pgm__scratch){.run = f->run, .server_version = 150018};
    *d = (pgm_drift){.run = f->run, .scratch = scratch};
}

/* `count` of SIZE_MAX: its ledger could not be read. */
static void stands_at(pgm_drift *d, size_t target, size_t count, const char *first,
                      const char *second, int major) {
    const char *list[2] = {first, second};
    size_t set = count == SIZE_MAX ? 0 : pgm__comparison_set(d->run, list, count);
    d->run->compare->items[target] =
        (pgm__compared){.read = true, .fingerprint = "f", .major = major, .versions = set};
}

static const pgm__drift_wish *wish_of(const pgm_drift *d, size_t target) {
    const pgm__drift_member member = pgm__comparison_member(d->run, target);
    return pgm__drift_wish_of(d, &member);
}

static void expect_why(const pgm_drift *d, size_t target, const char *why) {
    const pgm__drift_wish *wish = wish_of(d, target);
    if (why == NULL) {
        assert_null(wish->why);
    } else {
        assert_non_null(strstr(wish->why, why));
    }
}

static void the_first_so_many_can_be_made(void **state) {
    fleet *f = *state;
    pgm_drift d;
    pgm__scratch scratch;
    begin(f, &d, &scratch);
    stands_at(&d, 0, 2, "1_a", "2_b", 15);
    stands_at(&d, 1, 1, "1_a", NULL, 15);
    stands_at(&d, 3, 0, NULL, NULL, 15);
    assert_true(pgm__drift_list_wishes(&d));
    assert_int_equal(d.wish_count, 3);
    expect_why(&d, 0, NULL);
    expect_why(&d, 1, NULL);
    assert_int_equal(wish_of(&d, 0)->applied, 2);
    assert_int_equal(wish_of(&d, 1)->applied, 1);
    assert_int_equal(wish_of(&d, 3)->applied, 0);
    pgm__arena_clear(&d.arena);
}

/* One for all that stand alike; schemas and whole databases each have their own. */
static void targets_that_stand_alike_have_one_wish(void **state) {
    fleet *f = *state;
    pgm_drift d;
    pgm__scratch scratch;
    begin(f, &d, &scratch);
    for (size_t i = 0; i < 4; i++) {
        stands_at(&d, i, 1, "1_a", NULL, 15);
    }
    assert_true(pgm__drift_list_wishes(&d));
    assert_int_equal(d.wish_count, 2);
    assert_ptr_equal(wish_of(&d, 0), wish_of(&d, 3));
    assert_false(wish_of(&d, 2)->whole);
    pgm__arena_clear(&d.arena);
}

static void what_is_out_of_order_or_unknown_cannot(void **state) {
    fleet *f = *state;
    pgm_drift d;
    pgm__scratch scratch;
    begin(f, &d, &scratch);
    stands_at(&d, 0, 1, "2_b", NULL, 15);
    stands_at(&d, 1, 2, "1_a", "3_hot", 15);
    stands_at(&d, 2, SIZE_MAX, NULL, NULL, 15);
    stands_at(&d, 3, 2, "1_a", "2_b", 14);
    assert_true(pgm__drift_list_wishes(&d));
    expect_why(&d, 0, "2_b is applied here without 1_a, which comes before it");
    expect_why(&d, 1, "3_hot is applied here, and is not in the folder");
    expect_why(&d, 2, "the ledger could not be read");
    expect_why(&d, 3,
               "the scratch server is PostgreSQL 15, these are on 14, and another version prints "
               "definitions differently");
    pgm__arena_clear(&d.arena);
}

static void a_target_that_was_not_read_wishes_nothing(void **state) {
    fleet *f = *state;
    pgm_drift d;
    pgm__scratch scratch;
    begin(f, &d, &scratch);
    assert_true(pgm__drift_list_wishes(&d));
    assert_int_equal(d.wish_count, 0);
    pgm__arena_clear(&d.arena);
}

static pgm_status list_once(void *data) {
    pgm_drift *d = data;
    d->wish_count = 0;
    bool enough = pgm__drift_list_wishes(d);
    pgm__arena_clear(&d->arena);
    return enough ? PGM_OK : PGM_ENOMEM;
}

static void without_memory_nothing_is_wished(void **state) {
    fleet *f = *state;
    pgm_drift d;
    pgm__scratch scratch;
    begin(f, &d, &scratch);
    stands_at(&d, 0, 1, "2_b", NULL, 15);
    stands_at(&d, 1, 1, "1_a", NULL, 14);
    assert_true(oom_survives(list_once, &d) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(the_first_so_many_can_be_made),
        FLEET_TEST(targets_that_stand_alike_have_one_wish),
        FLEET_TEST(what_is_out_of_order_or_unknown_cannot),
        FLEET_TEST(a_target_that_was_not_read_wishes_nothing),
        FLEET_TEST(without_memory_nothing_is_wished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
