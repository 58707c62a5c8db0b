/* Any fleet, against a slow and simple model; and a large one, by the clock. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/scheduler.h"
#include "support/cmocka_all.h"

#define NONE SIZE_MAX

enum { MAX_TARGETS = 60, MAX_SERVERS = 7, MAX_WAVES = 5 };

typedef struct model {
    pgm__slot slots[MAX_TARGETS];
    size_t count;
    size_t server_caps[MAX_SERVERS];
    size_t servers;
    size_t limits[MAX_WAVES];
    size_t waves;
    size_t jobs;
    enum { WAITING, RUNNING, ENDED } state[MAX_TARGETS];
    size_t wave;
    size_t failures; /* of the wave */
    size_t cap[MAX_SERVERS];
    size_t streak[MAX_SERVERS];
    unsigned cuts[MAX_SERVERS];
    unsigned seen[MAX_TARGETS];
    size_t hung; /* targets of this server end when no other runs; or NONE */
    bool stopped;
} model;

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return below == 0 ? 0 : (*seed >> 8) % below;
}

/* No wave is empty: the first targets have one each. */
static void draw_waves(model *m, uint32_t *seed) {
    m->waves = m->count == 0 ? 0 : 1 + draw(seed, MAX_WAVES);
    m->waves = m->waves > m->count ? m->count : m->waves;
    for (size_t i = 0; i < m->count; i++) {
        size_t wave = i < m->waves ? i : draw(seed, (uint32_t)m->waves);
        m->slots[i] = (pgm__slot){draw(seed, (uint32_t)m->servers), wave};
    }
    for (size_t i = 0; i < m->waves; i++) {
        static const size_t limits[] = {0, 0, 1, 3, PGM__NO_LIMIT};
        m->limits[i] = limits[draw(seed, 5)];
    }
}

static void model_init(model *m, uint32_t *seed) {
    memset(m, 0, sizeof *m);
    m->count = draw(seed, MAX_TARGETS + 1);
    m->servers = 1 + draw(seed, MAX_SERVERS);
    m->jobs = 1 + draw(seed, 20);
    m->hung = draw(seed, 3) == 0 ? draw(seed, (uint32_t)m->servers) : NONE;
    draw_waves(m, seed);
    for (size_t i = 0; i < m->servers; i++) {
        m->server_caps[i] = 1 + draw(seed, 9);
        m->cap[i] = m->server_caps[i] < m->jobs ? m->server_caps[i] : m->jobs;
    }
}

static size_t model_running(const model *m, size_t server) {
    size_t running = 0;
    for (size_t i = 0; i < m->count; i++) {
        running += m->state[i] == RUNNING && (server == NONE || m->slots[i].server == server);
    }
    return running;
}

static bool model_may_start(const model *m) {
    return !m->stopped && m->wave < m->waves && m->failures <= m->limits[m->wave];
}

/* Which target must start now: of the server with room on which the fewest run the first one of the
 * wave. */
static size_t model_next(const model *m) {
    if (!model_may_start(m) || model_running(m, NONE) >= m->jobs) {
        return NONE;
    }
    size_t next = NONE;
    for (size_t i = 0; i < m->count; i++) {
        size_t running = model_running(m, m->slots[i].server);
        if (m->state[i] == WAITING && m->slots[i].wave == m->wave &&
            running < m->cap[m->slots[i].server] &&
            (next == NONE || running < model_running(m, m->slots[next].server))) {
            next = i;
        }
    }
    return next;
}

static size_t model_waiting(const model *m) {
    size_t waiting = 0;
    for (size_t i = 0; i < m->count; i++) {
        waiting += m->state[i] == WAITING && m->slots[i].wave == m->wave;
    }
    return waiting;
}

static bool model_over(const model *m) {
    return model_running(m, NONE) == 0 && (model_waiting(m) == 0 || !model_may_start(m));
}

static void model_end(model *m, size_t target, bool failed) {
    size_t server = m->slots[target].server;
    size_t most = m->server_caps[server] < m->jobs ? m->server_caps[server] : m->jobs;
    m->state[target] = ENDED;
    m->failures += failed;
    m->streak[server] = failed ? 0 : m->streak[server] + 1;
    if (m->streak[server] >= m->cap[server]) {
        m->streak[server] = 0;
        m->cap[server] += m->cap[server] < most ? 1 : 0;
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

static bool model_hangs(const model *m, size_t target) {
    return m->state[target] == RUNNING && m->slots[target].server == m->hung;
}

/* Those that hang only when no others are left. */
static size_t any_running(const model *m, uint32_t *seed) {
    size_t hanging = m->hung == NONE ? 0 : model_running(m, m->hung);
    size_t running = model_running(m, NONE);
    bool spared = hanging > 0 && running > hanging;
    size_t nth = draw(seed, (uint32_t)(running - (spared ? hanging : 0)));
    for (size_t i = 0; i < m->count; i++) {
        if (m->state[i] == RUNNING && !(spared && model_hangs(m, i)) && nth-- == 0) {
            return i;
        }
    }
    return NONE;
}

/* Targets that hang have the places of their server, and of the run at most all but one as long as
 * another server has targets waiting: when nothing else runs, nobody waits but behind them. */
static void check_nobody_is_held_up(const model *m) {
    if (m->hung == NONE || model_running(m, m->hung) < model_running(m, NONE) ||
        !model_may_start(m) || m->jobs == 1) {
        return;
    }
    for (size_t i = 0; i < m->count; i++) {
        bool waits = m->state[i] == WAITING && m->slots[i].wave == m->wave;
        assert_true(!waits || m->slots[i].server == m->hung);
    }
}

static void check_starts(model *m, pgm__scheduler *scheduler) {
    for (;;) {
        size_t expected = model_next(m);
        size_t target = NONE;
        bool started = pgm__scheduler_next(scheduler, &target);
        assert_int_equal(target, expected);
        assert_true(started == (expected != NONE));
        if (expected == NONE) {
            break;
        }
        m->state[expected] = RUNNING;
        m->seen[expected] = m->cuts[m->slots[expected].server];
        size_t server = m->slots[expected].server;
        assert_true(model_running(m, server) <= m->server_caps[server]);
        assert_true(pgm__scheduler_running(scheduler) <= m->jobs);
    }
    check_nobody_is_held_up(m);
    assert_true(pgm__scheduler_wave_over(scheduler) == model_over(m));
    assert_int_equal(pgm__scheduler_wave(scheduler), m->wave);
}

static void something_happens(model *m, pgm__scheduler *scheduler, uint32_t *seed,
                              uint32_t failing) {
    size_t target = any_running(m, seed);
    assert_int_not_equal(target, NONE); /* else the run would hang here */
    uint32_t what = draw(seed, 100);
    if (what < 15) {
        pgm__scheduler_crowded(scheduler, target);
        model_crowded(m, target);
    } else if (what == 99) {
        pgm__scheduler_stop(scheduler);
        m->stopped = true;
    } else {
        bool failed = draw(seed, 100) < failing;
        pgm__scheduler_ended(scheduler, target, failed);
        model_end(m, target, failed);
    }
}

/* True: there is a next wave, and it has begun. */
static bool goes_on(model *m, pgm__scheduler *scheduler) {
    bool exceeded = m->wave < m->waves && m->failures > m->limits[m->wave];
    assert_true(pgm__scheduler_exceeded(scheduler) == exceeded);
    if (m->stopped || exceeded || m->wave >= m->waves) {
        return false;
    }
    m->wave++;
    m->failures = 0;
    assert_true(pgm__scheduler_next_wave(scheduler) == (m->wave < m->waves));
    return m->wave < m->waves;
}

/* All of the waves that ended have ended, and nothing of those behind has begun. */
static void check_end(const model *m) {
    for (size_t i = 0; i < m->count; i++) {
        if (m->slots[i].wave < m->wave) {
            assert_int_equal(m->state[i], ENDED);
        } else if (m->slots[i].wave > m->wave) {
            assert_int_equal(m->state[i], WAITING);
        } else {
            assert_int_not_equal(m->state[i], RUNNING);
        }
    }
}

static void run_any_fleet(uint32_t seed) {
    model m;
    model_init(&m, &seed);
    const pgm__schedule schedule = {.slots = m.slots,
                                    .count = m.count,
                                    .server_caps = m.server_caps,
                                    .server_count = m.servers,
                                    .limits = m.limits,
                                    .wave_count = m.waves,
                                    .jobs = m.jobs};
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    static const uint32_t chances[] = {0, 2, 8, 30, 100};
    uint32_t failing = chances[draw(&seed, 5)];
    do {
        check_starts(&m, scheduler);
        while (!pgm__scheduler_wave_over(scheduler)) {
            something_happens(&m, scheduler, &seed, failing);
            check_starts(&m, scheduler);
        }
    } while (goes_on(&m, scheduler));
    check_end(&m);
    pgm__scheduler_free(scheduler);
}

/* The model is asked before every start, so this proves the order, that no cap is ever passed, that
 * nothing starts behind a failure too many or before its wave, that no target is taken twice, that
 * a server on which all hang holds up no other one, and that a run comes to its end. */
static void f09_any_fleet_goes_as_the_simple_model_says(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 5000; seed++) {
        run_any_fleet(seed);
    }
}

/* ---- size ---- */

static void f07_hundred_thousand_targets_cost_less_than_a_second(void **state) {
    (void)state;
    enum { MANY = 100000, SERVERS = 500, WAVES = 3 };
    static size_t server_caps[SERVERS];
    static const size_t limits[WAVES] = {0, 0, 0};
    pgm__slot *slots = calloc(MANY, sizeof *slots);
    size_t *running = calloc(MANY, sizeof *running);
    assert_non_null(slots);
    assert_non_null(running);
    for (size_t i = 0; i < MANY; i++) {
        slots[i] = (pgm__slot){.server = (i * 7919) % SERVERS, .wave = i % WAVES};
    }
    for (size_t i = 0; i < SERVERS; i++) {
        server_caps[i] = 8;
    }
    const pgm__schedule schedule = {slots, MANY, server_caps, SERVERS, limits, WAVES, 4000};
    clock_t begin = clock();
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, &schedule), PGM_OK);
    size_t first = 0;
    size_t last = 0;
    do {
        while (!pgm__scheduler_wave_over(scheduler)) {
            while (pgm__scheduler_next(scheduler, &running[last])) {
                last++;
            }
            assert_true(first < last);
            pgm__scheduler_ended(scheduler, running[first++], false);
        }
    } while (pgm__scheduler_next_wave(scheduler));
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(last, MANY);
    print_message("100,000 targets: %.3f s\n", seconds);
    assert_true(seconds < 1.0);
    pgm__scheduler_free(scheduler);
    free(slots);
    free(running);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f09_any_fleet_goes_as_the_simple_model_says),
        cmocka_unit_test(f07_hundred_thousand_targets_cost_less_than_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
