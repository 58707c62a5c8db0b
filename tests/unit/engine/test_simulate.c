/* A clock that jumps, against sums that can be done by hand. */
#include "engine/simulate.h"

#include <stdlib.h>

#include "support/cmocka_all.h"
#include "support/oom_loop.h"

enum { MOST = 100000 };

typedef struct fleet {
    pgm__slot slots[8];
    uint64_t durations[8];
    size_t count;
    size_t caps[2];
    size_t limits[3];
    size_t waves;
    size_t jobs;
} fleet;

static pgm__schedule schedule_of(const fleet *f) {
    return (pgm__schedule){.slots = f->slots,
                           .count = f->count,
                           .server_caps = f->caps,
                           .server_count = 2,
                           .limits = f->limits,
                           .wave_count = f->waves,
                           .jobs = f->jobs};
}

static uint64_t total(const fleet *f, uint64_t delay) {
    const pgm__schedule schedule = schedule_of(f);
    uint64_t ms = 0;
    assert_int_equal(pgm__simulate(&schedule, f->durations, delay, &ms), PGM_OK);
    return ms;
}

static void the_caps_of_run_and_server_hold(void **state) {
    (void)state;
    fleet f = {.durations = {10, 10, 10, 10}, .count = 4, .caps = {9, 9}, .waves = 1, .jobs = 9};
    assert_int_equal(total(&f, 0), 10);
    f.jobs = 1;
    assert_int_equal(total(&f, 0), 40);
    f.jobs = 3;
    assert_int_equal(total(&f, 0), 20);
    f.jobs = 9;
    f.caps[0] = 2;
    assert_int_equal(total(&f, 0), 20);
    f.slots[0].server = 1;
    f.slots[1].server = 1;
    assert_int_equal(total(&f, 0), 10);
}

/* Whoever ends first makes room: 7 beside 3, 2, 4. */
static void a_place_is_taken_when_it_becomes_free(void **state) {
    (void)state;
    fleet f = {.durations = {7, 3, 2, 4}, .count = 4, .caps = {9, 9}, .waves = 1, .jobs = 2};
    assert_int_equal(total(&f, 0), 9);
}

static void waves_go_one_after_the_other_with_the_delay_between_them(void **state) {
    (void)state;
    fleet f = {.slots = {{.wave = 2}, {.wave = 0}, {.wave = 1}, {.wave = 1}},
               .durations = {5, 11, 2, 3},
               .count = 4,
               .caps = {9, 9},
               .waves = 3,
               .jobs = 9};
    assert_int_equal(total(&f, 0), 11 + 3 + 5);
    assert_int_equal(total(&f, 100), 11 + 3 + 5 + 200);
    assert_int_equal(total(&(fleet){.jobs = 1}, 7), 0);
}

static pgm_status simulate_once(void *data) {
    const fleet *f = data;
    const pgm__schedule schedule = schedule_of(f);
    uint64_t ms = 0;
    return pgm__simulate(&schedule, f->durations, 0, &ms);
}

static void it_survives_every_failed_allocation(void **state) {
    (void)state;
    fleet f = {.durations = {7, 3}, .count = 2, .caps = {9, 9}, .waves = 1, .jobs = 2};
    assert_true(oom_survives(simulate_once, &f) > 1);
}

static void a_hundred_thousand_targets_are_all_counted(void **state) {
    (void)state;
    pgm__slot *slots = calloc(MOST, sizeof *slots);
    uint64_t *durations = calloc(MOST, sizeof *durations);
    size_t caps[1] = {1000};
    size_t limits[1] = {0};
    for (size_t i = 0; i < MOST; i++) {
        durations[i] = 1 + i % 2;
    }
    const pgm__schedule schedule = {.slots = slots,
                                    .count = MOST,
                                    .server_caps = caps,
                                    .server_count = 1,
                                    .limits = limits,
                                    .wave_count = 1,
                                    .jobs = 5000};
    uint64_t ms = 0;
    assert_int_equal(pgm__simulate(&schedule, durations, 0, &ms), PGM_OK);
    /* 150,000 ms of work in 1,000 places. */
    assert_in_range(ms, 150, 152);
    free(slots);
    free(durations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caps_of_run_and_server_hold),
        cmocka_unit_test(a_place_is_taken_when_it_becomes_free),
        cmocka_unit_test(waves_go_one_after_the_other_with_the_delay_between_them),
        cmocka_unit_test(it_survives_every_failed_allocation),
        cmocka_unit_test(a_hundred_thousand_targets_are_all_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
