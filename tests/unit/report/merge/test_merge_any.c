/* Whatever runs tell: what must be so of the one report, and of memory that runs out. */
#include "support/merge_fixture.h"
#include "support/oom_loop.h"
#include "support/text_asserts.h"

#include <stdio.h>

enum { ROUNDS = 3000, TARGETS = 4, WORDS = 600 };

/* A generator of our own, so that a failure can be had again. */
static unsigned next(unsigned *seed, unsigned below) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static const char *const endings[] = {"applied+1_a",
                                      "applied+1_a,2_b",
                                      "up-to-date",
                                      "failed!connect",
                                      "failed+1_a-2_b!migrate/2_b",
                                      "failed-1_a,2_b!lock/1_a",
                                      "unknown-1_a,2_b!commit/1_a",
                                      "unknown+1_a-2_b!commit/2_b",
                                      "skipped",
                                      "not-run",
                                      "cancelled+1_a-2_b",
                                      "cancelled",
                                      "not-run-1_a,2_b"};
enum { ENDINGS = sizeof endings / sizeof *endings };

static const char *random_targets(merge_scene *s, unsigned *seed) {
    char *words = pgm__arena_calloc(&s->arena, 1, WORDS);
    for (int i = 1; i <= TARGETS; i++) {
        size_t len = strlen(words);
        (void)snprintf(words + len, WORDS - len, "%st%d=%s", i > 1 ? " " : "", i,
                       endings[next(seed, ENDINGS)]);
    }
    return words;
}

/* Two to five runs over all targets; some of them retry the first one. */
static void give_any(merge_scene *s, unsigned *seed) {
    static const char *const files[] = {"a", "b", "c", "d", "e"};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_BASELINE, PGM_COMMAND_STATUS,
                                           PGM_COMMAND_REPAIR};
    pgm_command command = commands[next(seed, 4)];
    unsigned count = 2 + next(seed, 4);
    pgm__merged_fini(&s->merged);
    pgm__arena_clear(&s->arena);
    s->count = 0;
    for (unsigned i = 0; i < count; i++) {
        GIVE(s, .file = files[i], .command = command, .start = (long)next(seed, 60),
             .took = 1 + (long)next(seed, 30), .targets = random_targets(s, seed),
             .retry_of = i > 0 && next(seed, 2) == 0 ? "a" : NULL);
    }
}

static bool is_done(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_APPLIED || result->outcome == PGM_OUTCOME_UP_TO_DATE;
}

static bool lists(const char *const *items, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* Every target once; what one run did is done; nothing is done and pending; the ending is one that
 * a run has told; who is done in no report is not done in all of them. */
static void assert_holds(const merge_scene *s) {
    const pgm__report *report = &s->merged.report;
    size_t counted = 0;
    assert_int_equal(report->result_count, TARGETS);
    for (size_t i = 0; i < PGM_OUTCOME_COUNT; i++) {
        counted += report->summary->counts[i];
    }
    assert_int_equal(counted, TARGETS);
    for (size_t t = 0; t < TARGETS; t++) {
        const pgm_result *result = report->results[t];
        bool told = false;
        bool any_done = false;
        for (size_t i = 0; i < s->count; i++) {
            const pgm_result *one = &s->reports[i]->targets[t].result;
            assert_string_equal(one->name, result->name);
            told = told || one->outcome == result->outcome;
            any_done = any_done || is_done(one);
            for (size_t j = 0; j < one->done_count; j++) {
                assert_true(lists(result->done, result->done_count, one->done[j]));
            }
        }
        assert_true(told || result->outcome == PGM_OUTCOME_APPLIED);
        assert_true(any_done || !is_done(result));
        for (size_t j = 0; j < result->pending_count; j++) {
            assert_false(lists(result->done, result->done_count, result->pending[j]));
        }
    }
}

static void whatever_runs_tell_each_target_is_told_of_once(void **state) {
    merge_scene *s = *state;
    unsigned seed = 7;
    size_t merged = 0;
    for (int i = 0; i < ROUNDS; i++) {
        give_any(s, &seed);
        if (merge_given(s) == PGM_OK) {
            merged++;
            assert_holds(s);
        } else {
            assert_int_equal(s->err.status, PGM_EUSAGE);
        }
    }
    assert_true(merged > ROUNDS / 20);
}

static pgm_status merge_again(void *data) {
    merge_scene *s = data;
    pgm_error err = {0};
    pgm__merged merged = {0};
    pgm_status status = pgm__merge(&merged, s->reports, s->count, &err);
    pgm__merged_fini(&merged);
    return status;
}

static void merging_survives_every_failing_allocation(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .shard = 1, .of = 2, .selected = "t1 t2 t3",
         .targets = "t1=failed+1_a-2_b!migrate/2_b t2=cancelled-1_a");
    GIVE(s, .file = "b", .shard = 1, .of = 2, .selected = "t1 t2 t3", .start = 3,
         .targets = "t1=applied+2_b t2=applied+1_a");
    GIVE(s, .file = "c", .shard = 2, .of = 2, .selected = "t1 t2 t3",
         .targets = "t3=failed!connect");
    GIVE(s, .file = "d", .start = 30, .retry_of = "c", .targets = "t3=up-to-date");
    assert_int_equal(merge_again(s), PGM_OK);
    assert_true(oom_survives(merge_again, s) > 3);
    s->count = 1;
    s->reports[0] = spoken_report(
        s, &(spoken){.file = "a", .command = PGM_COMMAND_STATUS, .targets = "t1=not-run-1_a,2_b"});
    assert_true(oom_survives(merge_again, s) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MERGE_TEST(whatever_runs_tell_each_target_is_told_of_once),
        MERGE_TEST(merging_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
