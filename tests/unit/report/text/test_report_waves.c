/* Waves in the text form: before a rollout, and behind it. */
#include "support/report_world.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *ahead(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__report_rollout(&w->out, &w->report, &w->style, &err), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static void set_waves(world *w, const pgm_wave *waves, size_t count) {
    w->summary.waves = waves;
    w->summary.wave_count = count;
}

/* ---- before ---- */

static void waves_say_who_goes_and_how_many_can_fail(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 6);
    const pgm_wave waves[] = {{.name = "canary", .targets = 1, .at_once = 1},
                              {.name = "wave 10", .targets = 40, .at_once = 8, .limit = 2},
                              {.name = "the rest", .targets = 9, .at_once = 8, .limit = 9},
                              {.name = "x", .targets = 2, .limit = PGM_NO_LIMIT}};
    set_waves(&w, waves, COUNT(waves));
    static const char *const names[] = {"the rest", "wave 10", "canary", "wave 10", "x", "x"};
    for (size_t i = 0; i < 6; i++) {
        w.results[i].wave = names[i];
    }
    assert_string_equal(
        ahead(&w),
        "4 waves, one after the other:\n"
        "    canary    1 target, all can fail (0 + 1 under way): t00002\n"
        "    wave 10   40 targets, at most 10 can fail (2 + 8 under way): t00001, t00003\n"
        "    the rest  9 targets, any number may fail: t00000\n"
        "    x         2 targets, any number may fail: t00004, t00005\n");
    unbuild(&w);
}

static void one_wave_is_told_where_not_all_may_fail(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    pgm_wave wave = {.name = "all", .targets = 2, .at_once = 2, .limit = PGM_NO_LIMIT};
    set_waves(&w, &wave, 1);
    w.results[0].wave = "all";
    w.results[1].wave = "all";
    assert_string_equal(ahead(&w), "");
    wave.limit = 0;
    assert_string_equal(ahead(&w), "1 wave:\n    all  2 targets, all can fail (0 + 2 under way)\n");
    set_waves(&w, NULL, 0);
    assert_string_equal(ahead(&w), "");
    unbuild(&w);
}

enum { MANY = 40 };

static char wave_names[MANY][16];

static void many_waves(world *w, pgm_wave *waves) {
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(wave_names[i], sizeof wave_names[i], "wave %u", (unsigned)i);
        waves[i] = (pgm_wave){.name = wave_names[i], .targets = 2, .at_once = 1};
    }
    set_waves(w, waves, MANY);
}

static void f07_of_many_waves_the_first_and_the_last_have_a_line(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    w.results[0].wave = "wave 0";
    pgm_wave waves[MANY];
    many_waves(&w, waves);
    const char *text = ahead(&w);
    assert_int_equal(times(text, "\n"), 1 + 8 + 1 + 1);
    assert_has(text, "    wave 7   2 targets, at most 1 can fail (0 + 1 under way)\n"
                     "    … 31 more waves with 62 targets\n"
                     "    wave 39  2 targets");
    w.style.verbose = true;
    assert_int_equal(times(ahead(&w), "\n"), 1 + MANY);
    unbuild(&w);
}

/* The names of thousands of targets stand on a line. */
static void f07_a_wave_is_one_line_whatever_its_size(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 5000);
    const pgm_wave waves[] = {{.name = "canary", .targets = 1, .at_once = 1},
                              {.name = "the rest", .targets = 4999, .limit = PGM_NO_LIMIT}};
    set_waves(&w, waves, 2);
    for (size_t i = 0; i < 5000; i++) {
        w.results[i].wave = i == 7 ? "canary" : "the rest";
    }
    const char *text = ahead(&w);
    assert_int_equal(times(text, "\n"), 3);
    assert_has(text, "any number may fail: t00000 … t00006, t00008 … t04999\n");
    assert_true(strlen(text) < 300);
    unbuild(&w);
}

/* ---- behind ---- */

static void a_rollout_that_stopped_says_where_and_why(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 4);
    const pgm_wave waves[] = {
        {.name = "wave 1", .targets = 1, .state = PGM_WAVE_ENDED},
        {.name = "wave 2", .targets = 2, .failed = 1, .state = PGM_WAVE_STOPPED},
        {.name = "the rest", .targets = 1, .state = PGM_WAVE_NOT_RUN}};
    set_waves(&w, waves, COUNT(waves));
    for (size_t i = 2; i < 4; i++) {
        w.results[i].outcome = PGM_OUTCOME_NOT_RUN;
        w.results[i].done_count = 0;
        w.results[i].attempts = 0;
        w.results[i].reason = "wave 2: 1 of 2 failed, --max-failures 0";
    }
    const char *said = "– 2 targets did not start: wave 2: 1 of 2 failed, --max-failures 0\n"
                       "    t00002, t00003\n";
    assert_has(as_text(&w), "\n\n✓ wave 1    ended    1 target\n"
                            "■ wave 2    stopped  2 targets, 1 failed\n"
                            "– the rest  not-run  1 target\n");
    assert_has(w.out.text, said);
    w.style.quiet = true;
    assert_has(as_text(&w), said);
    assert_null(strstr(w.out.text, "stopped"));
    unbuild(&w);
}

static void waves_are_not_told_where_they_say_nothing(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 2);
    const pgm_wave one = {.name = "all", .targets = 2, .state = PGM_WAVE_ENDED};
    set_waves(&w, &one, 1);
    assert_null(strstr(as_text(&w), "ended"));
    const pgm_wave untouched[] = {{.name = "wave 1", .targets = 1},
                                  {.name = "wave 2", .targets = 1}};
    set_waves(&w, untouched, 2);
    assert_null(strstr(as_text(&w), "wave"));
    unbuild(&w);
}

static void f07_many_waves_are_counted_but_for_those_with_failures(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 1);
    pgm_wave waves[MANY];
    many_waves(&w, waves);
    for (size_t i = 0; i < 30; i++) {
        waves[i].state = i == 29 ? PGM_WAVE_STOPPED : PGM_WAVE_ENDED;
        waves[i].failed = i == 3 || i == 29 ? 1 : 0;
    }
    assert_has(as_text(&w), "✓ 28 waves ended, 56 targets\n"
                            "✓ wave 3   ended    2 targets, 1 failed\n"
                            "■ wave 29  stopped  2 targets, 1 failed\n"
                            "– 10 waves not-run, 20 targets\n");
    for (size_t i = 0; i < 29; i++) {
        waves[i].failed = 1;
    }
    assert_has(as_text(&w), "✓ wave 9   ended    2 targets, 1 failed\n"
                            "■ wave 29  stopped  2 targets, 1 failed\n"
                            "… and 19 more waves with failures\n");
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_say_who_goes_and_how_many_can_fail),
        cmocka_unit_test(one_wave_is_told_where_not_all_may_fail),
        cmocka_unit_test(f07_of_many_waves_the_first_and_the_last_have_a_line),
        cmocka_unit_test(f07_a_wave_is_one_line_whatever_its_size),
        cmocka_unit_test(a_rollout_that_stopped_says_where_and_why),
        cmocka_unit_test(waves_are_not_told_where_they_say_nothing),
        cmocka_unit_test(f07_many_waves_are_counted_but_for_those_with_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
