/* Any rollout, over scripted marches: what must be so whatever fails, and in which order it ends.
 */
#include "support/rollout_fixture.h"

#include <stdlib.h>

enum { MOST = 40, SERVERS = 5, RUNS = 400 };

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return below == 0 ? 0 : (*seed >> 8) % below;
}

typedef struct story {
    size_t count;
    size_t server[MOST];
    size_t server_cap[SERVERS]; /* 0: nothing is said of it */
    size_t jobs;
    size_t per_server;
    fake_march scripts[MOST];
    char text[8192];
    char canary[16];
    char limit[16];
} story;

/* ---- a rollout ---- */

static const pgm_failure nobody = {.phase = "connect", .message = "nobody answers"};

static fake_march any_march(uint32_t *seed, uint32_t failing) {
    static const pgm_outcome well[] = {PGM_OUTCOME_APPLIED, PGM_OUTCOME_UP_TO_DATE,
                                       PGM_OUTCOME_SKIPPED};
    fake_march march = {.turns = draw(seed, 4), .result = {.outcome = well[draw(seed, 3)]}};
    march.crowded = draw(seed, 10) == 0;
    if (draw(seed, 100) < failing) {
        bool unreachable = draw(seed, 3) == 0;
        march.result.outcome = draw(seed, 4) == 0 && !unreachable ? PGM_OUTCOME_UNKNOWN
                                                                  : PGM_OUTCOME_FAILED;
        march.result.unreachable = unreachable;
        march.result.failure = unreachable ? &nobody : NULL;
    }
    return march;
}

static void add(story *s, const char *format, ...) PGM_PRINTF(2, 3);

static void add(story *s, const char *format, ...) {
    size_t len = strlen(s->text);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(s->text + len, sizeof s->text - len, format, args);
    va_end(args);
    assert_true(more >= 0 && len + (size_t)more < sizeof s->text);
}

static void write_targets(story *s, uint32_t *seed) {
    uint32_t waves = draw(seed, 4);
    static const uint32_t failing[] = {0, 3, 10, 40, 100};
    uint32_t chance = failing[draw(seed, 5)];
    for (size_t i = 0; i < s->count; i++) {
        s->server[i] = draw(seed, SERVERS);
        add(s, "[t%zu]\nhost = s%zu\ndbname = d%zu\n", i, s->server[i], i);
        if (draw(seed, 4) < waves) {
            add(s, "wave = %u\n", draw(seed, waves));
        }
        s->scripts[i] = any_march(seed, chance);
    }
    add(s, "[rollout]\n");
    for (size_t i = 0; i < SERVERS; i++) {
        bool there = false;
        for (size_t t = 0; t < s->count; t++) {
            there = there || s->server[t] == i;
        }
        s->server_cap[i] = there && draw(seed, 2) == 0 ? 1 + draw(seed, 4) : 0;
        if (s->server_cap[i] > 0) {
            add(s, "server.s%zu = %zu\n", i, s->server_cap[i]);
        }
    }
}

static void tell_story(story *s, uint32_t *seed, pgm_options *options) {
    memset(s, 0, sizeof *s);
    s->count = 1 + draw(seed, MOST);
    s->jobs = 1 + draw(seed, 12);
    s->per_server = 1 + draw(seed, 6);
    write_targets(s, seed);
    options->jobs = (int64_t)s->jobs;
    options->per_server = (int64_t)s->per_server;
    options->reverse = draw(seed, 3) == 0;
    (void)snprintf(s->canary, sizeof s->canary, "%u%s", draw(seed, 30),
                   draw(seed, 2) == 0 ? "%" : "");
    (void)snprintf(s->limit, sizeof s->limit, "%u%s", draw(seed, 6), draw(seed, 2) == 0 ? "%" : "");
    options->canary = draw(seed, 2) == 0 ? s->canary : NULL;
    options->max_failures = draw(seed, 2) == 0 ? s->limit : NULL;
}

/* ---- what must be so ---- */

typedef struct books {
    const story *s;
    const pgm_run *run;
    const pgm_summary *summary;
    size_t wave; /* of the start before */
    bool started[MOST];
    bool ended[MOST];
    size_t last[SERVERS]; /* number of the last target that started there in this wave, and one */
    size_t running;
    size_t running_on[SERVERS];
} books;

static size_t wave_of(const books *b, size_t target) {
    const char *name = pgm_run_result(b->run, target)->wave;
    size_t wave = 0;
    while (b->summary->waves[wave].name != name) {
        wave++;
        assert_true(wave < b->summary->wave_count);
    }
    return wave;
}

static bool failed(const books *b, size_t target) {
    return pgm_result_verdict(b->summary, pgm_run_result(b->run, target)) == PGM_VERDICT_BAD;
}

/* All of it has ended, and no more of it failed than may. Those of a server that was given up have
 * failed without a march, before anything of a later wave starts. */
static void check_wave_is_through(const books *b, size_t wave) {
    size_t failures = 0;
    for (size_t i = 0; i < b->s->count; i++) {
        if (wave_of(b, i) == wave) {
            assert_true(b->ended[i] || (!b->started[i] && failed(b, i)));
            failures += failed(b, i);
        }
    }
    assert_true(failures <= b->summary->waves[wave].limit);
}

static size_t failures_so_far(const books *b, size_t wave) {
    size_t failures = 0;
    for (size_t i = 0; i < b->s->count; i++) {
        failures += wave_of(b, i) == wave && b->ended[i] && failed(b, i);
    }
    return failures;
}

static void check_caps(const books *b, size_t server) {
    size_t line = b->s->server_cap[server];
    size_t cap = line > 0 && line < b->s->per_server ? line : b->s->per_server;
    assert_true(b->running <= b->s->jobs);
    assert_true(b->running_on[server] <= cap);
}

static void note_start(books *b, size_t target) {
    size_t wave = wave_of(b, target);
    size_t server = b->s->server[target];
    assert_false(b->started[target]);
    assert_true(wave >= b->wave);
    for (size_t i = 0; i < wave; i++) {
        check_wave_is_through(b, i);
    }
    if (wave > b->wave) {
        memset(b->last, 0, sizeof b->last);
        b->wave = wave;
    }
    assert_true(target + 1 > b->last[server]);
    b->last[server] = target + 1;
    assert_true(failures_so_far(b, wave) <= b->summary->waves[wave].limit);
    b->started[target] = true;
    b->running++;
    b->running_on[server]++;
    check_caps(b, server);
}

static void note_end(books *b, size_t target) {
    assert_true(b->started[target] && !b->ended[target]);
    b->ended[target] = true;
    b->running--;
    b->running_on[b->s->server[target]]--;
}

static void read_log(books *b) {
    const char *at = fake_log();
    while (*at == ' ') {
        size_t target = (size_t)strtoul(at + 3, NULL, 10);
        if (at[1] == '+') {
            note_start(b, target);
        } else {
            assert_int_equal(at[1], '-');
            note_end(b, target);
        }
        at += 1 + strcspn(at + 1, " ");
    }
    assert_int_equal(b->running, 0);
}

/* Each is in exactly one place: it ended, it failed with its server, or it is told why not. */
static void check_targets(const books *b) {
    for (size_t i = 0; i < b->s->count; i++) {
        const pgm_result *result = pgm_run_result(b->run, i);
        assert_true(b->started[i] == b->ended[i]);
        bool not_run = result->outcome == PGM_OUTCOME_NOT_RUN;
        assert_int_equal(not_run, result->reason != NULL);
        assert_true(!not_run || !b->started[i]);
        assert_true(not_run || b->started[i] || failed(b, i));
    }
}

static void check_waves(const books *b) {
    size_t targets = 0;
    bool stopped = false;
    for (size_t w = 0; w < b->summary->wave_count; w++) {
        const pgm_wave *wave = &b->summary->waves[w];
        size_t failures = 0;
        size_t not_run = 0;
        for (size_t i = 0; i < b->s->count; i++) {
            if (wave_of(b, i) == w) {
                failures += failed(b, i);
                not_run += pgm_run_result(b->run, i)->outcome == PGM_OUTCOME_NOT_RUN;
            }
        }
        targets += wave->targets;
        assert_int_equal(wave->failed, failures);
        assert_true(wave->limit == PGM_NO_LIMIT || failures <= wave->limit + wave->at_once);
        assert_int_equal(wave->state, stopped                  ? PGM_WAVE_NOT_RUN
                                      : failures > wave->limit ? PGM_WAVE_STOPPED
                                                               : PGM_WAVE_ENDED);
        assert_true(wave->state != PGM_WAVE_ENDED || not_run == 0);
        assert_true(wave->state != PGM_WAVE_NOT_RUN || not_run == wave->targets);
        stopped = stopped || wave->state == PGM_WAVE_STOPPED;
    }
    assert_int_equal(targets, b->s->count);
}

static void f09_whatever_fails_the_rules_of_a_rollout_hold(void **state) {
    fleet *f = *state;
    static story s;
    size_t stopped = 0;
    for (uint32_t run = 1; run <= RUNS; run++) {
        uint32_t seed = run * 7919;
        tell_story(&s, &seed, &f->options);
        fleet_open(f, s.text);
        fake_play(s.scripts, s.count);
        fleet_execute(f);
        books b = {.s = &s, .run = f->run, .summary = pgm_run_summary(f->run)};
        read_log(&b);
        check_targets(&b);
        check_waves(&b);
        stopped += b.summary->counts[PGM_OUTCOME_NOT_RUN] > 0;
    }
    /* Else the stories would be of one kind. */
    assert_in_range(stopped, RUNS / 10, RUNS * 9 / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(f09_whatever_fails_the_rules_of_a_rollout_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
