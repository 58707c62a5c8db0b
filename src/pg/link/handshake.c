#include "pg/link/handshake.h"

#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

struct pgm__handshake {
    pgm__login_work work; /* first, so that one is the other */
    pgm__login_threads *threads;
    PGconn *conn;
    PostgresPollingStatusType status;
    pgm__handshake_fn fn;
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

/* ---- on a thread ---- */

static void compute(pgm__login_work *work) {
    pgm__handshake *step = (pgm__handshake *)work;
    step->status = PQconnectPoll(step->conn);
}

static void on_dropped(pgm__login_work *work) {
    pgm__handshake *step = (pgm__handshake *)work;
    PQfinish(step->conn);
    pgm__free(step);
}

/* ---- on the loop ---- */

static void on_ended(pgm__login_work *work) {
    pgm__handshake step = *(pgm__handshake *)work;
    pgm__free(work);
    step.fn(step.status, step.data);
}

pgm__handshake *pgm__handshake_step(pgm__login_threads *threads, PGconn *conn,
                                    pgm__handshake_fn done, void *data) {
    pgm__handshake *step = pgm__calloc(1, sizeof *step);
    if (step == NULL) {
        return NULL;
    }
    *step = (pgm__handshake){
        .work = {.compute = compute, .ended = on_ended, .dropped = on_dropped},
        .threads = threads,
        .conn = conn,
        .status = PGRES_POLLING_FAILED,
        .fn = done,
        .data = data,
    };
    if (!pgm__login_threads_do(threads, &step->work)) {
        pgm__free(step);
        return NULL;
    }
    return step;
}

void pgm__handshake_abandon(pgm__handshake *step) {
    if (step != NULL) {
        pgm__login_threads_abandon(step->threads, &step->work);
    }
}
