/* Which target goes in which wave, and how many of each may fail. */
#include <stdio.h>
#include <string.h>

#include "engine/scheduler.h"
#include "engine/waves.h"
#include "support/cmocka_all.h"
#include "support/oom.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const pgm__wave_rules usual = {.max_failures = NULL};

static int setup(void **state) {
    static pgm__arena arena;
    arena = (pgm__arena){0};
    *state = &arena;
    return 0;
}

static int teardown(void **state) {
    pgm__arena_clear(*state);
    return 0;
}

static pgm__waves make(pgm__arena *arena, const pgm__member *members, size_t count,
                       const pgm__wave_rules *rules) {
    pgm__waves waves = {0};
    assert_int_equal(pgm__waves_make(arena, members, count, rules, &waves), PGM_OK);
    return waves;
}

/* Each wave as its kind, number and size, and behind it the limit: "c:2<0 n5:1<0 r:3<*". */
static void assert_waves(const pgm__waves *waves, const char *expected) {
    static const char kinds[] = "cnr";
    char got[512] = "";
    for (size_t i = 0; i < waves->count; i++) {
        const pgm__wave *wave = &waves->items[i];
        char limit[32] = "*";
        if (wave->limit != PGM__NO_LIMIT) {
            (void)snprintf(limit, sizeof limit, "%zu", wave->limit);
        }
        size_t len = strlen(got);
        if (wave->kind == PGM__WAVE_NUMBERED) {
            (void)snprintf(got + len, sizeof got - len, "%sn%lld:%zu<%s", i == 0 ? "" : " ",
                           (long long)wave->number, wave->targets, limit);
        } else {
            (void)snprintf(got + len, sizeof got - len, "%s%c:%zu<%s", i == 0 ? "" : " ",
                           kinds[wave->kind], wave->targets, limit);
        }
    }
    assert_string_equal(got, expected);
}

static void assert_of(const pgm__waves *waves, const size_t *expected, size_t count) {
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(waves->of[i], expected[i]);
    }
}

/* ---- order ---- */

static const pgm__member mixed[] = {
    {"a", false, true, 2}, {"b", false, false, 0}, {"c", false, true, -1}, {"d", true, true, 2},
    {"e", false, true, 2}, {"f", false, false, 0}, {"g", true, false, 0},
};

static void numbers_go_up_and_those_without_one_go_last(void **state) {
    pgm__waves waves = make(*state, mixed, COUNT(mixed), &usual);
    assert_waves(&waves, "c:2<0 n-1:1<0 n2:2<0 r:2<*");
    static const size_t of[] = {2, 3, 1, 0, 2, 3, 0};
    assert_of(&waves, of, COUNT(of));
}

static void reversed_the_last_goes_first_and_the_canary_before_it(void **state) {
    const pgm__wave_rules rules = {.reverse = true};
    pgm__waves waves = make(*state, mixed, COUNT(mixed), &rules);
    assert_waves(&waves, "c:2<0 r:2<0 n2:2<0 n-1:1<*");
    static const size_t of[] = {2, 1, 3, 0, 2, 1, 0};
    assert_of(&waves, of, COUNT(of));
}

static void numbers_may_be_the_extremes_of_their_type(void **state) {
    static const pgm__member members[] = {{"a", false, true, INT64_MAX},
                                          {"b", false, false, 0},
                                          {"c", false, true, INT64_MIN},
                                          {"d", false, true, 0}};
    pgm__wave_rules rules = usual;
    pgm__waves waves = make(*state, members, COUNT(members), &rules);
    static const size_t up[] = {2, 3, 0, 1};
    assert_of(&waves, up, COUNT(up));
    rules.reverse = true;
    waves = make(*state, members, COUNT(members), &rules);
    static const size_t down[] = {1, 0, 3, 2};
    assert_of(&waves, down, COUNT(down));
}

static void a_fleet_without_waves_is_one(void **state) {
    static const pgm__member members[] = {{"a", false, false, 0}, {"b", false, false, 0}};
    pgm__waves waves = make(*state, members, COUNT(members), &usual);
    assert_waves(&waves, "r:2<*");
}

static void a_fleet_without_targets_has_no_wave(void **state) {
    pgm__waves waves = make(*state, NULL, 0, &usual);
    assert_waves(&waves, "");
    assert_int_equal(waves.count, 0);
}

/* ---- limits ---- */

static pgm__waves make_sized(pgm__arena *arena, size_t first, size_t second, pgm__amount limit) {
    static pgm__member members[64];
    for (size_t i = 0; i < first + second; i++) {
        members[i] = (pgm__member){"x", false, true, i < first ? 1 : 2};
    }
    const pgm__wave_rules rules = {.max_failures = &limit};
    return make(arena, members, first + second, &rules);
}

static void f09_a_given_limit_counts_in_every_wave_and_in_the_last_one_too(void **state) {
    pgm__waves waves = make_sized(*state, 4, 9, (pgm__amount){2, false});
    assert_waves(&waves, "n1:4<2 n2:9<2");
    waves = make_sized(*state, 4, 9, (pgm__amount){0, false});
    assert_waves(&waves, "n1:4<0 n2:9<0");
}

static void f09_a_percentage_is_of_each_wave_and_rounded_down(void **state) {
    pgm__waves waves = make_sized(*state, 9, 10, (pgm__amount){10, true});
    assert_waves(&waves, "n1:9<0 n2:10<1");
    for (size_t size = 1; size <= 9; size++) {
        waves = make_sized(*state, size, 1, (pgm__amount){25, true});
        assert_int_equal(waves.items[0].limit, size / 4);
    }
}

static void f09_in_the_canary_nothing_may_fail_whatever_is_given(void **state) {
    static const pgm__member members[] = {{"a", true, false, 0}, {"b", false, false, 0}};
    const pgm__amount half = {100, true};
    const pgm__wave_rules rules = {.max_failures = &half};
    pgm__waves waves = make(*state, members, COUNT(members), &rules);
    assert_waves(&waves, "c:1<0 r:1<1");
    waves = make(*state, members, 1, &usual);
    assert_waves(&waves, "c:1<0");
}

/* ---- the canary ---- */

enum { FLEET = 100 };

typedef struct names {
    char text[FLEET][32];
    pgm__member members[FLEET];
} names;

static void name_fleet(names *fleet, size_t count) {
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(fleet->text[i], sizeof fleet->text[i], "tenant_%zu", i);
        fleet->members[i] = (pgm__member){.name = fleet->text[i]};
    }
}

static size_t picked(const names *fleet, size_t count) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += fleet->members[i].canary;
    }
    return found;
}

static void a_canary_has_as_many_as_are_wanted_or_there_are(void **state) {
    (void)state;
    static const struct {
        size_t wanted;
        size_t got;
    } cases[] = {{0, 0}, {1, 1}, {7, 7}, {99, 99}, {100, 100}, {101, 100}, {SIZE_MAX, 100}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        static names fleet;
        name_fleet(&fleet, FLEET);
        assert_int_equal(pgm__waves_pick_canary(fleet.members, FLEET, cases[i].wanted), PGM_OK);
        assert_int_equal(picked(&fleet, FLEET), cases[i].got);
    }
    assert_int_equal(pgm__waves_pick_canary(NULL, 0, 5), PGM_OK);
}

static void a_percentage_of_any_fleet_is_one_at_least(void **state) {
    (void)state;
    for (size_t count = 1; count <= 9; count++) {
        assert_int_equal(pgm__waves_canary_size((pgm__amount){10, true}, count), 1);
    }
    assert_int_equal(pgm__waves_canary_size((pgm__amount){10, true}, 20), 2);
    assert_int_equal(pgm__waves_canary_size((pgm__amount){10, true}, 29), 2);
    assert_int_equal(pgm__waves_canary_size((pgm__amount){3, false}, 29), 3);
}

/* Who is canary is a promise: another version, another machine and another order agree. */
static void the_canary_is_the_same_one_each_time(void **state) {
    (void)state;
    static names fleet;
    name_fleet(&fleet, FLEET);
    assert_int_equal(pgm__waves_pick_canary(fleet.members, FLEET, 3), PGM_OK);
    char got[64] = "";
    for (size_t i = 0; i < FLEET; i++) {
        if (fleet.members[i].canary) {
            (void)strncat(got, " ", sizeof got - strlen(got) - 1);
            (void)strncat(got, fleet.members[i].name, sizeof got - strlen(got) - 1);
        }
    }
    assert_string_equal(got, " tenant_51 tenant_60 tenant_77");
}

/* More of them, others gone, another order: who was canary stays so. */
static void a_larger_canary_holds_the_smaller_one(void **state) {
    (void)state;
    static names small;
    static names large;
    name_fleet(&small, FLEET);
    for (size_t wanted = 1; wanted < FLEET; wanted++) {
        name_fleet(&large, FLEET);
        for (size_t i = 0; i < FLEET / 2; i++) {
            pgm__member kept = large.members[i];
            large.members[i] = large.members[FLEET - 1 - i];
            large.members[FLEET - 1 - i] = kept;
        }
        assert_int_equal(pgm__waves_pick_canary(small.members, FLEET, wanted), PGM_OK);
        assert_int_equal(pgm__waves_pick_canary(large.members, FLEET, wanted + 1), PGM_OK);
        for (size_t i = 0; i < FLEET; i++) {
            assert_true(!small.members[i].canary || large.members[FLEET - 1 - i].canary);
        }
    }
}

/* ---- memory ---- */

static void every_failed_allocation_is_reported(void **state) {
    (void)state;
    bool struck = true;
    for (size_t nth = 1; struck; nth++) {
        pgm__arena arena = {0};
        static names fleet;
        name_fleet(&fleet, FLEET);
        pgm__waves waves = {0};
        oom_arm(nth);
        pgm_status status = pgm__waves_pick_canary(fleet.members, FLEET, 5);
        if (status == PGM_OK) {
            status = pgm__waves_make(&arena, fleet.members, FLEET, &usual, &waves);
        }
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
        assert_true(struck == (waves.items == NULL));
        pgm__arena_clear(&arena);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(numbers_go_up_and_those_without_one_go_last),
        T(reversed_the_last_goes_first_and_the_canary_before_it),
        T(numbers_may_be_the_extremes_of_their_type),
        T(a_fleet_without_waves_is_one),
        T(a_fleet_without_targets_has_no_wave),
        T(f09_a_given_limit_counts_in_every_wave_and_in_the_last_one_too),
        T(f09_a_percentage_is_of_each_wave_and_rounded_down),
        T(f09_in_the_canary_nothing_may_fail_whatever_is_given),
        T(a_canary_has_as_many_as_are_wanted_or_there_are),
        T(a_percentage_of_any_fleet_is_one_at_least),
        T(the_canary_is_the_same_one_each_time),
        T(a_larger_canary_holds_the_smaller_one),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
