#include "pg/link/cancel_thread.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "base/signals.h"

/* The request and its thread share it, and the last one frees it: against a server that is stopped
 * PQcancel() never returns, and then nobody waits for the thread. */
typedef struct errand {
    PGcancel *cancel;
    pthread_t thread; /* the request's to join or to detach */
    bool started;
    pthread_mutex_t lock;
    uv_async_t *done; /* NULL once given up */
    atomic_int holders;
} errand;

typedef struct request {
    errand *errand;
    uv_async_t done;
    uv_timer_t limit;
    int open;
    bool ending;
    void (*ended)(void *data);
    void *data;
} request;

/* ---- on the thread ---- */

static void let_go(errand *self) {
    if (atomic_fetch_sub(&self->holders, 1) == 1) {
        PQfreeCancel(self->cancel);
        (void)pthread_mutex_destroy(&self->lock);
        pgm__free(self);
    }
}

static void *run_errand(void *data) {
    errand *self = data;
    char message[256];
    (void)PQcancel(self->cancel, message, (int)sizeof message);
    (void)pthread_mutex_lock(&self->lock);
    if (self->done != NULL) {
        (void)uv_async_send(self->done);
    }
    (void)pthread_mutex_unlock(&self->lock);
    let_go(self);
    return NULL;
}

/* ---- on the loop ---- */

static void on_closed(uv_handle_t *handle) {
    request *self = handle->data;
    if (--self->open == 0) {
        void (*ended)(void *) = self->ended;
        void *data = self->data;
        pgm__free(self);
        ended(data);
    }
}

static void end(request *self) {
    if (self->ending) {
        return;
    }
    self->ending = true;
    (void)pthread_mutex_lock(&self->errand->lock);
    self->errand->done = NULL;
    (void)pthread_mutex_unlock(&self->errand->lock);
    let_go(self->errand);
    uv_close((uv_handle_t *)&self->done, on_closed);
    uv_close((uv_handle_t *)&self->limit, on_closed);
}

/* What has answered has nothing left to do but to end. It is awaited, so that none is on its way
 * out while the program ends. */
static void on_done(uv_async_t *async) {
    request *self = async->data;
    if (!self->ending) {
        (void)pthread_join(self->errand->thread, NULL);
        end(self);
    }
}

/* PQcancel() below libpq 17 calls nothing but the system, so that a thread left in it loses nothing
 * by the program's end. */
static void on_limit(uv_timer_t *timer) {
    request *self = timer->data;
    if (!self->ending && self->errand->started) {
        (void)pthread_detach(self->errand->thread);
    }
    end(self);
}

static errand *new_errand(PGconn *conn) {
    errand *self = pgm__calloc(1, sizeof *self);
    PGcancel *cancel = self == NULL ? NULL : PQgetCancel(conn);
    if (cancel == NULL || pthread_mutex_init(&self->lock, NULL) != 0) {
        PQfreeCancel(cancel);
        pgm__free(self);
        return NULL;
    }
    self->cancel = cancel;
    atomic_init(&self->holders, 1);
    return self;
}

/* Not on libuv's pool: neither the end of the run nor a look-up may wait for a thread that never
 * returns. */
static bool start_thread(errand *self) {
    atomic_fetch_add(&self->holders, 1);
    sigset_t before;
    pgm__signals_block(&before);
    self->started = pthread_create(&self->thread, NULL, run_errand, self) == 0;
    pgm__signals_restore(&before);
    if (!self->started) {
        atomic_fetch_sub(&self->holders, 1);
    }
    return self->started;
}

bool pgm__cancel_by_thread(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms,
                           void (*ended)(void *data), void *data) {
    request *self = pgm__calloc(1, sizeof *self);
    errand *work = self == NULL ? NULL : new_errand(conn);
    if (work == NULL || uv_async_init(loop, &self->done, on_done) != 0) {
        if (work != NULL) {
            let_go(work);
        }
        pgm__free(self);
        return false;
    }
    work->done = &self->done;
    self->errand = work;
    self->ended = ended;
    self->data = data;
    self->open = 2;
    self->done.data = self;
    self->limit.data = self;
    (void)uv_timer_init(loop, &self->limit);
    (void)uv_timer_start(&self->limit, on_limit, start_thread(work) ? limit_ms : 0, 0);
    return true;
}
