#include "pg/link/cancel.h"

#include "base/mem.h"

#ifdef LIBPQ_HAS_ASYNC_CANCEL

#include "pg/link/watcher.h"

typedef struct request {
    uv_loop_t *loop;
    PGcancelConn *conn; /* NULL once ended */
    pgm__watcher *watcher;
    uv_timer_t limit;
    void (*ended)(void *data);
    void *data;
} request;

static void on_closed(uv_handle_t *handle) {
    request *self = handle->data;
    void (*ended)(void *) = self->ended;
    void *data = self->data;
    pgm__free(self);
    ended(data);
}

/* The watcher first: the next connection may get the same number. */
static void end(request *self) {
    pgm__watcher_drop(&self->watcher);
    PQcancelFinish(self->conn);
    self->conn = NULL;
    uv_close((uv_handle_t *)&self->limit, on_closed);
}

static void on_limit(uv_timer_t *timer) {
    end(timer->data);
}

static void on_event(int status, int events, void *data);

static void wait_for(request *self, int interest) {
    if (!pgm__watcher_arm(&self->watcher, self->loop, PQcancelSocket(self->conn), interest,
                          on_event, self)) {
        end(self);
    }
}

/* As a session connects (session.c): a refused socket comes as an error of the watcher, and a new
 * one may have the number of the old one. OK = the server has closed it, that is, has heard it. */
static void on_event(int status, int events, void *data) {
    request *self = data;
    (void)status;
    (void)events;
    pgm__watcher_pause(self->watcher);
    switch (PQcancelPoll(self->conn)) {
    case PGRES_POLLING_READING:
        wait_for(self, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        if (PQcancelStatus(self->conn) == CONNECTION_STARTED) {
            pgm__watcher_drop(&self->watcher);
        }
        wait_for(self, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        end(self);
        break;
    }
}

/* No name is looked up: PQcancelCreate() takes the address over that the session is connected to
 * (fe-cancel.c), and PQcancelStart() leaves it as it is (pqConnectDBStart() in fe-connect.c). */
bool pgm__cancel_send(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms, void (*ended)(void *data),
                      void *data) {
    request *self = pgm__calloc(1, sizeof *self);
    PGcancelConn *fresh = self == NULL ? NULL : PQcancelCreate(conn);
    if (fresh == NULL || PQcancelStart(fresh) != 1 ||
        !pgm__watcher_arm(&self->watcher, loop, PQcancelSocket(fresh), UV_WRITABLE, on_event,
                          self)) {
        if (self != NULL) {
            pgm__watcher_drop(&self->watcher);
        }
        PQcancelFinish(fresh);
        pgm__free(self);
        return false;
    }
    self->loop = loop;
    self->conn = fresh;
    self->ended = ended;
    self->data = data;
    (void)uv_timer_init(loop, &self->limit);
    self->limit.data = self;
    (void)uv_timer_start(&self->limit, on_limit, limit_ms, 0);
    return true;
}

#else

#include <pthread.h>
#include <stdatomic.h>

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
    self->started = pthread_create(&self->thread, NULL, run_errand, self) == 0;
    if (!self->started) {
        atomic_fetch_sub(&self->holders, 1);
    }
    return self->started;
}

bool pgm__cancel_send(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms, void (*ended)(void *data),
                      void *data) {
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

#endif
