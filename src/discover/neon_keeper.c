#include "discover/neon_keeper.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"

struct pgm__kept {
    pgm__keeper *keeper;
    pgm__lease lease;
    pgm__lease_wish wish;
    pgm__arena arena;
    uv_timer_t timer; /* of a pause, and of the first step, which nobody is told of at once */
    bool begun;       /* the lease is */
    bool asks;        /* a request is out */
    bool over;        /* the timer is being closed */
    const pgm__kept_fns *fns;
    void *data;
    struct pgm__kept *next;
};

struct pgm__keeper {
    uv_loop_t *loop;
    pgm__http *http; /* NULL: closed */
    pgm__kept *first;
    bool leaving; /* nothing is asked any more */
    bool http_closed;
    void (*closed)(void *data);
    void *data;
};

static const char STOPPED[] = "stopped a second time";

static uint64_t now_of(const pgm__kept *self) {
    return uv_now(self->keeper->loop);
}

/* ---- ends ---- */

static void end_if_empty(pgm__keeper *self) {
    if (self->first == NULL && self->http_closed && self->closed != NULL) {
        void (*closed)(void *data) = self->closed;
        void *data = self->data;
        pgm__free(self);
        closed(data);
    }
}

static void on_timer_closed(uv_handle_t *handle) {
    pgm__kept *self = handle->data;
    pgm__keeper *keeper = self->keeper;
    pgm__kept **at = &keeper->first;
    while (*at != self) {
        at = &(*at)->next;
    }
    *at = self->next;
    self->fns->over(&self->lease, self->data);
    pgm__arena_clear(&self->arena);
    pgm__free(self);
    end_if_empty(keeper);
}

static void end(pgm__kept *self) {
    if (!self->over) {
        self->over = true;
        (void)uv_timer_stop(&self->timer);
        uv_close((uv_handle_t *)&self->timer, on_timer_closed);
    }
}

static void leave(pgm__kept *self) {
    pgm__lease_leave(&self->lease, STOPPED);
    end(self);
}

/* ---- steps ---- */

static void take(pgm__kept *self, pgm__lease_step step);

static void on_answer(const pgm__http_answer *answer, void *data) {
    pgm__kept *self = data;
    self->asks = false;
    take(self, pgm__lease_answer(&self->lease, answer, now_of(self)));
}

static void on_time(uv_timer_t *timer) {
    pgm__kept *self = timer->data;
    if (self->begun) {
        take(self, pgm__lease_resume(&self->lease, now_of(self)));
        return;
    }
    self->begun = true;
    take(self, pgm__lease_begin(&self->lease, &self->arena, &self->wish, now_of(self)));
}

static void wait_for(pgm__kept *self, uint64_t pause_ms) {
    (void)uv_timer_start(&self->timer, on_time, pause_ms, 0);
}

static void ask(pgm__kept *self, const pgm__http_request *request) {
    pgm_error err = {0};
    if (self->keeper->leaving) {
        leave(self);
        return;
    }
    if (pgm__http_ask(self->keeper->http, request, on_answer, self, &err) == PGM_OK) {
        self->asks = true;
        return;
    }
    const pgm__http_answer none = {.status = PGM_ENOMEM, .body = "", .what = "out of memory"};
    pgm__lease_leave(&self->lease, none.what);
    self->lease.status = pgm__error_nomem(&self->lease.error);
    end(self);
}

static void take(pgm__kept *self, pgm__lease_step step) {
    switch (step.kind) {
    case PGM__LEASE_ASK:
        ask(self, &step.request);
        break;
    case PGM__LEASE_PAUSE:
        wait_for(self, step.pause_ms);
        break;
    case PGM__LEASE_USE:
        self->fns->ready(&self->lease, self->data);
        break;
    case PGM__LEASE_DONE:
    default:
        end(self);
        break;
    }
}

/* ---- from outside ---- */

pgm_status pgm__keeper_open(pgm__keeper **out, uv_loop_t *loop,
                            const pgm__keeper_settings *settings, pgm_error *err) {
    pgm__keeper *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->loop = loop;
    const pgm__http_settings http = {.base = settings->api,
                                     .key = settings->key,
                                     .authorities = settings->authorities,
                                     .random = settings->random};
    pgm_status status = pgm__http_open(&self->http, loop, &http, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    *out = self;
    return PGM_OK;
}

pgm_status pgm__keeper_want(pgm__keeper *keeper, const pgm__lease_wish *wish,
                            const pgm__kept_fns *fns, void *data, pgm__kept **out, pgm_error *err) {
    pgm__kept *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self = (pgm__kept){.keeper = keeper, .wish = *wish, .fns = fns, .data = data};
    self->lease = (pgm__lease){.arena = &self->arena, .wish = &self->wish};
    (void)uv_timer_init(keeper->loop, &self->timer);
    self->timer.data = self;
    self->next = keeper->first;
    keeper->first = self;
    wait_for(self, 0);
    *out = self;
    return PGM_OK;
}

/* Before the first request there is nothing to be given back. */
void pgm__kept_release(pgm__kept *kept) {
    if (kept->over) {
        return;
    }
    if (!kept->begun) {
        kept->lease.state = PGM__LEASE_OVER;
        end(kept);
        return;
    }
    pgm__lease_end(&kept->lease, now_of(kept));
    if (kept->keeper->leaving) {
        leave(kept);
    } else if (!kept->asks) {
        wait_for(kept, 0);
    }
}

static void on_http_closed(void *data) {
    pgm__keeper *self = data;
    self->http_closed = true;
    end_if_empty(self);
}

void pgm__keeper_leave(pgm__keeper *keeper) {
    if (keeper->leaving) {
        return;
    }
    keeper->leaving = true;
    for (pgm__kept *one = keeper->first; one != NULL; one = one->next) {
        bool in_use = one->lease.state == PGM__LEASE_READY && !one->lease.ending;
        if (!in_use && one->begun) {
            leave(one);
        } else if (!one->begun) {
            pgm__kept_release(one);
        }
    }
    /* Gives up the requests that are out: their leases are over. */
    pgm__http_close(keeper->http, on_http_closed, keeper);
    keeper->http = NULL;
}

void pgm__keeper_close(pgm__keeper *keeper, void (*closed)(void *data), void *data) {
    assert(keeper->first == NULL);
    keeper->closed = closed;
    keeper->data = data;
    if (keeper->http != NULL) {
        pgm__http_close(keeper->http, on_http_closed, keeper);
        keeper->http = NULL;
    } else if (keeper->http_closed) {
        pgm__free(keeper);
        closed(data);
    }
}
