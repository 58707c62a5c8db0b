/* What stands between two waves: the delay, and the question. */
#include <pthread.h>
#include <uv.h>

#include "support/cmocka_all.h"

#include "support/fake_march.h"
#include "support/fleet_fixture.h"

#define THREE_WAVES                                                                                \
    "[defaults]\nhost = one\n[a]\ndbname = a\nwave = 1\n[b]\ndbname = b\nwave = 2\n"               \
    "[c]\ndbname = c\n"

/* ---- who is asked ---- */

typedef struct keeper {
    pgm_run *run;
    bool answers;    /* at once; else on a thread, after a while */
    bool stops;      /* asks the run to stop in place of an answer */
    size_t no_at;    /* the question of this number is answered with no; 0: none */
    const char *why; /* of that */
    size_t asked;
    size_t withdrawn; /* how often a question was taken back */
    char heard[256];  /* "wave 1>wave 2; " */
    pthread_t thread;
    bool has_thread;
} keeper;

static void *answer_later(void *data) {
    keeper *self = data;
    uv_sleep(20);
    pgm_run_answer(self->run, self->asked != self->no_at, self->why);
    return NULL;
}

static void join(keeper *self) {
    if (self->has_thread) {
        assert_int_equal(pthread_join(self->thread, NULL), 0);
    }
    self->has_thread = false;
}

static void ask(const pgm_wave *ended, const pgm_wave *next, void *data) {
    keeper *self = data;
    if (ended == NULL) {
        assert_null(next);
        self->withdrawn++;
        return;
    }
    join(self);
    self->asked++;
    size_t used = strlen(self->heard);
    (void)snprintf(self->heard + used, sizeof self->heard - used, "%s>%s; ", ended->name,
                   next->name);
    if (self->stops) {
        pgm_run_stop(self->run);
    } else if (self->answers) {
        pgm_run_answer(self->run, self->asked != self->no_at, self->why);
        pgm_run_answer(self->run, self->asked == self->no_at, "a second answer");
    } else {
        assert_int_equal(pthread_create(&self->thread, NULL, answer_later, self), 0);
        self->has_thread = true;
    }
}

static void run_with(fleet *f, keeper *self) {
    f->options.gate = ask;
    f->options.gate_data = self;
    fleet_open(f, THREE_WAVES);
    self->run = f->run;
    fake_play(NULL, 0);
    fleet_execute(f);
    join(self);
}

/* ---- the question ---- */

static void it_is_asked_between_two_waves_and_not_behind_the_last(void **state) {
    keeper self = {.answers = true};
    run_with(*state, &self);
    assert_string_equal(self.heard, "wave 1>wave 2; wave 2>the rest; ");
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
    assert_int_equal(self.withdrawn, 0);
}

static void an_answer_may_come_from_another_thread(void **state) {
    keeper self = {.answers = false};
    run_with(*state, &self);
    assert_int_equal(self.asked, 2);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
}

static void no_ends_the_rollout_in_its_words(void **state) {
    fleet *f = *state;
    keeper self = {.no_at = 2, .why = "the check said no"};
    run_with(f, &self);
    assert_string_equal(fake_log(), " +a -a +b -b");
    assert_int_equal(fleet_outcome(f, 1), PGM_OUTCOME_APPLIED);
    assert_int_equal(fleet_outcome(f, 2), PGM_OUTCOME_NOT_RUN);
    assert_string_equal(pgm_run_result(f->run, 2)->reason, "the check said no");
    assert_int_equal(pgm_run_summary(f->run)->waves[1].state, PGM_WAVE_ENDED);
    assert_int_equal(pgm_run_summary(f->run)->waves[2].state, PGM_WAVE_NOT_RUN);
}

static void of_two_answers_the_first_one_counts(void **state) {
    fleet *f = *state;
    keeper self = {.answers = true, .no_at = 1, .why = "first"};
    run_with(f, &self);
    assert_string_equal(fake_log(), " +a -a");
    assert_string_equal(pgm_run_result(f->run, 1)->reason, "first");
    assert_string_equal(pgm_run_result(f->run, 2)->reason, "first");
}

static void no_without_words_has_ours(void **state) {
    fleet *f = *state;
    keeper self = {.answers = true, .no_at = 1};
    run_with(f, &self);
    assert_string_equal(pgm_run_result(f->run, 1)->reason, "the next wave was not allowed");
}

static void long_words_are_cut(void **state) {
    fleet *f = *state;
    char why[400];
    memset(why, 'x', sizeof why - 1);
    why[sizeof why - 1] = '\0';
    keeper self = {.answers = true, .no_at = 1, .why = why};
    run_with(f, &self);
    assert_int_equal(strlen(pgm_run_result(f->run, 1)->reason), 255);
}

static void a_stop_takes_the_question_back(void **state) {
    fleet *f = *state;
    keeper self = {.stops = true};
    run_with(f, &self);
    assert_int_equal(self.asked, 1);
    assert_int_equal(self.withdrawn, 1);
    assert_string_equal(fake_log(), " +a -a");
    assert_string_equal(pgm_run_result(f->run, 1)->reason, "stopped on request");
    pgm_run_answer(f->run, true, NULL); /* comes too late */
}

static void an_answer_that_nobody_asked_for_is_nothing(void **state) {
    fleet *f = *state;
    fleet_open(f, THREE_WAVES);
    pgm_run_answer(f->run, false, "unasked");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
}

static void who_failed_too_often_is_not_asked(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.result = {.outcome = PGM_OUTCOME_FAILED}}};
    keeper self = {.answers = true};
    f->options.gate = ask;
    f->options.gate_data = &self;
    fleet_open(f, THREE_WAVES);
    self.run = f->run;
    fake_play(scripts, 1);
    fleet_execute(f);
    assert_int_equal(self.asked, 0);
    assert_string_equal(fake_log(), " +a -a");
}

static void who_only_looks_is_not_asked(void **state) {
    fleet *f = *state;
    keeper self = {.answers = true};
    f->options.dry_run = true;
    f->options.wave_delay = 600000;
    run_with(f, &self);
    assert_int_equal(self.asked, 0);
}

/* ---- the delay ---- */

static int64_t took_ms(fleet *f) {
    return pgm_run_summary(f->run)->duration_ms;
}

static void the_delay_comes_between_waves_and_before_the_question(void **state) {
    fleet *f = *state;
    keeper self = {.answers = true, .no_at = 2};
    f->options.wave_delay = 60;
    run_with(f, &self);
    assert_int_equal(self.asked, 2);
    assert_true(took_ms(f) >= 110); /* twice; libuv's clock counts whole milliseconds */
    assert_string_equal(fake_log(), " +a -a +b -b");
}

static void one_wave_is_not_delayed(void **state) {
    fleet *f = *state;
    f->options.wave_delay = 600000;
    fleet_open(f, "[a]\nhost = one\ndbname = a\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a");
}

static void *stop_later(void *run) {
    uv_sleep(30);
    pgm_run_stop(run);
    return NULL;
}

static void a_stop_ends_the_delay_at_once(void **state) {
    fleet *f = *state;
    pthread_t thread;
    f->options.wave_delay = 600000;
    fleet_open(f, THREE_WAVES);
    fake_play(NULL, 0);
    assert_int_equal(pthread_create(&thread, NULL, stop_later, f->run), 0);
    fleet_execute(f);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(took_ms(f) < 300000);
    assert_string_equal(fake_log(), " +a -a");
    assert_string_equal(pgm_run_result(f->run, 2)->reason, "stopped on request");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(it_is_asked_between_two_waves_and_not_behind_the_last),
        FLEET_TEST(an_answer_may_come_from_another_thread),
        FLEET_TEST(no_ends_the_rollout_in_its_words),
        FLEET_TEST(of_two_answers_the_first_one_counts),
        FLEET_TEST(no_without_words_has_ours),
        FLEET_TEST(long_words_are_cut),
        FLEET_TEST(a_stop_takes_the_question_back),
        FLEET_TEST(an_answer_that_nobody_asked_for_is_nothing),
        FLEET_TEST(who_failed_too_often_is_not_asked),
        FLEET_TEST(who_only_looks_is_not_asked),
        FLEET_TEST(the_delay_comes_between_waves_and_before_the_question),
        FLEET_TEST(one_wave_is_not_delayed),
        FLEET_TEST(a_stop_ends_the_delay_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
