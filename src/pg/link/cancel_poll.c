#include "pg/link/cancel_poll.h"

#include "base/mem.h"
#include "pg/link/watcher.h"

typedef struct request {
    pgm__cancel_calls libpq;
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
    self->libpq.finish(self->conn);
    self->conn = NULL;
    uv_close((uv_handle_t *)&self->limit, on_closed);
}

static void on_limit(uv_timer_t *timer) {
    end(timer->data);
}

static void on_event(int status, int events, void *data);

static void wait_for(request *self, int interest) {
    if (!pgm__watcher_arm(&self->watcher, self->loop, self->libpq.socket(self->conn), interest,
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
    switch (self->libpq.poll(self->conn)) {
    case PGRES_POLLING_READING:
        wait_for(self, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        if (self->libpq.status(self->conn) == CONNECTION_STARTED) {
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

static bool begin(request *self) {
    return self->libpq.start(self->conn) == 1 &&
           pgm__watcher_arm(&self->watcher, self->loop, self->libpq.socket(self->conn), UV_WRITABLE,
                            on_event, self);
}

/* No name is looked up: PQcancelCreate() takes the address over that the session is connected to
 * (fe-cancel.c), and PQcancelStart() leaves it as it is (pqConnectDBStart() in fe-connect.c). */
bool pgm__cancel_poll(const pgm__cancel_calls *libpq, uv_loop_t *loop, PGconn *conn,
                      uint64_t limit_ms, void (*ended)(void *data), void *data) {
    request *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return false;
    }
    *self = (request){
        .libpq = *libpq, .loop = loop, .conn = libpq->create(conn), .ended = ended, .data = data};
    if (self->conn == NULL || !begin(self)) {
        pgm__watcher_drop(&self->watcher);
        libpq->finish(self->conn);
        pgm__free(self);
        return false;
    }
    (void)uv_timer_init(loop, &self->limit);
    self->limit.data = self;
    (void)uv_timer_start(&self->limit, on_limit, limit_ms, 0);
    return true;
}
