#include "pg/link/handshake.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

/* The step and its thread share it, and the last one frees it. */
typedef struct errand {
    PGconn *conn;
    PostgresPollingStatusType status;
    pthread_t thread; /* the step's to join or to detach */
    pthread_mutex_t lock;
    uv_async_t *done; /* NULL once abandoned */
    bool abandoned;   /* the last one closes the connection too */
    atomic_int holders;
} errand;

struct pgm__handshake {
    errand *errand;
    uv_async_t done;
    pgm__handshake_fn fn; /* NULL once told, or abandoned */
    void *data;
};

/* ---- which steps ---- */

/* AuthenticationOk: 'R', a length of 8, and 0 (the server's documentation, "Message Formats"). It,
 * and an error, are all that a server says that asks for no password. */
static bool is_harmless(const unsigned char *message, ssize_t len) {
    static const unsigned char ok[9] = {'R', 0, 0, 0, 8, 0, 0, 0, 0};
    return (len > 0 && message[0] == 'E') ||
           (len == (ssize_t)sizeof ok && memcmp(message, ok, sizeof ok) == 0);
}

bool pgm__handshake_computes(PGconn *conn) {
    ConnStatusType status = PQstatus(conn);
    if (status == CONNECTION_SSL_STARTUP || PQsslInUse(conn) != 0) {
        return true;
    }
    if (status != CONNECTION_AWAITING_RESPONSE) {
        return false;
    }
    /* Not the other way round: a server that sends byte by byte would have nothing to be known by.
     */
    unsigned char message[9];
    ssize_t len = recv(PQsocket(conn), message, sizeof message, MSG_PEEK | MSG_DONTWAIT);
    return !is_harmless(message, len);
}

/* ---- on the thread ---- */

static void let_go(errand *self) {
    if (atomic_fetch_sub(&self->holders, 1) == 1) {
        if (self->abandoned) {
            PQfinish(self->conn);
        }
        (void)pthread_mutex_destroy(&self->lock);
        pgm__free(self);
    }
}

static void *run_errand(void *data) {
    errand *self = data;
    PostgresPollingStatusType status = PQconnectPoll(self->conn);
    (void)pthread_mutex_lock(&self->lock);
    self->status = status;
    if (self->done != NULL) {
        (void)uv_async_send(self->done);
    }
    (void)pthread_mutex_unlock(&self->lock);
    let_go(self);
    return NULL;
}

/* ---- on the loop ---- */

static void on_closed(uv_handle_t *handle) {
    pgm__free(handle->data);
}

/* What the thread has answered, if it has; it will not be asked again. */
static PostgresPollingStatusType part(pgm__handshake *step, bool abandon) {
    errand *work = step->errand;
    (void)pthread_mutex_lock(&work->lock);
    PostgresPollingStatusType status = work->status;
    work->done = NULL;
    work->abandoned = abandon;
    (void)pthread_mutex_unlock(&work->lock);
    let_go(work);
    step->errand = NULL;
    step->fn = NULL;
    uv_close((uv_handle_t *)&step->done, on_closed);
    return status;
}

/* What has answered has nothing left to do but to end. It is awaited: a thread gives back what
 * OpenSSL keeps for it when it ends, and if the program's end had taken OpenSSL down before, it
 * would crash there. */
static void on_done(uv_async_t *async) {
    pgm__handshake *step = async->data;
    pgm__handshake_fn fn = step->fn;
    void *data = step->data;
    if (fn != NULL) {
        (void)pthread_join(step->errand->thread, NULL);
        fn(part(step, false), data);
    }
}

static errand *new_errand(PGconn *conn) {
    errand *self = pgm__calloc(1, sizeof *self);
    if (self == NULL || pthread_mutex_init(&self->lock, NULL) != 0) {
        pgm__free(self);
        return NULL;
    }
    self->conn = conn;
    self->status = PGRES_POLLING_FAILED;
    atomic_init(&self->holders, 1);
    return self;
}

static bool start_thread(errand *self) {
    atomic_fetch_add(&self->holders, 1);
    if (pthread_create(&self->thread, NULL, run_errand, self) != 0) {
        atomic_fetch_sub(&self->holders, 1);
        return false;
    }
    return true;
}

pgm__handshake *pgm__handshake_step(uv_loop_t *loop, PGconn *conn, pgm__handshake_fn done,
                                    void *data) {
    pgm__handshake *step = pgm__calloc(1, sizeof *step);
    errand *work = step == NULL ? NULL : new_errand(conn);
    if (work == NULL || uv_async_init(loop, &step->done, on_done) != 0) {
        if (work != NULL) {
            let_go(work);
        }
        pgm__free(step);
        return NULL;
    }
    step->done.data = step;
    step->errand = work;
    step->fn = done;
    step->data = data;
    work->done = &step->done;
    if (!start_thread(work)) {
        (void)part(step, false);
        return NULL;
    }
    return step;
}

void pgm__handshake_abandon(pgm__handshake *step) {
    if (step != NULL) {
        (void)pthread_detach(step->errand->thread);
        (void)part(step, true);
    }
}
