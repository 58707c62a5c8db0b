#include <stdbool.h>

#include "engine/scheduler.h"
#include "support/cmocka_all.h"
#include "support/oom.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE         SIZE_MAX

#define SERVERS 5

typedef struct cap_pair {
    size_t jobs;
    size_t per_server;
} cap_pair;

/* The waves of these slots, as many as the highest number says, with one limit for all. */
static pgm__scheduler *make_limited(const pgm__slot *slots, size_t count, cap_pair caps,
                                    size_t limit) {
    size_t server_caps[SERVERS];
    size_t limits[SERVERS] = {0};
    size_t waves = 0;
    for (size_t i = 0; i < SERVERS; i++) {
        server_caps[i] = caps.per_server;
        limits[i] = limit;
    }
    for (size_t i = 0; i < count; i++) {
        waves = slots[i].wave + 1 > waves ? slots[i].wave + 1 : waves;
    }
    const pgm__schedule schedule = {.slots = slots,
                                    .count = count,
                                    .server_caps = server_caps,
                                    .server_count = SERVERS,
                                    .limits = limits,
                                    .wave_count = waves,
                                    .jobs = caps.jobs};
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    return scheduler;
}

static pgm__scheduler *make(const pgm__slot *slots, size_t count, cap_pair caps) {
    return make_limited(slots, count, caps, PGM__NO_LIMIT);
}

/* NONE when nothing may start. */
static size_t start(pgm__scheduler *scheduler) {
    size_t target = NONE;
    bool started = pgm__scheduler_next(scheduler, &target);
    assert_true(started == (target != NONE));
    return target;
}

static size_t start_all(pgm__scheduler *scheduler) {
    size_t started = 0;
    while (start(scheduler) != NONE) {
        started++;
    }
    return started;
}

/* ---- order and caps ---- */

static void scheduler_starts_targets_in_the_order_given(void **state) {
    (void)state;
    const pgm__slot slots[] = {{1, 0, 0}, {0, 0, 0}, {1, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 4, (cap_pair){9, 9});
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(start(scheduler), i);
    }
    assert_int_equal(start(scheduler), NONE);
    assert_int_equal(pgm__scheduler_running(scheduler), 4);
    assert_false(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

static void scheduler_never_runs_more_than_jobs(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 3, (cap_pair){2, 9});
    assert_int_equal(start_all(scheduler), 2);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

static void f08_full_server_is_passed_over_for_the_next_one(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 0, 0}, {1, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 5, (cap_pair){64, 1});
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 3);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 3, false);
    assert_int_equal(start(scheduler), 4);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), 1);
    pgm__scheduler_free(scheduler);
}

static void f01_failed_target_does_not_hold_up_its_own_wave(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 3, (cap_pair){1, 1});
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(start(scheduler), i);
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

static void empty_fleet_is_done_at_once(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make(NULL, 0, (cap_pair){1, 1});
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
    pgm__scheduler_free(NULL);
}

static void server_without_targets_does_no_harm(void **state) {
    (void)state;
    const pgm__slot slots[] = {{3, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 1, (cap_pair){1, 1});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

/* ---- waves ---- */

static void end(pgm__scheduler *scheduler, size_t target, bool failed) {
    pgm__scheduler_ended(scheduler, target, failed);
}

static void
wave_is_over_when_all_of_it_has_ended_and_the_next_one_waits_to_be_let_go(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 1, 0}, {0, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 3, (cap_pair){9, 9});
    assert_int_equal(start(scheduler), 1);
    assert_int_equal(start(scheduler), 2);
    assert_int_equal(start(scheduler), NONE);
    end(scheduler, 2, false);
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_wave_over(scheduler));
    end(scheduler, 1, false);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_int_equal(start(scheduler), NONE);
    assert_int_equal(pgm__scheduler_wave(scheduler), 0);
    assert_true(pgm__scheduler_next_wave(scheduler));
    assert_false(pgm__scheduler_wave_over(scheduler));
    assert_int_equal(pgm__scheduler_wave(scheduler), 1);
    assert_int_equal(start(scheduler), 0);
    end(scheduler, 0, false);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_false(pgm__scheduler_next_wave(scheduler));
    assert_int_equal(pgm__scheduler_wave(scheduler), 2);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

static void f09_without_room_for_failures_the_first_one_ends_the_wave(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 1, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make_limited(slots, 4, (cap_pair){2, 2}, 0);
    assert_int_equal(start_all(scheduler), 2);
    assert_false(pgm__scheduler_exceeded(scheduler));
    end(scheduler, 1, true);
    assert_true(pgm__scheduler_exceeded(scheduler));
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_wave_over(scheduler));
    end(scheduler, 2, false);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

static void f09_running_targets_drain_when_more_have_failed_than_may(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make_limited(slots, 5, (cap_pair){3, 3}, 1);
    assert_int_equal(start_all(scheduler), 3);
    end(scheduler, 0, true);
    assert_int_equal(start(scheduler), 3);
    end(scheduler, 1, true);
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_wave_over(scheduler));
    end(scheduler, 2, false);
    end(scheduler, 3, true);
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

static void f09_the_last_target_of_a_wave_may_be_the_one_too_many(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 1, 0}};
    pgm__scheduler *scheduler = make_limited(slots, 3, (cap_pair){1, 1}, 0);
    assert_int_equal(start(scheduler), 0);
    end(scheduler, 0, false);
    assert_int_equal(start(scheduler), 1);
    end(scheduler, 1, true);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_true(pgm__scheduler_exceeded(scheduler));
    pgm__scheduler_free(scheduler);
}

static void each_wave_counts_its_own_failures(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 1, 0}, {0, 2, 0}};
    pgm__scheduler *scheduler = make_limited(slots, 3, (cap_pair){1, 1}, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(start(scheduler), i);
        end(scheduler, i, true);
        assert_false(pgm__scheduler_exceeded(scheduler));
        assert_true(pgm__scheduler_next_wave(scheduler) == (i < 2));
    }
    pgm__scheduler_free(scheduler);
}

static void wave_that_fails_whole_is_followed_where_any_number_may_fail(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 1, 0}};
    pgm__scheduler *scheduler = make(slots, 3, (cap_pair){1, 1});
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(start(scheduler), i);
        end(scheduler, i, true);
    }
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_true(pgm__scheduler_next_wave(scheduler));
    assert_int_equal(start(scheduler), 2);
    end(scheduler, 2, true);
    pgm__scheduler_free(scheduler);
}

static void f05_nothing_starts_after_stop(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 1, 0}};
    pgm__scheduler *scheduler = make(slots, 3, (cap_pair){1, 1});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_stop(scheduler);
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_wave_over(scheduler));
    end(scheduler, 0, false);
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

static void stop_before_the_first_start_ends_the_wave(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 1, (cap_pair){1, 1});
    pgm__scheduler_stop(scheduler);
    assert_true(pgm__scheduler_wave_over(scheduler));
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

static void target_that_hangs_holds_up_nobody_of_its_wave(void **state) {
    (void)state;
    pgm__slot slots[50] = {{0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), (cap_pair){2, 2});
    assert_int_equal(start(scheduler), 0);
    for (size_t i = 1; i < COUNT(slots); i++) {
        assert_int_equal(start(scheduler), i);
        end(scheduler, i, false);
    }
    assert_false(pgm__scheduler_wave_over(scheduler));
    end(scheduler, 0, false);
    assert_true(pgm__scheduler_wave_over(scheduler));
    pgm__scheduler_free(scheduler);
}

/* All of jobs could be had by the server that comes first: it gets its share. */
static void targets_that_hang_on_one_server_hold_up_no_other_server(void **state) {
    (void)state;
    pgm__slot slots[60];
    for (size_t i = 0; i < COUNT(slots); i++) {
        slots[i] = (pgm__slot){.server = i / 20};
    }
    pgm__scheduler *scheduler = make(slots, COUNT(slots), (cap_pair){8, 8});
    size_t order[40];
    for (size_t started = 0; started < 8; started++) {
        order[started] = start(scheduler);
    }
    assert_int_equal(start(scheduler), NONE);
    /* Three each, by turns, but for the last one of the last. */
    static const size_t first[] = {0, 20, 40, 1, 21, 41, 2, 22};
    assert_memory_equal(order, first, sizeof first);
    /* Whoever else ends makes room for others. With two servers left, half of jobs is a share. */
    size_t running[COUNT(slots)] = {20, 40, 21, 41, 22};
    size_t count = 5;
    size_t hanging = 3;
    for (size_t ended = 0; ended < 40; ended++) {
        assert_true(count > ended);
        end(scheduler, running[ended], false);
        for (size_t next = start(scheduler); next != NONE; next = start(scheduler)) {
            if (next >= 20) {
                running[count++] = next;
            } else {
                hanging++;
            }
        }
        assert_true(hanging <= 4 || count == 40);
    }
    assert_int_equal(count, 40);
    assert_int_equal(hanging, 8);
    pgm__scheduler_free(scheduler);
}

/* The run has one place: whoever hangs there has it. */
static void with_one_place_targets_start_in_the_order_given(void **state) {
    (void)state;
    const pgm__slot slots[] = {{1, 0, 0}, {1, 0, 0}, {0, 0, 0}, {1, 0, 0}};
    pgm__scheduler *scheduler = make(slots, 4, (cap_pair){1, 9});
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(start(scheduler), i);
        assert_int_equal(start(scheduler), NONE);
        end(scheduler, i, false);
    }
    pgm__scheduler_free(scheduler);
}

/* ---- servers of their own caps ---- */

static void each_server_has_a_cap_of_its_own(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, 0, 0}};
    const size_t server_caps[] = {1, 2};
    const size_t limit = PGM__NO_LIMIT;
    const pgm__schedule schedule = {.slots = slots,
                                    .count = 6,
                                    .server_caps = server_caps,
                                    .server_count = 2,
                                    .limits = &limit,
                                    .wave_count = 1,
                                    .jobs = 9};
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 3);
    assert_int_equal(start(scheduler), 4);
    assert_int_equal(start(scheduler), NONE);
    /* A cap that was cut grows again to its own height, and not to another one's. */
    pgm__scheduler_crowded(scheduler, 3);
    end(scheduler, 3, false);
    end(scheduler, 4, false);
    assert_int_equal(start(scheduler), 5);
    end(scheduler, 0, false);
    assert_int_equal(start(scheduler), 1);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

/* ---- crowded servers ---- */

/* Two servers; as many targets on each as the tests below need. */
#define ON_EACH ((size_t)100)

static pgm__scheduler *make_crowd(cap_pair caps) {
    pgm__slot slots[2 * ON_EACH];
    for (size_t i = 0; i < 2 * ON_EACH; i++) {
        slots[i] = (pgm__slot){.server = i / ON_EACH};
    }
    return make(slots, 2 * ON_EACH, caps);
}

static void r04_crowded_server_gets_half_as_many_and_the_other_one_as_before(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make_crowd((cap_pair){1000, 8});
    assert_int_equal(start_all(scheduler), 16);
    pgm__scheduler_crowded(scheduler, 0);
    for (size_t i = 0; i < 8; i++) {
        pgm__scheduler_ended(scheduler, i, true);
        pgm__scheduler_ended(scheduler, ON_EACH + i, true);
    }
    assert_int_equal(start_all(scheduler), 4 + 8);
    pgm__scheduler_free(scheduler);
}

static void r04_reports_of_one_crowd_count_once(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make_crowd((cap_pair){1000, 64});
    assert_int_equal(start_all(scheduler), 128);
    for (size_t i = 0; i < 64; i++) {
        pgm__scheduler_crowded(scheduler, i);
    }
    for (size_t i = 0; i < 64; i++) {
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_int_equal(start_all(scheduler), 32);
    pgm__scheduler_free(scheduler);
}

static void r04_crowded_again_at_the_next_try_halves_again(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make_crowd((cap_pair){1000, 64});
    assert_int_equal(start_all(scheduler), 128);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < 64; i++) {
            pgm__scheduler_crowded(scheduler, i);
        }
    }
    for (size_t i = 0; i < 64; i++) {
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_int_equal(start_all(scheduler), 16);
    pgm__scheduler_free(scheduler);
}

static void crowded_server_keeps_room_for_one(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make_crowd((cap_pair){1000, 5});
    assert_int_equal(start_all(scheduler), 10);
    for (size_t i = 0; i < 20; i++) {
        pgm__scheduler_crowded(scheduler, 0);
    }
    for (size_t i = 0; i < 5; i++) {
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_int_equal(start_all(scheduler), 1);
    pgm__scheduler_free(scheduler);
}

/* What could never run at once would be halved without any effect. */
static void cut_counts_from_jobs_when_that_is_the_lower_cap(void **state) {
    (void)state;
    pgm__slot slots[40] = {{0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), (cap_pair){8, 500});
    assert_int_equal(start_all(scheduler), 8);
    pgm__scheduler_crowded(scheduler, 0);
    for (size_t i = 0; i < 8; i++) {
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_int_equal(start_all(scheduler), 4);
    pgm__scheduler_free(scheduler);
}

/* Ends one running target of server 0 well, starts what may start, counts that server's places. */
static size_t places_after_success(pgm__scheduler *scheduler, size_t running, size_t *oldest) {
    pgm__scheduler_ended(scheduler, (*oldest)++, false);
    return running - 1 + start_all(scheduler);
}

static void cap_comes_back_one_by_one_and_not_above_the_setting(void **state) {
    (void)state;
    pgm__slot slots[60] = {{0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), (cap_pair){9, 4});
    assert_int_equal(start_all(scheduler), 4);
    pgm__scheduler_crowded(scheduler, 0);
    pgm__scheduler_ended(scheduler, 0, true);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start_all(scheduler), 0);
    size_t oldest = 2;
    size_t running = 2;
    const size_t expected[] = {2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
    for (size_t i = 0; i < COUNT(expected); i++) {
        running = places_after_success(scheduler, running, &oldest);
        assert_int_equal(running, expected[i]);
    }
    pgm__scheduler_free(scheduler);
}

static void failed_end_breaks_the_row_of_successes(void **state) {
    (void)state;
    pgm__slot slots[60] = {{0, 0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), (cap_pair){9, 4});
    assert_int_equal(start_all(scheduler), 4);
    pgm__scheduler_crowded(scheduler, 0);
    for (size_t i = 0; i < 20; i++) {
        pgm__scheduler_ended(scheduler, i, i % 2 == 0);
        (void)start_all(scheduler);
        assert_true(pgm__scheduler_running(scheduler) <= 3);
    }
    assert_int_equal(pgm__scheduler_running(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

static void scheduler_new_reports_every_failed_allocation(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {1, 1, 0}, {0, 2, 0}};
    const size_t server_caps[] = {2, 2};
    const size_t limits[] = {0, 0, 0};
    const pgm__schedule schedule = {.slots = slots,
                                    .count = 3,
                                    .server_caps = server_caps,
                                    .server_count = 2,
                                    .limits = limits,
                                    .wave_count = 3,
                                    .jobs = 2};
    size_t nth = 0;
    for (bool struck = true; struck;) {
        pgm__scheduler *scheduler = NULL;
        oom_arm(++nth);
        pgm_status status = pgm__scheduler_new(&scheduler, &schedule);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
        assert_true(struck == (scheduler == NULL));
        pgm__scheduler_free(scheduler);
    }
    assert_int_equal(nth, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheduler_starts_targets_in_the_order_given),
        cmocka_unit_test(scheduler_never_runs_more_than_jobs),
        cmocka_unit_test(f08_full_server_is_passed_over_for_the_next_one),
        cmocka_unit_test(f01_failed_target_does_not_hold_up_its_own_wave),
        cmocka_unit_test(empty_fleet_is_done_at_once),
        cmocka_unit_test(server_without_targets_does_no_harm),
        cmocka_unit_test(wave_is_over_when_all_of_it_has_ended_and_the_next_one_waits_to_be_let_go),
        cmocka_unit_test(f09_without_room_for_failures_the_first_one_ends_the_wave),
        cmocka_unit_test(f09_running_targets_drain_when_more_have_failed_than_may),
        cmocka_unit_test(f09_the_last_target_of_a_wave_may_be_the_one_too_many),
        cmocka_unit_test(each_wave_counts_its_own_failures),
        cmocka_unit_test(wave_that_fails_whole_is_followed_where_any_number_may_fail),
        cmocka_unit_test(f05_nothing_starts_after_stop),
        cmocka_unit_test(stop_before_the_first_start_ends_the_wave),
        cmocka_unit_test(target_that_hangs_holds_up_nobody_of_its_wave),
        cmocka_unit_test(targets_that_hang_on_one_server_hold_up_no_other_server),
        cmocka_unit_test(with_one_place_targets_start_in_the_order_given),
        cmocka_unit_test(each_server_has_a_cap_of_its_own),
        cmocka_unit_test(r04_crowded_server_gets_half_as_many_and_the_other_one_as_before),
        cmocka_unit_test(r04_reports_of_one_crowd_count_once),
        cmocka_unit_test(r04_crowded_again_at_the_next_try_halves_again),
        cmocka_unit_test(crowded_server_keeps_room_for_one),
        cmocka_unit_test(cut_counts_from_jobs_when_that_is_the_lower_cap),
        cmocka_unit_test(cap_comes_back_one_by_one_and_not_above_the_setting),
        cmocka_unit_test(failed_end_breaks_the_row_of_successes),
        cmocka_unit_test(scheduler_new_reports_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
