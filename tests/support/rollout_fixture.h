/**
 * @file rollout_fixture.h  A rollout over scripted marches, and what its waves became.
 */
#ifndef PGM_TESTS_ROLLOUT_FIXTURE_H
#define PGM_TESTS_ROLLOUT_FIXTURE_H

#include "support/fake_march.h"
#include "support/fleet_fixture.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const fake_march fails = {.result = {.outcome = PGM_OUTCOME_FAILED}};
static const fake_march unsure = {.result = {.outcome = PGM_OUTCOME_UNKNOWN}};
static const fake_march goes_well = {.turns = 0};

/* Two targets in wave 1, three in wave 2, one in none; each on a server of its own. */
#define THREE_WAVES                                                                                \
    "[a]\nhost = a\nwave = 1\n[b]\nhost = b\nwave = 1\n"                                           \
    "[c]\nhost = c\nwave = 2\n[d]\nhost = d\nwave = 2\n[e]\nhost = e\nwave = 2\n"                  \
    "[f]\nhost = f\n"

/* So many targets t0, t1 ..., each on a server of its own, with these lines. */
static inline const char *targets(size_t count, const char *lines, const char *more) {
    static char text[32768];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", more);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "[t%zu]\nhost = h%zu\n%s", i, i,
                                lines);
    }
    return text;
}

static inline void play_all(const fake_march *script, size_t count) {
    static fake_march scripts[64];
    for (size_t i = 0; i < count; i++) {
        scripts[i] = *script;
    }
    fake_play(scripts, count);
}

/* "wave 1: ended 2/0/0, the rest: not-run 1/0/-": targets, failed and limit of each. */
static inline void assert_waves(const fleet *f, const char *expected) {
    const pgm_summary *summary = pgm_run_summary(f->run);
    char got[512] = "";
    for (size_t i = 0; i < summary->wave_count; i++) {
        const pgm_wave *wave = &summary->waves[i];
        char limit[32] = "-";
        if (wave->limit != PGM_NO_LIMIT) {
            (void)snprintf(limit, sizeof limit, "%zu", wave->limit);
        }
        size_t len = strlen(got);
        (void)snprintf(got + len, sizeof got - len, "%s%s: %s %zu/%zu/%s", i == 0 ? "" : ", ",
                       wave->name, pgm_wave_state_name(wave->state), wave->targets, wave->failed,
                       limit);
    }
    assert_string_equal(got, expected);
}

static inline void assert_reason(const fleet *f, size_t index, const char *expected) {
    const pgm_result *result = pgm_run_result(f->run, index);
    if (expected == NULL) {
        assert_null(result->reason);
        return;
    }
    assert_int_equal(result->outcome, PGM_OUTCOME_NOT_RUN);
    assert_non_null(result->reason);
    assert_string_equal(result->reason, expected);
}

#endif
