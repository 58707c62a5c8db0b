#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/scheduler.h"
#include "support/cmocka_all.h"
#include "support/oom.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE         SIZE_MAX

static pgm__scheduler *make(const pgm__slot *slots, size_t count, size_t servers, pgm__caps caps) {
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, slots, count, servers, &caps), PGM_OK);
    return scheduler;
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
    const pgm__slot slots[] = {{1, 0}, {0, 0}, {1, 0}, {0, 0}};
    pgm__scheduler *scheduler = make(slots, 4, 2, (pgm__caps){9, 9, 0});
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(start(scheduler), i);
    }
    assert_int_equal(start(scheduler), NONE);
    assert_int_equal(pgm__scheduler_running(scheduler), 4);
    assert_false(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void scheduler_never_runs_more_than_jobs(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {1, 0}, {2, 0}};
    pgm__scheduler *scheduler = make(slots, 3, 3, (pgm__caps){2, 9, 0});
    assert_int_equal(start_all(scheduler), 2);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), 2);
    pgm__scheduler_free(scheduler);
}

static void f08_full_server_is_passed_over_for_the_next_one(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {0, 0}, {0, 0}, {1, 0}, {1, 0}};
    pgm__scheduler *scheduler = make(slots, 5, 2, (pgm__caps){64, 1, 0});
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
    const pgm__slot slots[] = {{0, 0}, {0, 0}, {0, 0}};
    pgm__scheduler *scheduler = make(slots, 3, 1, (pgm__caps){1, 1, 0});
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(start(scheduler), i);
        pgm__scheduler_ended(scheduler, i, true);
    }
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void empty_fleet_is_done_at_once(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make(NULL, 0, 0, (pgm__caps){1, 1, 0});
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
    pgm__scheduler_free(NULL);
}

static void server_without_targets_does_no_harm(void **state) {
    (void)state;
    const pgm__slot slots[] = {{3, 0}};
    pgm__scheduler *scheduler = make(slots, 1, 5, (pgm__caps){1, 1, 0});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

/* ---- waves ---- */

static void wave_waits_until_all_of_the_one_before_has_ended(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 10}, {0, -5}, {0, -5}, {0, 0}};
    pgm__scheduler *scheduler = make(slots, 4, 1, (pgm__caps){9, 9, 0});
    assert_int_equal(start(scheduler), 1);
    assert_int_equal(start(scheduler), 2);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 2, false);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 1, false);
    assert_int_equal(start(scheduler), 3);
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_ended(scheduler, 3, false);
    assert_false(pgm__scheduler_done(scheduler));
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void wave_numbers_may_be_the_extremes_of_their_type(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, INT64_MAX}, {0, 0}, {0, INT64_MIN}};
    pgm__scheduler *scheduler = make(slots, 3, 1, (pgm__caps){9, 9, 0});
    for (size_t i = 3; i > 0; i--) {
        assert_int_equal(start(scheduler), i - 1);
        pgm__scheduler_ended(scheduler, i - 1, false);
    }
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void f09_failed_canary_keeps_later_waves_from_starting(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 1}, {0, 0}, {0, 0}, {0, 0}};
    pgm__scheduler *scheduler = make(slots, 4, 1, (pgm__caps){2, 2, 0});
    assert_int_equal(start_all(scheduler), 2);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start(scheduler), 3);
    pgm__scheduler_ended(scheduler, 2, false);
    assert_false(pgm__scheduler_done(scheduler));
    pgm__scheduler_ended(scheduler, 3, false);
    assert_true(pgm__scheduler_done(scheduler));
    assert_int_equal(start(scheduler), NONE);
    pgm__scheduler_free(scheduler);
}

static void f09_running_targets_drain_when_the_limit_of_failures_is_reached(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
    pgm__scheduler *scheduler = make(slots, 5, 1, (pgm__caps){3, 3, 2});
    assert_int_equal(start_all(scheduler), 3);
    pgm__scheduler_ended(scheduler, 0, true);
    assert_int_equal(start(scheduler), 3);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_done(scheduler));
    pgm__scheduler_ended(scheduler, 2, false);
    pgm__scheduler_ended(scheduler, 3, false);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void waves_go_on_below_the_limit_of_failures(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {0, 1}, {0, 2}};
    pgm__scheduler *scheduler = make(slots, 3, 1, (pgm__caps){1, 1, 2});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_ended(scheduler, 0, true);
    assert_int_equal(start(scheduler), 1);
    pgm__scheduler_ended(scheduler, 1, true);
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void f05_nothing_starts_after_stop(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {0, 0}, {0, 1}};
    pgm__scheduler *scheduler = make(slots, 3, 1, (pgm__caps){1, 1, 0});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_stop(scheduler);
    assert_int_equal(start(scheduler), NONE);
    assert_false(pgm__scheduler_done(scheduler));
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void stop_at_the_end_of_a_wave_keeps_the_next_one_from_starting(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {0, 1}};
    pgm__scheduler *scheduler = make(slots, 2, 1, (pgm__caps){1, 1, 0});
    assert_int_equal(start(scheduler), 0);
    pgm__scheduler_stop(scheduler);
    pgm__scheduler_ended(scheduler, 0, false);
    assert_int_equal(start(scheduler), NONE);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

static void stop_before_the_first_start_is_done(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}};
    pgm__scheduler *scheduler = make(slots, 1, 1, (pgm__caps){1, 1, 0});
    pgm__scheduler_stop(scheduler);
    assert_true(pgm__scheduler_done(scheduler));
    pgm__scheduler_free(scheduler);
}

/* ---- crowded servers ---- */

/* Two servers; as many targets on each as the tests below need. */
#define ON_EACH ((size_t)100)

static pgm__scheduler *make_crowd(pgm__caps caps) {
    pgm__slot slots[2 * ON_EACH];
    for (size_t i = 0; i < 2 * ON_EACH; i++) {
        slots[i] = (pgm__slot){.server = i / ON_EACH};
    }
    return make(slots, 2 * ON_EACH, 2, caps);
}

static void r04_crowded_server_gets_half_as_many_and_the_other_one_as_before(void **state) {
    (void)state;
    pgm__scheduler *scheduler = make_crowd((pgm__caps){1000, 8, 0});
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
    pgm__scheduler *scheduler = make_crowd((pgm__caps){1000, 64, 0});
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
    pgm__scheduler *scheduler = make_crowd((pgm__caps){1000, 64, 0});
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
    pgm__scheduler *scheduler = make_crowd((pgm__caps){1000, 5, 0});
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
    pgm__slot slots[40] = {{0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), 1, (pgm__caps){8, 500, 0});
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
    pgm__slot slots[60] = {{0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), 1, (pgm__caps){9, 4, 0});
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
    pgm__slot slots[60] = {{0, 0}};
    pgm__scheduler *scheduler = make(slots, COUNT(slots), 1, (pgm__caps){9, 4, 0});
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

/* ---- any fleet, against a slow and simple model ---- */

enum { MAX_TARGETS = 60, MAX_SERVERS = 7 };

typedef struct model {
    pgm__slot slots[MAX_TARGETS];
    size_t count;
    size_t servers;
    pgm__caps caps;
    enum { WAITING, RUNNING, ENDED } state[MAX_TARGETS];
    size_t cap[MAX_SERVERS];
    size_t streak[MAX_SERVERS];
    unsigned cuts[MAX_SERVERS];
    unsigned seen[MAX_TARGETS];
    size_t failures;
    bool stopped;
} model;

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return below == 0 ? 0 : (*seed >> 8) % below;
}

static void model_init(model *m, uint32_t *seed) {
    memset(m, 0, sizeof *m);
    m->count = draw(seed, MAX_TARGETS + 1);
    m->servers = 1 + draw(seed, MAX_SERVERS);
    uint32_t waves = 1 + draw(seed, 4);
    for (size_t i = 0; i < m->count; i++) {
        m->slots[i] = (pgm__slot){draw(seed, (uint32_t)m->servers), (int64_t)draw(seed, waves) - 2};
    }
    m->caps = (pgm__caps){1 + draw(seed, 20), 1 + draw(seed, 9), draw(seed, 3) * draw(seed, 9)};
    for (size_t i = 0; i < m->servers; i++) {
        m->cap[i] = m->caps.per_server < m->caps.jobs ? m->caps.per_server : m->caps.jobs;
    }
}

static size_t model_running(const model *m, size_t server) {
    size_t running = 0;
    for (size_t i = 0; i < m->count; i++) {
        running += m->state[i] == RUNNING && (server == NONE || m->slots[i].server == server);
    }
    return running;
}

/* The lowest wave that has not ended; false when all have. */
static bool model_wave(const model *m, int64_t *wave) {
    bool found = false;
    for (size_t i = 0; i < m->count; i++) {
        if (m->state[i] != ENDED && (!found || m->slots[i].wave < *wave)) {
            *wave = m->slots[i].wave;
            found = true;
        }
    }
    return found;
}

static bool model_wave_begun(const model *m, int64_t wave) {
    for (size_t i = 0; i < m->count; i++) {
        if (m->slots[i].wave == wave && m->state[i] != WAITING) {
            return true;
        }
    }
    return false;
}

/* Which target must start now. */
static size_t model_next(const model *m) {
    int64_t wave = 0;
    bool limit = m->caps.max_failures > 0;
    if (m->stopped || (limit && m->failures >= m->caps.max_failures) ||
        model_running(m, NONE) >= m->caps.jobs || !model_wave(m, &wave) ||
        (!limit && m->failures > 0 && !model_wave_begun(m, wave))) {
        return NONE;
    }
    for (size_t i = 0; i < m->count; i++) {
        size_t server = m->slots[i].server;
        if (m->state[i] == WAITING && m->slots[i].wave == wave &&
            model_running(m, server) < m->cap[server]) {
            return i;
        }
    }
    return NONE;
}

static void model_end(model *m, size_t target, bool failed) {
    size_t server = m->slots[target].server;
    m->state[target] = ENDED;
    m->failures += failed;
    m->streak[server] = failed ? 0 : m->streak[server] + 1;
    if (m->streak[server] >= m->cap[server]) {
        m->streak[server] = 0;
        m->cap[server] += m->cap[server] < m->caps.per_server && m->cap[server] < m->caps.jobs ? 1
                                                                                               : 0;
    }
}

static void model_crowded(model *m, size_t target) {
    size_t server = m->slots[target].server;
    m->streak[server] = 0;
    if (m->seen[target] == m->cuts[server]) {
        m->cap[server] = m->cap[server] > 1 ? m->cap[server] / 2 : 1;
        m->cuts[server]++;
    }
    m->seen[target] = m->cuts[server];
}

static size_t any_running(const model *m, uint32_t *seed) {
    size_t nth = draw(seed, (uint32_t)model_running(m, NONE));
    for (size_t i = 0; i < m->count; i++) {
        if (m->state[i] == RUNNING && nth-- == 0) {
            return i;
        }
    }
    return NONE;
}

static void check_starts(model *m, pgm__scheduler *scheduler) {
    for (;;) {
        size_t expected = model_next(m);
        assert_int_equal(start(scheduler), expected);
        if (expected == NONE) {
            return;
        }
        m->state[expected] = RUNNING;
        m->seen[expected] = m->cuts[m->slots[expected].server];
        assert_true(model_running(m, m->slots[expected].server) <= m->caps.per_server);
        assert_true(pgm__scheduler_running(scheduler) <= m->caps.jobs);
    }
}

static void run_any_fleet(uint32_t seed) {
    model m;
    model_init(&m, &seed);
    pgm__scheduler *scheduler = make(m.slots, m.count, m.servers, m.caps);
    uint32_t failing = draw(&seed, 12);
    check_starts(&m, scheduler);
    while (!pgm__scheduler_done(scheduler)) {
        size_t target = any_running(&m, &seed);
        assert_int_not_equal(target, NONE); /* else the run would hang here */
        uint32_t what = draw(&seed, 100);
        if (what < 15) {
            pgm__scheduler_crowded(scheduler, target);
            model_crowded(&m, target);
        } else if (what == 99) {
            pgm__scheduler_stop(scheduler);
            m.stopped = true;
        } else {
            bool failed = draw(&seed, 100) < failing;
            pgm__scheduler_ended(scheduler, target, failed);
            model_end(&m, target, failed);
        }
        check_starts(&m, scheduler);
    }
    assert_int_equal(model_running(&m, NONE), 0);
    pgm__scheduler_free(scheduler);
}

/* The model is asked before every start, so this proves the order, that no cap is ever passed, that
 * no target is taken twice, and that a run comes to its end. */
static void any_fleet_goes_as_the_simple_model_says(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        run_any_fleet(seed);
    }
}

/* ---- size ---- */

static void f07_hundred_thousand_targets_cost_less_than_a_second(void **state) {
    (void)state;
    enum { MANY = 100000, SERVERS = 500 };
    pgm__slot *slots = calloc(MANY, sizeof *slots);
    size_t *running = calloc(MANY, sizeof *running);
    assert_non_null(slots);
    assert_non_null(running);
    for (size_t i = 0; i < MANY; i++) {
        slots[i] = (pgm__slot){.server = (i * 7919) % SERVERS, .wave = (int64_t)(i % 3)};
    }
    clock_t begin = clock();
    pgm__scheduler *scheduler = make(slots, MANY, SERVERS, (pgm__caps){4000, 8, 0});
    size_t first = 0;
    size_t last = 0;
    while (!pgm__scheduler_done(scheduler)) {
        while (pgm__scheduler_next(scheduler, &running[last])) {
            last++;
        }
        assert_true(first < last);
        pgm__scheduler_ended(scheduler, running[first++], false);
    }
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(last, MANY);
    print_message("100,000 targets: %.3f s\n", seconds);
    assert_true(seconds < 1.0);
    pgm__scheduler_free(scheduler);
    free(slots);
    free(running);
}

static void scheduler_new_reports_every_failed_allocation(void **state) {
    (void)state;
    const pgm__slot slots[] = {{0, 0}, {1, 1}, {0, 2}};
    pgm__caps caps = {2, 2, 0};
    size_t nth = 0;
    for (bool struck = true; struck;) {
        pgm__scheduler *scheduler = NULL;
        oom_arm(++nth);
        pgm_status status = pgm__scheduler_new(&scheduler, slots, 3, 2, &caps);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
        assert_true(struck == (scheduler == NULL));
        pgm__scheduler_free(scheduler);
    }
    assert_int_equal(nth, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheduler_starts_targets_in_the_order_given),
        cmocka_unit_test(scheduler_never_runs_more_than_jobs),
        cmocka_unit_test(f08_full_server_is_passed_over_for_the_next_one),
        cmocka_unit_test(f01_failed_target_does_not_hold_up_its_own_wave),
        cmocka_unit_test(empty_fleet_is_done_at_once),
        cmocka_unit_test(server_without_targets_does_no_harm),
        cmocka_unit_test(wave_waits_until_all_of_the_one_before_has_ended),
        cmocka_unit_test(wave_numbers_may_be_the_extremes_of_their_type),
        cmocka_unit_test(f09_failed_canary_keeps_later_waves_from_starting),
        cmocka_unit_test(f09_running_targets_drain_when_the_limit_of_failures_is_reached),
        cmocka_unit_test(waves_go_on_below_the_limit_of_failures),
        cmocka_unit_test(f05_nothing_starts_after_stop),
        cmocka_unit_test(stop_at_the_end_of_a_wave_keeps_the_next_one_from_starting),
        cmocka_unit_test(stop_before_the_first_start_is_done),
        cmocka_unit_test(r04_crowded_server_gets_half_as_many_and_the_other_one_as_before),
        cmocka_unit_test(r04_reports_of_one_crowd_count_once),
        cmocka_unit_test(r04_crowded_again_at_the_next_try_halves_again),
        cmocka_unit_test(crowded_server_keeps_room_for_one),
        cmocka_unit_test(cut_counts_from_jobs_when_that_is_the_lower_cap),
        cmocka_unit_test(cap_comes_back_one_by_one_and_not_above_the_setting),
        cmocka_unit_test(failed_end_breaks_the_row_of_successes),
        cmocka_unit_test(any_fleet_goes_as_the_simple_model_says),
        cmocka_unit_test(f07_hundred_thousand_targets_cost_less_than_a_second),
        cmocka_unit_test(scheduler_new_reports_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
