/* The threads that compute logins: how many there are, who waits for whom, and who is given up. */
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "pg/link/login_threads.h"
#include "support/cmocka_all.h"
#include "support/oom.h"
#include "support/threads.h"

enum { FOR_EVER_MS = 3600000, AT_ONCE_MS = 1, HANGS_MS = 60000 };

/* ---- work that lasts as long as a test likes ---- */

typedef struct job {
    pgm__login_work work;
    atomic_bool begun;
    atomic_bool may_end;
    atomic_int place; /* of all that have begun, from 1 */
    atomic_bool dropped;
    bool ended;
} job;

static uv_loop_t loop;
static pgm__login_threads *threads;
static atomic_int begun; /* since the test began */
static atomic_int at_once;

static void pause_a_little(void) {
    const struct timespec pause = {.tv_nsec = 500000};
    (void)nanosleep(&pause, NULL);
}

static void compute(pgm__login_work *work) {
    job *self = (job *)work;
    atomic_fetch_add(&at_once, 1);
    atomic_store(&self->place, atomic_fetch_add(&begun, 1) + 1);
    atomic_store(&self->begun, true);
    while (!atomic_load(&self->may_end)) {
        pause_a_little();
    }
    atomic_fetch_sub(&at_once, 1);
}

static void on_ended(pgm__login_work *work) {
    ((job *)work)->ended = true;
}

static void on_dropped(pgm__login_work *work) {
    atomic_store(&((job *)work)->dropped, true);
}

static void make(job *self, bool may_end) {
    memset(self, 0, sizeof *self);
    self->work = (pgm__login_work){.compute = compute, .ended = on_ended, .dropped = on_dropped};
    atomic_store(&self->may_end, may_end);
}

static void give(job *self, bool may_end) {
    make(self, may_end);
    assert_true(pgm__login_threads_do(threads, &self->work));
}

static bool has_begun(job *self) {
    return atomic_load(&self->begun);
}

static bool has_ended(job *self) {
    return self->ended;
}

static bool is_dropped(job *self) {
    return atomic_load(&self->dropped);
}

/* Turns the loop until it is so. */
static void await(bool (*is_so)(job *self), job *self) {
    uint64_t limit = uv_hrtime() + (uint64_t)HANGS_MS * 1000000;
    while (!is_so(self)) {
        (void)uv_run(&loop, UV_RUN_NOWAIT);
        pause_a_little();
        assert_true(uv_hrtime() < limit);
    }
}

static void turn_a_while(void) {
    for (int i = 0; i < 100; i++) {
        (void)uv_run(&loop, UV_RUN_NOWAIT);
        pause_a_little();
    }
}

static void let_end(job *self) {
    atomic_store(&self->may_end, true);
    await(has_ended, self);
}

/* ---- a test's beginning and end ---- */

static void open_threads(size_t limit, uint64_t patience_ms) {
    threads = pgm__login_threads_new(&loop, limit, patience_ms);
    assert_non_null(threads);
    assert_ptr_equal(pgm__login_threads_loop(threads), &loop);
}

/* All that were started have ended when this returns. */
static void close_threads(void) {
    pgm__login_threads_end(threads);
    threads = NULL;
    assert_int_equal(threads_left(), 0);
}

static int setup(void **state) {
    (void)state;
    atomic_store(&begun, 0);
    atomic_store(&at_once, 0);
    threads_linger(true);
    return uv_loop_init(&loop);
}

static int teardown(void **state) {
    (void)state;
    threads_refuse(false);
    threads_linger(false);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

/* ---- how many there are ---- */

static void without_work_there_is_no_thread(void **state) {
    (void)state;
    open_threads(4, FOR_EVER_MS);
    assert_false(pgm__login_threads_busy(threads));
    close_threads();
    assert_int_equal(threads_started(), 0);
    pgm__login_threads_end(NULL);
}

/* Nor does the loop wait for anything then. */
static void with_nothing_to_do_the_loop_runs_out(void **state) {
    (void)state;
    job one;
    open_threads(1, FOR_EVER_MS);
    give(&one, true);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(one.ended);
    assert_false(pgm__login_threads_busy(threads));
    close_threads();
}

static void never_more_are_at_work_than_the_limit(void **state) {
    (void)state;
    enum { JOBS = 20, LIMIT = 3 };
    job jobs[JOBS];
    open_threads(LIMIT, FOR_EVER_MS);
    for (size_t i = 0; i < JOBS; i++) {
        give(&jobs[i], false);
    }
    for (size_t i = 0; i < JOBS; i++) {
        await(has_begun, &jobs[i]);
        turn_a_while();
        assert_int_equal(atomic_load(&at_once), JOBS - i < LIMIT ? JOBS - i : LIMIT);
        let_end(&jobs[i]);
    }
    close_threads();
    assert_int_equal(threads_started(), LIMIT);
}

static void without_a_limit_there_are_as_many_as_cores(void **state) {
    (void)state;
    job jobs[200];
    size_t cores = uv_available_parallelism();
    assert_true(cores < 150);
    open_threads(0, FOR_EVER_MS);
    for (size_t i = 0; i < cores + 2; i++) {
        give(&jobs[i], false);
    }
    await(has_begun, &jobs[cores - 1]);
    turn_a_while();
    assert_int_equal(threads_started(), cores);
    assert_false(has_begun(&jobs[cores]));
    for (size_t i = 0; i < cores + 2; i++) {
        let_end(&jobs[i]);
    }
    close_threads();
}

static void a_thread_takes_one_piece_after_the_other(void **state) {
    (void)state;
    job jobs[5];
    open_threads(4, FOR_EVER_MS);
    for (size_t i = 0; i < 5; i++) {
        give(&jobs[i], true);
        await(has_ended, &jobs[i]);
        turn_a_while(); /* until it waits again */
    }
    close_threads();
    assert_int_equal(threads_started(), 1);
}

static void what_came_first_is_begun_first(void **state) {
    (void)state;
    job jobs[6];
    open_threads(1, FOR_EVER_MS);
    for (size_t i = 0; i < 6; i++) {
        give(&jobs[i], false);
    }
    for (size_t i = 0; i < 6; i++) {
        let_end(&jobs[i]);
        assert_int_equal(atomic_load(&jobs[i].place), i + 1);
    }
    close_threads();
}

/* ---- who takes too long ---- */

/* Far more than there are threads: whoever comes behind them is done all the same. */
static void work_without_end_holds_nobody_up(void **state) {
    (void)state;
    enum { STUCK = 9 };
    job stuck[STUCK];
    job good;
    open_threads(2, 100);
    for (size_t i = 0; i < STUCK; i++) {
        give(&stuck[i], false);
    }
    give(&good, true);
    await(has_ended, &good);
    for (size_t i = 0; i < STUCK; i++) {
        assert_false(stuck[i].ended);
        let_end(&stuck[i]);
    }
    close_threads();
    assert_true(threads_started() > 2);
}

static void who_takes_long_is_left_alone_while_nobody_waits(void **state) {
    (void)state;
    job jobs[2];
    open_threads(1, AT_ONCE_MS);
    give(&jobs[0], false);
    await(has_begun, &jobs[0]);
    turn_a_while();
    let_end(&jobs[0]);
    turn_a_while();
    give(&jobs[1], true);
    await(has_ended, &jobs[1]);
    close_threads();
    assert_int_equal(threads_started(), 1);
}

/* Else there would be nobody for those who wait. */
static void nobody_is_given_up_who_cannot_be_replaced(void **state) {
    (void)state;
    job jobs[2];
    open_threads(1, AT_ONCE_MS);
    give(&jobs[0], false);
    await(has_begun, &jobs[0]);
    threads_refuse(true);
    give(&jobs[1], true);
    turn_a_while();
    assert_false(has_begun(&jobs[1]));
    let_end(&jobs[0]);
    await(has_ended, &jobs[1]);
    close_threads();
    assert_int_equal(threads_started(), 1);
}

/* ---- what nobody wants any more ---- */

static void abandoned_while_it_waits_it_never_begins(void **state) {
    (void)state;
    job jobs[3];
    open_threads(1, FOR_EVER_MS);
    for (size_t i = 0; i < 3; i++) {
        give(&jobs[i], false);
    }
    pgm__login_threads_abandon(threads, &jobs[1].work);
    assert_true(is_dropped(&jobs[1]));
    let_end(&jobs[0]);
    let_end(&jobs[2]);
    close_threads();
    assert_false(has_begun(&jobs[1]));
    assert_false(jobs[1].ended);
}

static void abandoned_while_it_computes_it_is_dropped_at_its_end(void **state) {
    (void)state;
    job one;
    open_threads(1, FOR_EVER_MS);
    give(&one, false);
    await(has_begun, &one);
    pgm__login_threads_abandon(threads, &one.work);
    assert_false(is_dropped(&one));
    assert_true(pgm__login_threads_busy(threads));
    atomic_store(&one.may_end, true);
    await(is_dropped, &one);
    turn_a_while();
    assert_false(one.ended);
    close_threads();
}

/* However patient they are. */
static void what_is_abandoned_makes_room_for_who_waits(void **state) {
    (void)state;
    job jobs[3];
    open_threads(1, FOR_EVER_MS);
    give(&jobs[0], false);
    await(has_begun, &jobs[0]);
    give(&jobs[1], false);
    pgm__login_threads_abandon(threads, &jobs[0].work);
    await(has_begun, &jobs[1]);
    pgm__login_threads_abandon(threads, &jobs[1].work);
    give(&jobs[2], true); /* comes only now */
    await(has_ended, &jobs[2]);
    atomic_store(&jobs[0].may_end, true);
    atomic_store(&jobs[1].may_end, true);
    await(is_dropped, &jobs[0]);
    await(is_dropped, &jobs[1]);
    turn_a_while();
    close_threads();
}

static bool is_computed(job *self) {
    (void)self;
    return !pgm__login_threads_busy(threads);
}

static void abandoned_before_its_end_is_told_it_is_dropped(void **state) {
    (void)state;
    job one;
    open_threads(1, FOR_EVER_MS);
    give(&one, true);
    while (!has_begun(&one) || !is_computed(&one)) { /* the loop does not turn */
        pause_a_little();
    }
    pgm__login_threads_abandon(threads, &one.work);
    assert_true(is_dropped(&one));
    turn_a_while();
    assert_false(one.ended);
    close_threads();
}

/* ---- the end ---- */

static void who_is_at_work_at_the_end_is_left_to_it(void **state) {
    (void)state;
    job one;
    open_threads(2, FOR_EVER_MS);
    give(&one, false);
    await(has_begun, &one);
    pgm__login_threads_abandon(threads, &one.work);
    pgm__login_threads_end(threads);
    (void)uv_run(&loop, UV_RUN_DEFAULT); /* nothing waits for it */
    assert_int_equal(threads_left(), 1);
    assert_false(is_dropped(&one));
    atomic_store(&one.may_end, true);
    while (threads_left() > 0) {
        pause_a_little();
    }
    assert_true(is_dropped(&one));
}

/* ---- what cannot be had ---- */

static void where_no_thread_can_be_made_nothing_is_taken(void **state) {
    (void)state;
    job one;
    make(&one, true);
    open_threads(2, FOR_EVER_MS);
    threads_refuse(true);
    assert_false(pgm__login_threads_do(threads, &one.work));
    turn_a_while();
    close_threads();
    assert_false(has_begun(&one));
    assert_false(one.ended);
    assert_false(is_dropped(&one));
}

static void where_one_can_be_made_the_others_wait_for_it(void **state) {
    (void)state;
    job jobs[3];
    open_threads(3, FOR_EVER_MS);
    give(&jobs[0], false);
    threads_refuse(true);
    give(&jobs[1], true);
    give(&jobs[2], true);
    let_end(&jobs[0]);
    await(has_ended, &jobs[2]);
    assert_true(jobs[1].ended);
    close_threads();
    assert_int_equal(threads_started(), 1);
}

static void without_memory_there_are_none(void **state) {
    (void)state;
    job one;
    oom_arm(1);
    assert_null(pgm__login_threads_new(&loop, 1, FOR_EVER_MS));
    assert_true(oom_disarm());
    open_threads(1, FOR_EVER_MS);
    make(&one, true);
    oom_arm(1);
    assert_false(pgm__login_threads_do(threads, &one.work));
    assert_true(oom_disarm());
    give(&one, true); /* there may be some again */
    await(has_ended, &one);
    close_threads();
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(without_work_there_is_no_thread),
        T(with_nothing_to_do_the_loop_runs_out),
        T(never_more_are_at_work_than_the_limit),
        T(without_a_limit_there_are_as_many_as_cores),
        T(a_thread_takes_one_piece_after_the_other),
        T(what_came_first_is_begun_first),
        T(work_without_end_holds_nobody_up),
        T(who_takes_long_is_left_alone_while_nobody_waits),
        T(nobody_is_given_up_who_cannot_be_replaced),
        T(abandoned_while_it_waits_it_never_begins),
        T(abandoned_while_it_computes_it_is_dropped_at_its_end),
        T(what_is_abandoned_makes_room_for_who_waits),
        T(abandoned_before_its_end_is_told_it_is_dropped),
        T(who_is_at_work_at_the_end_is_left_to_it),
        T(where_no_thread_can_be_made_nothing_is_taken),
        T(where_one_can_be_made_the_others_wait_for_it),
        T(without_memory_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
