/* Events → lines, while a run goes on. */
#include "support/text_asserts.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/display/progress.h"

/* What a run says into memory. */
typedef struct scene {
    pgm__progress progress;
    pgm__cli cli;
    char *text;
    size_t len;
} scene;

static int64_t stopped_clock(void) {
    return 5000;
}

static int64_t early_clock(void) {
    return 14999;
}

static int64_t running_clock(void) {
    return 15000;
}

static void begin(scene *s, pgm_command command, size_t targets) {
    *s = (scene){0};
    s->cli.err = open_memstream(&s->text, &s->len);
    s->progress = (pgm__progress){.cli = &s->cli,
                                  .asked = {.command = command},
                                  .target_count = targets,
                                  .name_width = 4,
                                  .now_ms = stopped_clock,
                                  .last_ms = 5000};
}

/* What was said since the last time. */
static void said(scene *s, const char *expected) {
    (void)fflush(s->cli.err);
    assert_string_equal(s->text == NULL ? "" : s->text, expected);
    (void)fclose(s->cli.err);
    free(s->text);
    s->text = NULL;
    s->cli.err = open_memstream(&s->text, &s->len);
}

static void end(scene *s) {
    (void)fclose(s->cli.err);
    free(s->text);
    pgm__progress_fini(&s->progress);
}

static void tell(scene *s, pgm_event event) {
    event.name = "t1";
    pgm__progress_event(&event, &s->progress);
}

static const pgm_result well = {.name = "t1", .outcome = PGM_OUTCOME_APPLIED};
static const pgm_failure failure = {.version = "2_b", .message = "no\nsuch table\n"};
static const pgm_result bad = {.name = "t1", .outcome = PGM_OUTCOME_FAILED, .failure = &failure};

static void f07_progress_of_a_large_fleet_is_a_line_of_counts_every_ten_seconds(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 100);
    for (int i = 0; i < 40; i++) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
        tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1"});
        tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &well});
    }
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    s.progress.now_ms = early_clock;
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = "1"});
    said(&s, "");
    s.progress.now_ms = running_clock;
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1"});
    said(&s, "40 of 100 targets done, 1 running: 40 applied; 41 migrations\n");
    end(&s);
}

static void tell_wave(scene *s, pgm_event_kind kind, const char *message) {
    const pgm_wave wave = {.name = "wave 1", .targets = 20};
    const pgm_event event = {.kind = kind, .name = wave.name, .message = message, .wave = &wave};
    pgm__progress_event(&event, &s->progress);
}

static void progress_waves_are_told_where_there_are_several(void **state) {
    (void)state;
    static const struct {
        size_t waves;
        size_t targets;
        bool tells;
    } cases[] = {{1, 20, false}, {2, 20, true}, {2, 5000, true}, {5000, 5000, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene s;
        begin(&s, PGM_COMMAND_UP, cases[i].targets);
        s.progress.wave_count = cases[i].waves;
        tell_wave(&s, PGM_EVENT_WAVE_STARTED, NULL);
        said(&s, cases[i].tells ? "▸ wave 1: 20 targets\n" : "");
        tell_wave(&s, PGM_EVENT_WAVE_ENDED, NULL);
        said(&s, "");
        tell_wave(&s, PGM_EVENT_WAVE_ENDED, "wave 1: 3 of 20 failed");
        said(&s, "✗ nothing more starts: wave 1: 3 of 20 failed\n");
        s.progress.quiet = true;
        tell_wave(&s, PGM_EVENT_WAVE_STARTED, NULL);
        tell_wave(&s, PGM_EVENT_WAVE_ENDED, "wave 1: 3 of 20 failed");
        said(&s, "");
        end(&s);
    }
}

static void progress_a_failing_target_is_named_at_once(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 100);
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    said(&s, "t1    ✗ failed at 2_b: no such table\n");
    end(&s);
}

static void f07_progress_names_the_first_failures_of_a_large_fleet_only(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 100);
    for (int i = 0; i < 60; i++) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    }
    (void)fflush(s.cli.err);
    assert_int_equal(times(s.text, "failed at 2_b"), 20);
    assert_int_equal(times(s.text, "… more failures: the report has them all\n"), 1);
    end(&s);
}

/* Somebody may want to stop the run for one, whatever the size of the fleet. */
static void f07_progress_names_the_first_warnings_of_a_large_fleet(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 100);
    tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    said(&s, "t1    ! old\n");
    for (int i = 0; i < 60; i++) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    }
    (void)fflush(s.cli.err);
    assert_int_equal(times(s.text, "! old\n"), 19);
    assert_int_equal(times(s.text, "… more warnings: the report has them all\n"), 1);
    assert_false(pgm__progress_shows_warnings(&s.progress));
    end(&s);
}

/* A log that is no UTF-8 gets lines of the same shape. */
static void progress_has_a_form_without_signs(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 1);
    s.cli.ascii = true;
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1_ä", .elapsed_us = 1});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    said(&s, "t1    + 1_ä  <1 ms\nt1    x failed at 2_b: no such table\n");
    end(&s);
}

static void progress_a_migration_is_told_with_its_time(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 1);
    tell(&s,
         (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1_a", .elapsed_us = 999});
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED,
                         .version = "2_b",
                         .elapsed_us = 61000000,
                         .message = "half of it was there"});
    said(&s, "t1    ✓ 1_a  <1 ms\nt1    ✓ 2_b  1 min 01 s, half of it was there\n");
    s.progress.asked.command = PGM_COMMAND_DOWN;
    tell(&s,
         (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1_a", .elapsed_us = 5000});
    said(&s, "t1    ✓ 1_a rolled back  5 ms\n");
    end(&s);
}

/* Its rows are written all at once: the report lists them. */
static void progress_of_a_command_that_writes_rows_names_them_when_verbose(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_BASELINE, 1);
    const pgm_event row = {.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1_a", .elapsed_us = 7};
    tell(&s, row);
    said(&s, "");
    s.progress.verbose = true;
    tell(&s, row);
    said(&s, "t1    ✓ 1_a recorded\n");
    end(&s);
}

static void progress_says_steps_and_notices_when_verbose_only(void **state) {
    (void)state;
    scene s;
    const pgm_event events[] = {{.kind = PGM_EVENT_TARGET_STARTED},
                                {.kind = PGM_EVENT_MIGRATION_STARTED, .version = "1_a"},
                                {.kind = PGM_EVENT_NOTICE, .message = "NOTICE: skipping"},
                                {.kind = PGM_EVENT_TARGET_FINISHED, .result = &well}};
    begin(&s, PGM_COMMAND_UP, 1);
    for (int verbose = 0; verbose < 2; verbose++) {
        s.progress.verbose = verbose == 1;
        for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
            tell(&s, events[i]);
        }
        said(&s, verbose == 0 ? ""
                              : "t1    ▸ connecting\n"
                                "t1    ▸ 1_a\n"
                                "t1    · NOTICE: skipping\n"
                                "t1    ✓ applied\n");
    }
    end(&s);
}

static void progress_says_what_is_waited_for_and_warned_of(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 1);
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_WAITING, .version = "1_a", .message = "locked"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    said(&s, "t1    … 1_a: locked\nt1    ! old\n");
    /* status is read at leisure. */
    s.progress.asked.command = PGM_COMMAND_STATUS;
    tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    said(&s, "");
    end(&s);
}

static void progress_names_a_branch_to_who_wants_every_step(void **state) {
    (void)state;
    const pgm_event made = {.kind = PGM_EVENT_TARGET_BRANCH, .message = "making a branch of it"};
    scene s;
    begin(&s, PGM_COMMAND_REHEARSE, 1);
    tell(&s, made);
    said(&s, "");
    s.progress.verbose = true;
    tell(&s, made);
    said(&s, "t1    ▸ making a branch of it\n");
    end(&s);
}

/* In a large fleet too, where nobody is told of single migrations: but not of all of them. */
static void progress_names_what_is_slow(void **state) {
    (void)state;
    const pgm_event slow = {
        .kind = PGM_EVENT_TARGET_SLOW, .version = "1_a", .message = "slow, 30.0 s so far"};
    scene s;
    begin(&s, PGM_COMMAND_UP, 100);
    for (size_t i = 0; i < 20; i++) {
        tell(&s, slow);
        said(&s, "t1    … 1_a: slow, 30.0 s so far\n");
    }
    tell(&s, slow);
    said(&s, "… more that take long: the report has them all\n");
    tell(&s, slow);
    said(&s, "");
    s.progress.target_count = 1;
    tell(&s, slow);
    said(&s, "t1    … 1_a: slow, 30.0 s so far\n");
    s.progress.quiet = true;
    tell(&s, slow);
    said(&s, "");
    end(&s);
}

static void progress_quiet_says_nothing_and_counts_all_the_same(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_UP, 1);
    s.progress.quiet = true;
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_WAITING, .message = "locked", .survey = true});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    said(&s, "");
    assert_int_equal(s.progress.finished, 1);
    end(&s);
}

/* What a survey finds is shown when all is known; that somebody waits is said at once. */
static void progress_of_a_survey_says_that_it_waits_or_how_far_it_is(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_DOWN, 1);
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_WAITING, .message = "refused", .survey = true});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad, .survey = true});
    said(&s, "t1    … refused\n");
    end(&s);
    begin(&s, PGM_COMMAND_DOWN, 100);
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_WAITING, .message = "refused", .survey = true});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad, .survey = true});
    said(&s, "");
    s.progress.now_ms = running_clock;
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad, .survey = true});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad, .survey = true});
    said(&s, "looked at 2 of 100 targets\n");
    end(&s);
}

/* Where what comes behind tells all: a listing, a history. */
static void progress_of_what_only_looks_is_that_of_a_survey(void **state) {
    (void)state;
    scene s;
    begin(&s, PGM_COMMAND_STATUS, 1);
    s.progress.looks = true;
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_WAITING, .message = "refused"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_WARNING, .message = "old"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    said(&s, "t1    … refused\n");
    end(&s);
}

static void progress_of_a_search_names_sources_when_asked_for(void **state) {
    (void)state;
    const pgm_event asked = {.kind = PGM_EVENT_SOURCE_ASKED, .survey = true};
    const pgm_event answered = {.kind = PGM_EVENT_SOURCE_ANSWERED, .survey = true};
    scene s;
    begin(&s, PGM_COMMAND_UP, 2);
    tell(&s, asked);
    tell(&s, answered);
    said(&s, "");
    s.progress.verbose = true;
    tell(&s, asked);
    tell(&s, answered);
    said(&s, "[t1]  ▸ asking\n[t1]  · answered\n");
    s.progress.quiet = true;
    tell(&s, asked);
    said(&s, "");
    assert_int_equal(s.progress.running, 0);
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f07_progress_of_a_large_fleet_is_a_line_of_counts_every_ten_seconds),
        cmocka_unit_test(progress_waves_are_told_where_there_are_several),
        cmocka_unit_test(progress_of_what_only_looks_is_that_of_a_survey),
        cmocka_unit_test(progress_of_a_search_names_sources_when_asked_for),
        cmocka_unit_test(progress_a_failing_target_is_named_at_once),
        cmocka_unit_test(f07_progress_names_the_first_failures_of_a_large_fleet_only),
        cmocka_unit_test(f07_progress_names_the_first_warnings_of_a_large_fleet),
        cmocka_unit_test(progress_has_a_form_without_signs),
        cmocka_unit_test(progress_a_migration_is_told_with_its_time),
        cmocka_unit_test(progress_of_a_command_that_writes_rows_names_them_when_verbose),
        cmocka_unit_test(progress_says_steps_and_notices_when_verbose_only),
        cmocka_unit_test(progress_says_what_is_waited_for_and_warned_of),
        cmocka_unit_test(progress_names_a_branch_to_who_wants_every_step),
        cmocka_unit_test(progress_names_what_is_slow),
        cmocka_unit_test(progress_quiet_says_nothing_and_counts_all_the_same),
        cmocka_unit_test(progress_of_a_survey_says_that_it_waits_or_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
