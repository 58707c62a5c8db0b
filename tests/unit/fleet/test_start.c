/* A run on a loop of the caller's, over scripted marches. */
#include <uv.h>

#include "fleet/run_data.h"
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom.h"

#define ON_ONE_SERVER                                                                              \
    "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n[c]\nhost = one\ndbname = c\n"

/* One at once: who starts in which turn is not a matter of how fast the machine is then. */
#define ONE_BY_ONE " +a -a +b -b +c -c"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* What the caller has: a loop, and what it is told. */
typedef struct caller {
    fleet *fleet;
    uv_loop_t loop;
    uv_timer_t timer;
    size_t ticks;
    size_t finished;
    size_t events;
    pgm_error error;
    bool frees;
} caller;

static int setup(void **state) {
    void *made = NULL;
    caller *c = calloc(1, sizeof *c);
    if (c == NULL || fleet_setup(&made) != 0 || uv_loop_init(&c->loop) != 0) {
        free(c);
        return -1;
    }
    c->fleet = made;
    *state = c;
    return 0;
}

/* Nothing of a run is left on the loop, or it could not be closed. */
static int teardown(void **state) {
    caller *c = *state;
    void *made = c->fleet;
    int open = uv_loop_close(&c->loop);
    free(c);
    return fleet_teardown(&made) != 0 || open != 0 ? -1 : 0;
}

static void on_event(const pgm_event *event, void *data) {
    caller *c = data;
    (void)event;
    c->events++;
}

static void on_finished(pgm_run *run, const pgm_error *err, void *data) {
    caller *c = data;
    assert_ptr_equal(run, c->fleet->run);
    c->finished++;
    c->error = *err;
    if (c->frees) {
        c->fleet->run = NULL;
        pgm_run_free(run);
    }
}

static void open_run(caller *c, const char *targets) {
    c->fleet->options.observer = on_event;
    c->fleet->options.observer_data = c;
    if (c->fleet->options.jobs == PGM_UNSET) {
        c->fleet->options.jobs = 1;
    }
    fleet_open(c->fleet, targets);
    c->finished = 0;
    c->events = 0;
}

static pgm_status start(caller *c) {
    return pgm_run_start(c->fleet->run, &c->loop, on_finished, c, &c->fleet->err);
}

static void turn_to_the_end(caller *c) {
    assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
}

/* ---- from the start to the end ---- */

static void it_does_what_an_execution_does(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    assert_string_equal(fake_log(), "");
    assert_int_equal(c->events, 0);
    turn_to_the_end(c);
    assert_string_equal(fake_log(), ONE_BY_ONE);
    assert_int_equal(c->finished, 1);
    assert_int_equal(c->error.status, PGM_OK);
    assert_int_equal(pgm_run_summary(c->fleet->run)->counts[PGM_OUTCOME_APPLIED], 3);
}

static void a_run_without_targets_finishes_too(void **state) {
    caller *c = *state;
    c->fleet->options.names = (const char *const[]){NULL};
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    assert_int_equal(c->finished, 0);
    turn_to_the_end(c);
    assert_int_equal(c->finished, 1);
}

static void whoever_is_told_of_the_end_may_free_the_run(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    c->frees = true;
    assert_int_equal(start(c), PGM_OK);
    turn_to_the_end(c);
    assert_int_equal(c->finished, 1);
    assert_null(c->fleet->run);
}

static void a_survey_may_come_before(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(pgm_run_survey(c->fleet->run, &c->fleet->err), PGM_OK);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    turn_to_the_end(c);
    assert_string_equal(fake_log(), ONE_BY_ONE);
    assert_true(fake_target(0)->surveyed);
}

/* Two passes: the look at all, and the rehearsal of one of those that are alike. */
static void a_rehearsal_of_some_makes_both_of_its_passes(void **state) {
    caller *c = *state;
    static const size_t pending[] = {0, 1};
    const fake_march waits = {
        .result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = pending, .pending_count = 2}};
    const fake_march scripts[] = {waits, waits, waits};
    c->fleet->options.command = PGM_COMMAND_REHEARSE;
    c->fleet->options.sample = 1;
    open_run(c, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(start(c), PGM_OK);
    turn_to_the_end(c);
    assert_string_equal(fake_log(), ONE_BY_ONE " +a -a");
    assert_int_equal(c->error.status, PGM_OK);
    assert_string_equal(pgm_run_result(c->fleet->run, 1)->rehearsal->sampled, "a");
}

/* ---- beside others ---- */

static void count_ticks(uv_timer_t *timer) {
    caller *c = timer->data;
    c->ticks++;
    if (c->ticks == 5) {
        pgm_run_stop(c->fleet->run);
        uv_close((uv_handle_t *)timer, NULL);
    }
}

/* Scripted marches are at work in every turn of their loop: were one waited for, the timer would
 * never come. */
static void a_run_with_work_all_the_time_leaves_others_their_turn(void **state) {
    caller *c = *state;
    const fake_march scripts[] = {{.turns = UINT_MAX}};
    open_run(c, "[a]\nhost = one\n");
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(start(c), PGM_OK);
    assert_int_equal(uv_timer_init(&c->loop, &c->timer), 0);
    c->timer.data = c;
    assert_int_equal(uv_timer_start(&c->timer, count_ticks, 1, 1), 0);
    turn_to_the_end(c);
    assert_int_equal(c->ticks, 5);
    assert_string_equal(fake_log(), " +a !a -a");
    assert_int_equal(fleet_outcome(c->fleet, 0), PGM_OUTCOME_CANCELLED);
    assert_int_equal(c->error.status, PGM_OK);
}

static void take_long(void) {
    uv_sleep(3);
}

/* The first of a wave may be the only one that starts in a turn that took long already; elsewhere
 * all of them do. None is forgotten. */
static void what_cannot_start_in_a_turn_starts_in_a_later_one(void **state) {
    caller *c = *state;
    const fake_march scripts[] = {{.place = "here", .before = take_long}};
    c->fleet->options.jobs = 9;
    open_run(c, "[a]\nhost = a\nwave = 1\n[b]\nhost = b\n[c]\nhost = c\n[d]\nhost = d\n");
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(start(c), PGM_OK);
    turn_to_the_end(c);
    assert_string_equal(fake_log(), " +a -a +b +c -b +d -c -d");

    open_run(c, "[a]\nhost = a\nwave = 1\n[b]\nhost = b\n[c]\nhost = c\n[d]\nhost = d\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(c->fleet);
    assert_string_equal(fake_log(), " +a -a +b +c +d -b -c -d");
}

/* ---- its loop ends first ---- */

static void a_loop_with_a_run_on_it_cannot_be_closed(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    assert_int_equal(uv_loop_close(&c->loop), UV_EBUSY);
    turn_to_the_end(c);
    assert_string_equal(fake_log(), ONE_BY_ONE);
}

static void free_early(caller *c) {
    pgm_run *run = c->fleet->run;
    pgm_run_free(run);
    c->fleet->run = NULL;
    assert_int_equal(c->finished, 1);
    assert_int_equal(c->error.status, PGM_ECANCELLED);
    assert_non_null(strstr(c->error.msg, "its loop has to be run until it has"));
    turn_to_the_end(c);
    assert_int_equal(c->finished, 1);
}

static void a_run_freed_before_its_end_is_stopped_and_says_so(void **state) {
    caller *c = *state;
    const fake_march scripts[] = {{.turns = UINT_MAX}};
    open_run(c, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(start(c), PGM_OK);
    (void)uv_run(&c->loop, UV_RUN_NOWAIT);
    (void)uv_run(&c->loop, UV_RUN_NOWAIT);
    free_early(c);
    assert_non_null(strstr(fake_log(), " +a"));
    assert_non_null(strstr(fake_log(), " !a"));
    assert_non_null(strstr(fake_log(), " -a"));
}

static void a_run_freed_before_its_loop_was_turned_has_done_nothing(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    free_early(c);
    assert_string_equal(fake_log(), "");
}

/* As it is written most of the time: the same function for either end. */
static void whoever_is_told_of_an_early_end_may_free_the_run_as_well(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    c->frees = true;
    assert_int_equal(start(c), PGM_OK);
    free_early(c);
}

/* ---- refused ---- */

static void without_a_loop_that_is_open_nothing_starts(void **state) {
    caller *c = *state;
    pgm_error *err = &c->fleet->err;
    uv_loop_t closed;
    assert_int_equal(uv_loop_init(&closed), 0);
    assert_int_equal(uv_loop_close(&closed), 0);
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(pgm_run_start(c->fleet->run, &closed, on_finished, c, err), PGM_EUSAGE);
    assert_string_equal(err->msg, "the loop is closed: start the run before uv_loop_close()");
    assert_int_equal(pgm_run_start(c->fleet->run, NULL, on_finished, c, err), PGM_EUSAGE);
    assert_int_equal(pgm_run_start(c->fleet->run, &c->loop, NULL, c, err), PGM_EUSAGE);
    assert_int_equal(start(c), PGM_OK);
    turn_to_the_end(c);
    assert_int_equal(c->finished, 1);
}

static void a_run_is_started_or_executed_once(void **state) {
    caller *c = *state;
    open_run(c, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_int_equal(start(c), PGM_OK);
    assert_int_equal(start(c), PGM_EINTERNAL);
    assert_int_equal(pgm_run_execute(c->fleet->run, &c->fleet->err), PGM_EINTERNAL);
    turn_to_the_end(c);
    assert_int_equal(start(c), PGM_EINTERNAL);
    assert_int_equal(c->finished, 1);
}

/* ---- out of memory ---- */

/* Either it does not start, and can be started again, or it finishes and says so. */
static void every_allocation_may_fail(void **state) {
    caller *c = *state;
    static const size_t pending[] = {0, 1};
    const fake_march waits = {
        .place = "here",
        .result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = pending, .pending_count = 2}};
    const fake_march scripts[] = {waits, waits, waits};
    c->fleet->options.command = PGM_COMMAND_REHEARSE;
    c->fleet->options.sample = 1;
    size_t refused = 0;
    bool failed = true;
    size_t nth;
    for (nth = 1; failed; nth++) {
        open_run(c, ON_ONE_SERVER);
        fake_play(scripts, COUNT(scripts));
        oom_arm(nth);
        pgm_status status = start(c);
        turn_to_the_end(c);
        failed = oom_disarm();
        if (status != PGM_OK) {
            refused++;
            assert_int_equal(c->finished, 0);
            assert_int_equal(start(c), PGM_OK);
            turn_to_the_end(c);
        }
        assert_int_equal(c->finished, 1);
        assert_int_equal(c->error.status, failed && status == PGM_OK ? PGM_ENOMEM : PGM_OK);
    }
    assert_int_equal(refused, 1);
    assert_true(nth > 5);
}

#define CALLER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CALLER_TEST(it_does_what_an_execution_does),
        CALLER_TEST(a_run_without_targets_finishes_too),
        CALLER_TEST(whoever_is_told_of_the_end_may_free_the_run),
        CALLER_TEST(a_survey_may_come_before),
        CALLER_TEST(a_rehearsal_of_some_makes_both_of_its_passes),
        CALLER_TEST(a_run_with_work_all_the_time_leaves_others_their_turn),
        CALLER_TEST(what_cannot_start_in_a_turn_starts_in_a_later_one),
        CALLER_TEST(a_loop_with_a_run_on_it_cannot_be_closed),
        CALLER_TEST(a_run_freed_before_its_end_is_stopped_and_says_so),
        CALLER_TEST(a_run_freed_before_its_loop_was_turned_has_done_nothing),
        CALLER_TEST(whoever_is_told_of_an_early_end_may_free_the_run_as_well),
        CALLER_TEST(without_a_loop_that_is_open_nothing_starts),
        CALLER_TEST(a_run_is_started_or_executed_once),
        CALLER_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
