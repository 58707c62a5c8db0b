/* Groups of targets, and servers that have to be woken. */
#include <stdbool.h>

#include "engine/scheduler.h"
#include "support/cmocka_all.h"

#define NONE SIZE_MAX

#define SERVERS 5

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

/* ---- groups ---- */

/* One wave; servers without a cap that counts. */
static pgm__scheduler *make_grouped(const pgm__slot *slots, size_t count, const size_t *group_caps,
                                    size_t group_count) {
    static const size_t server_caps[SERVERS] = {9, 9, 9, 9, 9};
    static const size_t limit = PGM__NO_LIMIT;
    const pgm__schedule schedule = {.slots = slots,
                                    .count = count,
                                    .server_caps = server_caps,
                                    .server_count = SERVERS,
                                    .limits = &limit,
                                    .wave_count = 1,
                                    .jobs = 9,
                                    .group_caps = group_caps,
                                    .group_count = group_count};
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    return scheduler;
}

static void targets_of_one_group_count_together_whatever_servers_they_are_on(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 0, 0}, {3, 0, 2}};
    const size_t caps[] = {2, 1};
    pgm__scheduler *scheduler = make_grouped(slots, 5, caps, 2);
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 1);
    assert_int_equal(start(scheduler), 3);
    assert_int_equal(start(scheduler), 4);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 3, false);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

static void full_group_holds_up_no_other_target_of_its_server(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 1}, {0, 0, 1}, {0, 0, 0}, {0, 0, 2}};
    const size_t caps[] = {1, 1};
    pgm__scheduler *scheduler = make_grouped(slots, 4, caps, 2);
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 2);
    assert_int_equal(start(scheduler), 3);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), 1);
    pgm__scheduler_free(scheduler);
}

/* Neon's limit of computes that run is a project's, and each of them is a server by itself. */
static void r04_crowd_counts_for_the_whole_group(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 0, 1},
                               {0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {4, 0, 0}};
    const size_t caps[] = {4};
    pgm__scheduler *scheduler = make_grouped(slots, 8, caps, 1);
    assert_int_equal(start_all(scheduler), 5);
    for (size_t i = 0; i < 4; i++) {
        pgm__scheduler_crowded(scheduler, i);
    }
    pgm__scheduler_ended(scheduler, 0, true);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 2, false);
    assert_int_equal(start(scheduler), 4);
    assert_int_equal(start(scheduler), NONE);
    /* The second success in a row gives one place back. */
    pgm__scheduler_ended(scheduler, 3, false);
    assert_int_equal(start_all(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

/* With 32 jobs and no cap said, halves of 32 would not matter to three. */
static void cut_of_a_group_counts_from_what_it_has(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}};
    const size_t caps[] = {SIZE_MAX};
    pgm__scheduler *scheduler = make_grouped(slots, 3, caps, 1);
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_crowded(scheduler, 0);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

/* ---- servers that sleep ---- */

/* Server 4 does not. */
static pgm__scheduler *make_sleeping(const pgm__slot *slots, size_t count, size_t wake) {
    static const size_t server_caps[SERVERS] = {9, 9, 9, 9, 9};
    static const bool sleeps[SERVERS] = {true, true, true, true, false};
    static const size_t limit = PGM__NO_LIMIT;
    const pgm__schedule schedule = {.slots = slots,
                                    .count = count,
                                    .server_caps = server_caps,
                                    .server_count = SERVERS,
                                    .limits = &limit,
                                    .wave_count = 1,
                                    .jobs = 20,
                                    .sleeps = sleeps,
                                    .wake = wake};
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    return scheduler;
}

static void so_many_servers_are_woken_at_once_and_those_awake_need_no_permit(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {4, 0, 0}, {4, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make_sleeping(slots, 6, 1);
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 3);
    /* Of a server that is being woken already, and of one that does not sleep. */
    assert_int_equal(start(scheduler), 4);
    assert_int_equal(start(scheduler), 5);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_awake(scheduler, 5);
    pgm__scheduler_awake(scheduler, 0);
    assert_int_equal(start(scheduler), 1);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 0, false);
    pgm__scheduler_ended(scheduler, 3, false);
    pgm__scheduler_awake(scheduler, 4);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_awake(scheduler, 1);
    assert_int_equal(start(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

static void permit_comes_back_from_whoever_could_not_wake_its_server(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0, 0}, {1, 0, 0}, {0, 0, 0}};
    pgm__scheduler *scheduler = make_sleeping(slots, 3, 1);
    assert_int_equal(start(scheduler), 0);
    assert_int_equal(start(scheduler), 2);
    pgm__scheduler_ended(scheduler, 0, true);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 2, true);
    assert_int_equal(start(scheduler), 1);
    pgm__scheduler_free(scheduler);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_of_one_group_count_together_whatever_servers_they_are_on),
        cmocka_unit_test(full_group_holds_up_no_other_target_of_its_server),
        cmocka_unit_test(r04_crowd_counts_for_the_whole_group),
        cmocka_unit_test(cut_of_a_group_counts_from_what_it_has),
        cmocka_unit_test(so_many_servers_are_woken_at_once_and_those_awake_need_no_permit),
        cmocka_unit_test(permit_comes_back_from_whoever_could_not_wake_its_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
