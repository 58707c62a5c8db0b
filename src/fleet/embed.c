/*
 * libuv gives away what such a loop waits for: one descriptor, readable when anything has come, and
 * the time until its next timer. On the caller's loop there is a handle for either, and one for
 * work that is there already, so that the caller's own callbacks get their turn in between.
 */
#include "fleet/embed.h"

#include "base/error.h"
#include "base/mem.h"
#include "fleet/steps.h"

/* Nanoseconds. So long goes on what is ready, before others have their turn: twice in a turn of the
 * caller's loop at most, for work that is left over and for what has come. */
enum { TURN_NS = 1000000 };

enum { HANDLES = 3 };

struct pgm__embedding {
    pgm_run *run; /* NULL: it is gone, and the handles are still to be closed */
    uv_poll_t poll;
    uv_timer_t timer;
    uv_idle_t more;
    unsigned open; /* of the handles */
    bool over;     /* nothing is left to be done */
    pgm_finished_fn finished;
    void *data;
};

/* ---- its end ---- */

static void tell_finished(pgm_run *run, pgm_finished_fn finished, void *data) {
    const pgm_error error = run->progress.error;
    finished(run, &error, data);
}

/* With the last of them. The run may be freed by whoever is told. */
static void on_closed(uv_handle_t *handle) {
    pgm__embedding *self = handle->data;
    if (--self->open > 0) {
        return;
    }
    pgm__embedding last = *self;
    pgm__free(self);
    if (last.run != NULL) {
        last.run->embedding = NULL;
        tell_finished(last.run, last.finished, last.data);
    }
}

static void close_handles(pgm__embedding *self) {
    uv_close((uv_handle_t *)&self->poll, on_closed);
    uv_close((uv_handle_t *)&self->timer, on_closed);
    uv_close((uv_handle_t *)&self->more, on_closed);
}

/* ---- a turn ---- */

static void on_timer(uv_timer_t *timer);
static void on_more(uv_idle_t *idle);

static void wait_for_more(pgm__embedding *self) {
    uv_loop_t *loop = &self->run->loop;
    uv_update_time(loop);
    int timeout = uv_backend_timeout(loop);
    (void)uv_idle_stop(&self->more);
    (void)uv_timer_stop(&self->timer);
    if (timeout == 0) {
        (void)uv_idle_start(&self->more, on_more);
    } else if (timeout > 0) {
        (void)uv_timer_start(&self->timer, on_timer, (uint64_t)timeout, 0);
    }
}

/* As long as something is ready, and nobody has to wait for it for long. */
static void turn_loop(pgm_run *run) {
    run->turn.until = uv_hrtime() + TURN_NS;
    do {
        (void)uv_run(&run->loop, UV_RUN_NOWAIT);
    } while (uv_loop_alive(&run->loop) && uv_backend_timeout(&run->loop) == 0 &&
             uv_hrtime() < run->turn.until);
}

static void take_turn(pgm__embedding *self) {
    pgm_run *run = self->run;
    if (run == NULL || self->over) {
        return;
    }
    turn_loop(run);
    self->over = !uv_loop_alive(&run->loop) && !pgm__steps_go_on(run);
    if (self->over) {
        run->loop.data = NULL;
        close_handles(self);
    } else {
        wait_for_more(self);
    }
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    take_turn(poll->data);
}

static void on_timer(uv_timer_t *timer) {
    take_turn(timer->data);
}

static void on_more(uv_idle_t *idle) {
    take_turn(idle->data);
}

/* ---- from outside ---- */

static pgm_status refuse(pgm_error *err, int failed) {
    return pgm__error_set(err, PGM_EIO, "cannot join the event loop: %s", uv_strerror(failed));
}

/* The handle that can fail comes first: one that is open can only be closed by turning a loop that
 * is not ours. */
static pgm_status join(pgm__embedding *self, uv_loop_t *loop, pgm_error *err) {
    int failed = uv_poll_init(loop, &self->poll, uv_backend_fd(&self->run->loop));
    if (failed != 0) {
        return refuse(err, failed);
    }
    (void)uv_timer_init(loop, &self->timer);
    (void)uv_idle_init(loop, &self->more);
    self->poll.data = self;
    self->timer.data = self;
    self->more.data = self;
    self->open = HANDLES;
    (void)uv_poll_start(&self->poll, UV_READABLE, on_poll);
    (void)uv_idle_start(&self->more, on_more);
    return PGM_OK;
}

static pgm_status embed(pgm_run *run, uv_loop_t *loop, pgm_finished_fn finished, void *data,
                        pgm_error *err) {
    pgm__embedding *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self = (pgm__embedding){.run = run, .finished = finished, .data = data};
    pgm_status status = join(self, loop, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    run->embedding = self;
    run->loop.data = &run->turn;
    return PGM_OK;
}

/* Nothing is begun in here: what happens is told from the loop. */
pgm_status pgm_run_start(pgm_run *run, uv_loop_t *loop, pgm_finished_fn finished, void *data,
                         pgm_error *err) {
    if (loop == NULL || finished == NULL) {
        return pgm__error_set(
            err, PGM_EUSAGE, "a run is started on a loop, with a function to be called at its end");
    }
    if (uv_backend_fd(loop) < 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the loop is closed: start the run before uv_loop_close()");
    }
    pgm_status status = pgm__steps_check(run, PGM__STEPS_EXECUTION, err);
    if (status == PGM_OK) {
        status = embed(run, loop, finished, data, err);
    }
    if (status == PGM_OK) {
        pgm__steps_begin(run, PGM__STEPS_EXECUTION);
    }
    return status;
}

static void end_early(pgm_run *run) {
    run->loop.data = NULL;
    if (atomic_load(&run->stops) == 0) {
        pgm_run_stop(run);
    }
    do {
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    } while (pgm__steps_go_on(run));
    pgm_error *error = &run->progress.error;
    if (error->status == PGM_OK) {
        (void)pgm__error_set(error, PGM_ECANCELLED,
                             "the run was freed before it had finished, and so was stopped: its "
                             "loop has to be run until it has");
    }
}

void pgm__embedding_end(pgm_run *run) {
    pgm__embedding *self = run->embedding;
    if (self == NULL) {
        return;
    }
    if (!self->over) {
        end_early(run);
        close_handles(self);
    }
    run->embedding = NULL;
    self->run = NULL;
    tell_finished(run, self->finished, self->data);
}
