/* The waves of shards → the waves of the rollout. */
#include "support/merge_fixture.h"
#include "support/text_asserts.h"

#include <stdio.h>

#include "base/strbuf.h"

/* A report whose waves are given, and the wave of each of its targets. */
static void give_waves(merge_scene *s, const spoken *words, const pgm_wave *waves, size_t count,
                       const char *const *of_targets) {
    pgm__past_report *report = pgm__arena_alloc(&s->arena, sizeof *report);
    *report = *spoken_report(s, words);
    report->summary.waves = waves;
    report->summary.wave_count = count;
    for (size_t i = 0; i < report->target_count; i++) {
        report->targets[i].result.wave = of_targets[i];
    }
    s->reports[s->count++] = report;
}

/* "canary 2/1, limit 0, failed 1, ended": of each wave its targets and how many at once. */
static void waves_are(merge_scene *s, const char *expected) {
    pgm__strbuf text = {0};
    if (merge_given(s) != PGM_OK) {
        fail_msg("%s", s->err.msg);
    }
    for (size_t i = 0; i < s->merged.summary.wave_count; i++) {
        const pgm_wave *wave = &s->merged.summary.waves[i];
        char limit[32] = "none";
        if (wave->limit != PGM_NO_LIMIT) {
            (void)snprintf(limit, sizeof limit, "%zu", wave->limit);
        }
        pgm__strbuf_addf(&text, "%s%s %zu/%zu, limit %s, failed %zu, %s", i > 0 ? "; " : "",
                         wave->name, wave->targets, wave->at_once, limit, wave->failed,
                         pgm_wave_state_name(wave->state));
    }
    assert_string_equal(pgm__strbuf_text(&text), expected);
    pgm__strbuf_fini(&text);
}

#define WAVES(...)                                                                                 \
    (const pgm_wave[]){__VA_ARGS__}, sizeof((const pgm_wave[]){__VA_ARGS__}) / sizeof(pgm_wave)
#define OF(...)                                                                                    \
    (const char *const[]) {                                                                        \
        __VA_ARGS__                                                                                \
    }
#define SHARD(n, ...)                                                                              \
    &(spoken) {                                                                                    \
        .shard = (n), .of = 2, .selected = "t1 t2 t3 t4", __VA_ARGS__                              \
    }

static void waves_of_shards_are_put_together(void **state) {
    merge_scene *s = *state;
    give_waves(s, SHARD(1, .file = "a", .targets = "t1=applied t3=failed!connect"),
               WAVES({"wave 1", 1, 1, 0, 0, PGM_WAVE_ENDED},
                     {"the rest", 1, 4, PGM_NO_LIMIT, 1, PGM_WAVE_ENDED}),
               OF("wave 1", "the rest"));
    give_waves(
        s, SHARD(2, .file = "b", .start = 1, .targets = "t2=applied t4=up-to-date"),
        WAVES({"wave 1", 1, 2, 1, 0, PGM_WAVE_ENDED}, {"wave 2", 1, 4, 0, 0, PGM_WAVE_ENDED}),
        OF("wave 1", "wave 2"));
    waves_are(s, "wave 1 2/3, limit 1, failed 0, ended; wave 2 1/4, limit 0, failed 0, ended; "
                 "the rest 1/4, limit none, failed 1, ended");
}

/* What ran twice has its caps once, and what was tried again counts as it ended. */
static void waves_say_how_their_targets_ended_at_last(void **state) {
    merge_scene *s = *state;
    give_waves(
        s, &(spoken){.file = "a", .targets = "t1=failed!connect t2=not-run t3=not-run"},
        WAVES({"canary", 1, 1, 0, 1, PGM_WAVE_STOPPED}, {"the rest", 2, 2, 0, 0, PGM_WAVE_NOT_RUN}),
        OF("canary", "the rest", "the rest"));
    give_waves(
        s, &(spoken){.file = "b", .start = 1, .targets = "t1=failed!connect t2=not-run t3=not-run"},
        WAVES({"canary", 1, 1, 0, 1, PGM_WAVE_STOPPED}, {"the rest", 2, 2, 0, 0, PGM_WAVE_NOT_RUN}),
        OF("canary", "the rest", "the rest"));
    waves_are(s,
              "canary 1/1, limit 0, failed 1, stopped; the rest 2/2, limit 0, failed 0, not-run");
    give_waves(s,
               &(spoken){.file = "c",
                         .start = 60,
                         .retry_of = "b",
                         .targets = "t1=applied t2=applied t3=not-run"},
               WAVES({"all", 3, 3, PGM_NO_LIMIT, 0, PGM_WAVE_STOPPED}), OF("all", "all", "all"));
    waves_are(s, "canary 1/1, limit 0, failed 0, ended; the rest 2/2, limit 0, failed 0, stopped");
    assert_string_equal(s->merged.report.results[0]->wave, "canary");
}

static void waves_go_by_number_and_a_rollout_in_reverse_the_other_way(void **state) {
    merge_scene *s = *state;
    give_waves(s, SHARD(1, .file = "a", .targets = "t1=applied t2=applied"),
               WAVES({"wave 10", 1, 1, 0, 0, PGM_WAVE_ENDED}), OF("wave 10", "wave 10"));
    give_waves(
        s, SHARD(2, .file = "b", .start = 1, .targets = "t3=applied t4=applied"),
        WAVES({"wave 9", 1, 1, 0, 0, PGM_WAVE_ENDED}, {"the rest", 1, 1, 0, 0, PGM_WAVE_ENDED}),
        OF("wave 9", "the rest"));
    waves_are(s, "wave 9 1/1, limit 0, failed 0, ended; wave 10 2/1, limit 0, failed 0, ended; the "
                 "rest 1/1, limit 0, failed 0, ended");
    s->count = 0;
    give_waves(
        s, SHARD(1, .file = "a", .targets = "t1=applied t2=applied"),
        WAVES({"canary", 1, 1, 0, 0, PGM_WAVE_ENDED}, {"wave 10", 1, 1, 0, 0, PGM_WAVE_ENDED}),
        OF("canary", "wave 10"));
    give_waves(
        s, SHARD(2, .file = "b", .start = 1, .targets = "t3=applied t4=applied"),
        WAVES({"the rest", 1, 1, 0, 0, PGM_WAVE_ENDED}, {"wave 9", 1, 1, 0, 0, PGM_WAVE_ENDED}),
        OF("the rest", "wave 9"));
    waves_are(s, "canary 1/1, limit 0, failed 0, ended; the rest 1/1, limit 0, failed 0, ended; "
                 "wave 10 1/1, limit 0, failed 0, ended; wave 9 1/1, limit 0, failed 0, ended");
}

static void waves_of_looks_were_not_run(void **state) {
    merge_scene *s = *state;
    give_waves(s, SHARD(1, .file = "a", .dry = true, .targets = "t1=up-to-date t2=not-run-1_a"),
               WAVES({"all", 2, 1, 0, 0, PGM_WAVE_NOT_RUN}), OF("all", "all"));
    give_waves(s, SHARD(2, .file = "b", .dry = true, .targets = "t3=failed!plan t4=up-to-date"),
               WAVES({"all", 2, 1, 0, 0, PGM_WAVE_NOT_RUN}), OF("all", "all"));
    waves_are(s, "all 4/2, limit 0, failed 1, not-run");
}

static void reports_that_know_no_waves_have_none(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=applied");
    GIVE(s, .file = "b", .start = 30, .targets = "t1=up-to-date");
    waves_are(s, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MERGE_TEST(waves_of_shards_are_put_together),
        MERGE_TEST(waves_say_how_their_targets_ended_at_last),
        MERGE_TEST(waves_go_by_number_and_a_rollout_in_reverse_the_other_way),
        MERGE_TEST(waves_of_looks_were_not_run),
        MERGE_TEST(reports_that_know_no_waves_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
