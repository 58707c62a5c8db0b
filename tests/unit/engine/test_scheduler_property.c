/* Any fleet, against a slow and simple model; and a large one, by the clock. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/scheduler.h"
#include "support/cmocka_all.h"

#define NONE SIZE_MAX

enum { MAX_TARGETS = 60, MAX_SERVERS = 7, MAX_WAVES = 5, MAX_GROUPS = 6 };

/* What is known of a server's cap, or of a group's. */
typedef struct room {
    size_t cap;
    size_t most;
    size_t streak;
    unsigned cuts;
} room;

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
    room server[MAX_SERVERS];
    room group[MAX_GROUPS + 1]; /* number 0: those that have none */
    size_t groups;
    size_t group_caps[MAX_GROUPS];
    bool sleeps[MAX_SERVERS];
    bool asleep[MAX_SERVERS];
    size_t wake;
    unsigned seen[MAX_TARGETS];
    unsigned seen_of_group[MAX_TARGETS];
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
        m->slots[i] = (pgm__slot){.server = draw(seed, (uint32_t)m->servers), .wave = wave};
    }
    for (size_t i = 0; i < m->waves; i++) {
        static const size_t limits[] = {0, 0, 1, 3, PGM__NO_LIMIT};
        m->limits[i] = limits[draw(seed, 5)];
    }
}

/* In half of all fleets none. They lie across servers as it comes, or each is on one server, or
 * each server in one group. */
static void draw_groups(model *m, uint32_t *seed) {
    m->groups = draw(seed, 2) == 0 ? 0 : 1 + draw(seed, MAX_GROUPS);
    uint32_t shape = draw(seed, 3);
    size_t members[MAX_GROUPS + 1] = {0};
    for (size_t i = 0; i < m->count && m->groups > 0; i++) {
        size_t any = draw(seed, (uint32_t)m->groups + 1);
        size_t nested = m->slots[i].server % (m->groups + 1);
        m->slots[i].group = shape == 0 ? nested : any;
        if (shape == 1 && any > 0) {
            m->slots[i].server = any % m->servers;
        }
        members[m->slots[i].group]++;
    }
    m->group[0] = (room){.cap = SIZE_MAX, .most = SIZE_MAX};
    for (size_t i = 1; i <= m->groups; i++) {
        size_t cap = 1 + draw(seed, 5);
        m->group_caps[i - 1] = cap;
        cap = members[i] > 0 && members[i] < cap ? members[i] : cap;
        cap = cap < m->jobs ? cap : m->jobs;
        m->group[i] = (room){.cap = cap, .most = cap};
    }
}

static void draw_sleep(model *m, uint32_t *seed) {
    uint32_t chance = draw(seed, 4);
    m->wake = 1 + draw(seed, 4);
    for (size_t i = 0; i < m->servers; i++) {
        m->sleeps[i] = m->asleep[i] = draw(seed, 3) < chance;
    }
}

static void model_init(model *m, uint32_t *seed) {
    memset(m, 0, sizeof *m);
    m->count = draw(seed, MAX_TARGETS + 1);
    m->servers = 1 + draw(seed, MAX_SERVERS);
    m->jobs = 1 + draw(seed, 20);
    m->hung = draw(seed, 3) == 0 ? draw(seed, (uint32_t)m->servers) : NONE;
    draw_waves(m, seed);
    draw_groups(m, seed);
    draw_sleep(m, seed);
    for (size_t i = 0; i < m->servers; i++) {
        m->server_caps[i] = 1 + draw(seed, 9);
        size_t cap = m->server_caps[i] < m->jobs ? m->server_caps[i] : m->jobs;
        m->server[i] = (room){.cap = cap, .most = cap};
    }
}

static size_t model_running(const model *m, size_t server) {
    size_t running = 0;
    for (size_t i = 0; i < m->count; i++) {
        running += m->state[i] == RUNNING && (server == NONE || m->slots[i].server == server);
    }
    return running;
}

static size_t model_running_of_group(const model *m, size_t group) {
    size_t running = 0;
    for (size_t i = 0; i < m->count; i++) {
        running += m->state[i] == RUNNING && m->slots[i].group == group;
    }
    return running;
}

static bool model_needs_permit(const model *m, size_t server) {
    return m->asleep[server] && model_running(m, server) == 0;
}

static size_t model_waking(const model *m) {
    size_t waking = 0;
    for (size_t i = 0; i < m->servers; i++) {
        waking += m->asleep[i] && model_running(m, i) > 0;
    }
    return waking;
}

static bool model_may_start(const model *m) {
    return !m->stopped && m->wave < m->waves && m->failures <= m->limits[m->wave];
}

/* May this one start, as far as caps and permits go? */
static bool model_may_start_one(const model *m, size_t target) {
    const pgm__slot *slot = &m->slots[target];
    return m->state[target] == WAITING && slot->wave == m->wave &&
           model_running(m, slot->server) < m->server[slot->server].cap &&
           model_running_of_group(m, slot->group) < m->group[slot->group].cap &&
           (!model_needs_permit(m, slot->server) || model_waking(m) < m->wake);
}

/* Which target must start now: of the server with room on which the fewest run the first one of the
 * wave. Where there are groups it may be another one. */
static size_t model_next(const model *m) {
    if (!model_may_start(m) || model_running(m, NONE) >= m->jobs) {
        return NONE;
    }
    size_t next = NONE;
    for (size_t i = 0; i < m->count; i++) {
        size_t running = model_running(m, m->slots[i].server);
        if (model_may_start_one(m, i) &&
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

static void room_end(room *of, bool failed) {
    of->streak = failed ? 0 : of->streak + 1;
    if (of->streak >= of->cap) {
        of->streak = 0;
        of->cap += of->cap < of->most ? 1 : 0;
    }
}

static void model_end(model *m, size_t target, bool failed) {
    m->state[target] = ENDED;
    m->failures += failed;
    room_end(&m->server[m->slots[target].server], failed);
    room_end(&m->group[m->slots[target].group], failed);
}

static void room_crowded(room *of, unsigned *seen) {
    of->streak = 0;
    if (*seen == of->cuts) {
        of->cap = of->cap > 1 ? of->cap / 2 : 1;
        of->cuts++;
    }
    *seen = of->cuts;
}

static void model_crowded(model *m, size_t target) {
    room_crowded(&m->server[m->slots[target].server], &m->seen[target]);
    if (m->slots[target].group > 0) {
        room_crowded(&m->group[m->slots[target].group], &m->seen_of_group[target]);
    }
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

/* Whoever waited for a permit or for its group left its place of the run to those that hang. */
static bool holds_back(const model *m) {
    bool any = m->groups > 0;
    for (size_t i = 0; i < m->servers; i++) {
        any = any || m->sleeps[i];
    }
    return any;
}

/* Targets that hang have the places of their server, and of the run at most all but one as long as
 * another server has targets waiting: when nothing else runs, nobody waits but behind them. */
static void check_nobody_is_held_up(const model *m) {
    if (m->hung == NONE || holds_back(m) || model_running(m, m->hung) < model_running(m, NONE) ||
        !model_may_start(m) || m->jobs == 1) {
        return;
    }
    for (size_t i = 0; i < m->count; i++) {
        bool waits = m->state[i] == WAITING && m->slots[i].wave == m->wave;
        assert_true(!waits || m->slots[i].server == m->hung);
    }
}

/* Of its server and its group. */
static void check_is_first(const model *m, size_t target) {
    for (size_t i = 0; i < target; i++) {
        assert_true(m->state[i] != WAITING || m->slots[i].wave != m->wave ||
                    m->slots[i].server != m->slots[target].server ||
                    m->slots[i].group != m->slots[target].group);
    }
}

static void start(model *m, size_t target) {
    const pgm__slot *slot = &m->slots[target];
    m->state[target] = RUNNING;
    m->seen[target] = m->server[slot->server].cuts;
    m->seen_of_group[target] = m->group[slot->group].cuts;
    assert_true(model_running(m, slot->server) <= m->server_caps[slot->server]);
    assert_true(slot->group == 0 ||
                model_running_of_group(m, slot->group) <= m->group_caps[slot->group - 1]);
    assert_true(model_waking(m) <= m->wake);
}

static void check_starts(model *m, pgm__scheduler *scheduler) {
    for (;;) {
        size_t expected = model_next(m);
        size_t target = NONE;
        bool started = pgm__scheduler_next(scheduler, &target);
        assert_true(started == (expected != NONE));
        if (!started) {
            break;
        }
        assert_true(target == expected || m->groups > 0);
        assert_true(model_may_start_one(m, target));
        check_is_first(m, target);
        start(m, target);
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
    } else if (what < 40) {
        pgm__scheduler_awake(scheduler, target);
        m->asleep[m->slots[target].server] = false;
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
                                    .jobs = m.jobs,
                                    .group_caps = m.group_caps,
                                    .group_count = m.groups,
                                    .sleeps = m.sleeps,
                                    .wake = m.wake};
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

/* The model is asked before every start, so this proves the order, that no cap of a server or group
 * is ever passed, that no more sleeping servers are woken at once than may be, that whoever may
 * start does (a permit that is missing holds up nobody who needs none), that nothing starts behind
 * a failure too many or before its wave, that no target is taken twice, that a server on which all
 * hang holds up no other one, and that a run comes to its end. */
static void f09_any_fleet_goes_as_the_simple_model_says(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 5000; seed++) {
        run_any_fleet(seed);
    }
}

/* ---- size ---- */

/* Runs all of them, those that started first end first, and is done in less than a second. */
static void assert_quick(const char *what, const pgm__schedule *schedule) {
    size_t *running = calloc(schedule->count, sizeof *running);
    assert_non_null(running);
    clock_t begin = clock();
    pgm__scheduler *scheduler = NULL;
    assert_int_equal(pgm__scheduler_new(&scheduler, schedule), PGM_OK);
    size_t first = 0;
    size_t last = 0;
    do {
        while (!pgm__scheduler_wave_over(scheduler)) {
            while (pgm__scheduler_next(scheduler, &running[last])) {
                last++;
            }
            assert_true(first < last);
            pgm__scheduler_awake(scheduler, running[first]);
            pgm__scheduler_ended(scheduler, running[first++], false);
        }
    } while (pgm__scheduler_next_wave(scheduler));
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(last, schedule->count);
    print_message("100,000 targets %s: %.3f s\n", what, seconds);
    assert_true(seconds < 1.0);
    pgm__scheduler_free(scheduler);
    free(running);
}

static void f07_hundred_thousand_targets_cost_less_than_a_second(void **state) {
    (void)state;
    enum { MANY = 100000, SERVERS = 500, WAVES = 3 };
    static size_t server_caps[SERVERS];
    static const size_t limits[WAVES] = {0, 0, 0};
    pgm__slot *slots = calloc(MANY, sizeof *slots);
    assert_non_null(slots);
    for (size_t i = 0; i < MANY; i++) {
        slots[i] = (pgm__slot){.server = (i * 7919) % SERVERS, .wave = i % WAVES};
    }
    for (size_t i = 0; i < SERVERS; i++) {
        server_caps[i] = 8;
    }
    const pgm__schedule schedule = {.slots = slots,
                                    .count = MANY,
                                    .server_caps = server_caps,
                                    .server_count = SERVERS,
                                    .limits = limits,
                                    .wave_count = WAVES,
                                    .jobs = 4000};
    assert_quick("of 500 servers", &schedule);
    free(slots);
}

/* Each target a server of its own that sleeps: all of them in one group, or in ten thousand. */
static void f07_nor_do_as_many_that_sleep_in_groups(void **state) {
    (void)state;
    enum { MANY = 100000, MOST_GROUPS = 10000 };
    static const size_t no_limit = PGM__NO_LIMIT;
    static const size_t groups[] = {1, 100, MOST_GROUPS};
    pgm__slot *slots = calloc(MANY, sizeof *slots);
    size_t *caps = calloc(MANY, sizeof *caps);
    bool *sleeps = calloc(MANY, sizeof *sleeps);
    assert_true(slots != NULL && caps != NULL && sleeps != NULL);
    for (size_t i = 0; i < MANY; i++) {
        caps[i] = 5;
        sleeps[i] = true;
    }
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (size_t i = 0; i < MANY; i++) {
            slots[i] = (pgm__slot){.server = i, .group = 1 + i * 7919 % groups[g]};
        }
        const pgm__schedule schedule = {.slots = slots,
                                        .count = MANY,
                                        .server_caps = caps,
                                        .server_count = MANY,
                                        .limits = &no_limit,
                                        .wave_count = 1,
                                        .jobs = 500,
                                        .group_caps = caps,
                                        .group_count = groups[g],
                                        .sleeps = sleeps,
                                        .wake = 20};
        assert_quick("that sleep", &schedule);
    }
    free(slots);
    free(caps);
    free(sleeps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f09_any_fleet_goes_as_the_simple_model_says),
        cmocka_unit_test(f07_hundred_thousand_targets_cost_less_than_a_second),
        cmocka_unit_test(f07_nor_do_as_many_that_sleep_in_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
