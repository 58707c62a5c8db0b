#include "pg/link/session.h"

#include <libpq-fe.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/error.h"
#include "base/mem.h"
#include "engine/classify.h"
#include "pg/link/cancel.h"
#include "pg/link/connect_error.h"
#include "pg/link/handshake.h"
#include "pg/link/result.h"
#include "pg/link/watcher.h"

/* At most this much of COPY data is sent per turn of the loop, so that one file does not
 * hold the others up nor pile up in libpq's buffer. */
enum { COPY_CHUNK = 64 * 1024 };

/* libpq keeps a message until all of it is there. No answer to a migration's statements is that
 * long: rows are thrown away one by one, and a row is one message. */
enum { LONGEST_MESSAGE = 256 * 1024 * 1024 };

typedef enum phase { PHASE_CONNECTING, PHASE_IDLE, PHASE_BUSY, PHASE_COPYING, PHASE_LOST } phase;

struct pgm__session {
    uv_loop_t *loop;
    pgm__login_threads *threads; /* for the login */
    PGconn *conn;
    pgm__watcher *watcher; /* NULL while there is no socket */
    pgm__handshake *step;  /* of the login, on a thread: `conn` is the step's; or NULL */
    size_t unread;         /* bytes that came since the last message that was complete */
    uv_timer_t soon;       /* reports what failed at once, from the loop */
    phase phase;
    bool unheard; /* it was lost while it was nobody's: its next owner is told */
    bool closing;
    bool cancelling; /* a cancel request is under way */
    char *held;      /* the string that waits for its end; NULL = none */
    bool held_one;   /* it is one statement (pgm__session_send_one()) */
    size_t told;     /* bytes of libpq's message that went out as errors of statements */
    char *farewell;  /* why the server ends it, said while nothing was asked; or NULL */
    const pgm__session_events *events;
    void *data;
    const char *copy_data;
    size_t copy_len;
    void (*closed)(void *data);
    void *closed_data;
    pgm__field *fields; /* of the reply that is handed over */
    size_t field_capacity;
};

static void on_socket(int status, int events, void *data);

/* ---- errors and notices ---- */

/* What libpq says about the connection itself; the SQLSTATE of a refused login is in the text
 * only, because there is no result to hold it. */
static void report_lost(pgm__session *session) {
    /* libpq 15 collects: an error of the string in flight stands in front of the loss, and its
     * SQLSTATE would pass for the reason. */
    const char *said = PQerrorMessage(session->conn);
    said += session->told < strlen(said) ? session->told : 0;
    said = session->farewell != NULL ? session->farewell : said;
    pgm__server_error error = {.message = said};
    pgm__sqlstate_from_text(said, error.sqlstate);
    char *tidy = pgm__strdup(said);
    if (tidy != NULL) {
        pgm__connect_error_tidy(tidy);
        error.message = tidy;
    }
    session->phase = PHASE_LOST;
    session->unheard = session->events == NULL;
    if (!session->unheard) {
        session->events->lost(&error, session->data);
    }
    pgm__free(tidy);
}

static void on_notice(void *data, const PGresult *result) {
    pgm__session *session = data;
    session->unread = 0;
    if (session->closing) {
        return;
    }
    pgm__server_error notice = pgm__result_error(result);
    /* Where no string is in flight, libpq takes an error for a notice, and says of what follows no
     * more than that the connection was closed. Kept without its SQLSTATE: no login was refused. */
    if (pgm__reply_ends_session(&notice)) {
        pgm__free(session->farewell);
        session->farewell = pgm__strdup(notice.message);
    } else if (session->events != NULL) {
        session->events->notice(&notice, session->data);
    }
}

/* ---- the socket watcher ---- */

static bool watch(pgm__session *session, int interest) {
    return pgm__watcher_arm(&session->watcher, session->loop, PQsocket(session->conn), interest,
                            on_socket, session);
}

/* ---- connecting ---- */

static void rearm(pgm__session *session, int interest) {
    if (!watch(session, interest)) {
        report_lost(session);
    }
}

static void finish_connect(pgm__session *session) {
    session->phase = PHASE_IDLE;
    /* In blocking mode PQsendQuery to a dead peer never returns; of the login PQconnectPoll() takes
     * care in either mode. */
    (void)PQsetnonblocking(session->conn, 1);
    rearm(session, UV_READABLE);
    if (session->phase == PHASE_IDLE && session->events != NULL) {
        session->events->connected(session->data);
    }
}

/* A refused socket arrives as status UV_EBADF with the watcher already stopped; libpq must be
 * asked all the same: it holds the message and goes on to the next host. */
static void follow_connect(pgm__session *session, PostgresPollingStatusType status) {
    switch (status) {
    case PGRES_POLLING_READING:
        rearm(session, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        /* The socket may be a new one with the same number, and epoll has forgotten the old one:
         * only a fresh watcher is sure to see it. */
        if (PQstatus(session->conn) == CONNECTION_STARTED) {
            pgm__watcher_drop(&session->watcher);
        }
        rearm(session, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
        finish_connect(session);
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        pgm__watcher_drop(&session->watcher);
        report_lost(session);
        break;
    }
}

/* Raised on the thread of a step, and about the login: nobody's. */
static void ignore_notice(void *data, const PGresult *result) {
    (void)data;
    (void)result;
}

static void on_step(PostgresPollingStatusType status, void *data) {
    pgm__session *session = data;
    session->step = NULL;
    (void)PQsetNoticeReceiver(session->conn, on_notice, session);
    follow_connect(session, status);
}

/* The watcher goes altogether, lest libpq closes the socket on the thread, another session gets its
 * number, and our stale watcher takes that out of epoll. */
static bool step_aside(pgm__session *session) {
    if (!pgm__handshake_computes(session->conn)) {
        return false;
    }
    pgm__watcher_drop(&session->watcher);
    (void)PQsetNoticeReceiver(session->conn, ignore_notice, NULL);
    session->step = pgm__handshake_step(session->threads, session->conn, on_step, session);
    if (session->step == NULL) {
        (void)PQsetNoticeReceiver(session->conn, on_notice, session);
    }
    return session->step != NULL;
}

static void poll_connect(pgm__session *session) {
    pgm__watcher_pause(session->watcher);
    if (!step_aside(session)) {
        follow_connect(session, PQconnectPoll(session->conn));
    }
}

/* ---- a string in flight ---- */

static void flush(pgm__session *session) {
    /* All that was given to libpq may be gone, and more be waiting here for its turn. */
    bool more = PQflush(session->conn) == 1 || session->phase == PHASE_COPYING;
    rearm(session, more ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void end_copy(pgm__session *session, const char *why) {
    if (PQputCopyEnd(session->conn, why) == 1) {
        session->phase = PHASE_BUSY;
    }
}

/* One chunk per turn; 0 from PQputCopyData means "buffer full, come back when writable". */
static void pump_copy(pgm__session *session) {
    size_t len = session->copy_len < COPY_CHUNK ? session->copy_len : COPY_CHUNK;
    if (len == 0) {
        end_copy(session, NULL);
        return;
    }
    if (PQputCopyData(session->conn, session->copy_data, (int)len) == 1) {
        session->copy_data += len;
        session->copy_len -= len;
    }
}

/* COPY … TO STDOUT: the rows are thrown away, the statement's own end follows as its result. */
static bool drain_copy_out(pgm__session *session) {
    char *row = NULL;
    int got;
    while ((got = PQgetCopyData(session->conn, &row, 1)) > 0) {
        PQfreemem(row);
    }
    return got != 0;
}

static void lose(pgm__session *session, const pgm__server_error *error) {
    pgm__watcher_drop(&session->watcher);
    session->phase = PHASE_LOST;
    if (session->events != NULL) {
        session->events->lost(error, session->data);
    }
}

/* A string of twenty migrations brings some three hundred replies: only what a kind has is asked of
 * libpq. */
static void tell_rows(pgm__session *session, const PGresult *result, pgm__reply *reply) {
    static const pgm__server_error no_memory = {.message = "out of memory"};
    if (!pgm__result_fields(result, &session->fields, &session->field_capacity)) {
        lose(session, &no_memory);
        return;
    }
    reply->fields = session->fields;
    reply->field_count = (size_t)PQnfields(result);
    session->events->reply(reply, session->data);
}

static void tell_error(pgm__session *session, const PGresult *result) {
    const pgm__server_error error = pgm__result_error(result);
    const pgm__reply reply = {.kind = PGM__REPLY_ERROR, .tag = "", .error = &error};
    session->told = strlen(PQerrorMessage(session->conn));
    session->events->reply(&reply, session->data);
}

static void tell_reply(pgm__session *session, const PGresult *result, pgm__reply_kind kind) {
    if (kind == PGM__REPLY_ERROR) {
        tell_error(session, result);
        return;
    }
    pgm__reply reply = {.kind = kind, .tag = ""};
    if (kind == PGM__REPLY_COMMAND || kind == PGM__REPLY_ROWS_END) {
        reply.tag = pgm__result_tag(result);
    }
    if (kind == PGM__REPLY_ROW || kind == PGM__REPLY_ROWS_END) {
        tell_rows(session, result, &reply);
    } else {
        session->events->reply(&reply, session->data);
    }
}

/* Without a SQLSTATE it is libpq's own. Of a connection that died it is the loss, which is told in
 * its place; of one that lives, what follows cannot be understood any more. */
static void hand_over_error(pgm__session *session, const PGresult *result) {
    if (PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL) {
        tell_reply(session, result, PGM__REPLY_ERROR);
    } else if (PQstatus(session->conn) == CONNECTION_OK) {
        const pgm__server_error error = pgm__result_error(result);
        lose(session, &error);
    }
}

/* Hands one result on. */
static void hand_over(pgm__session *session, PGresult *result) {
    pgm__reply_kind kind;
    if (!pgm__result_kind(result, &kind)) {
        PQclear(result);
        return;
    }
    if (kind == PGM__REPLY_COPY_IN) {
        session->phase = PHASE_COPYING;
    }
    if (kind == PGM__REPLY_ERROR) {
        hand_over_error(session, result);
    } else {
        tell_reply(session, result, kind);
    }
    PQclear(result);
}

/* Reads what has come. The owner may close the session in any callback, hence `closing`. */
static void drain(pgm__session *session) {
    while (!session->closing && session->phase == PHASE_BUSY && PQisBusy(session->conn) == 0) {
        PGresult *result = PQgetResult(session->conn);
        if (result == NULL) {
            if (PQstatus(session->conn) == CONNECTION_BAD) {
                return;
            }
            session->phase = PHASE_IDLE;
            session->events->ready(pgm__result_transaction(session->conn), session->data);
            return;
        }
        session->unread = 0;
        bool copy_out = PQresultStatus(result) == PGRES_COPY_OUT;
        hand_over(session, result);
        if (copy_out && !drain_copy_out(session)) {
            return;
        }
    }
}

/* PQconsumeInput() takes bytes from the socket and looks at none of them. */
static void read_unasked(pgm__session *session) {
    if (session->phase == PHASE_IDLE) {
        (void)PQisBusy(session->conn);
    }
}

/* As far as can be told from outside: libpq does not say how much it holds, and reads on as long as
 * something is there. */
static void count_unread(pgm__session *session) {
    int there = 0;
    if (ioctl(PQsocket(session->conn), FIONREAD, &there) == 0 && there > 0) {
        session->unread += (size_t)there;
    }
}

static void report_flooded(pgm__session *session) {
    static const pgm__server_error flooded = {
        .message = "the server sent a message of more than 256 MiB, and was not listened to any "
                   "longer"};
    lose(session, &flooded);
}

static void poll_query(pgm__session *session, int status, int events) {
    bool alive = true;
    if (status < 0 || (events & UV_READABLE) != 0) {
        count_unread(session);
        alive = PQconsumeInput(session->conn) == 1;
    }
    read_unasked(session);
    drain(session);
    if (session->closing || session->phase == PHASE_LOST) {
        return;
    }
    if (session->unread > LONGEST_MESSAGE) {
        report_flooded(session);
        return;
    }
    if (!alive || PQstatus(session->conn) == CONNECTION_BAD) {
        pgm__watcher_drop(&session->watcher);
        report_lost(session);
        return;
    }
    if (session->phase == PHASE_COPYING) {
        pump_copy(session);
    }
    flush(session);
}

static void on_socket(int status, int events, void *data) {
    pgm__session *session = data;
    if (session->closing || session->phase == PHASE_LOST) {
        return;
    }
    if (session->phase == PHASE_CONNECTING) {
        poll_connect(session);
    } else {
        poll_query(session, status, events);
    }
}

/* ---- the owner's calls ---- */

static void on_soon(uv_timer_t *timer) {
    pgm__session *session = timer->data;
    if (!session->closing && (session->phase != PHASE_LOST || session->unheard)) {
        report_lost(session);
    }
}

static void report_lost_soon(pgm__session *session) {
    pgm__watcher_drop(&session->watcher);
    (void)uv_timer_start(&session->soon, on_soon, 0, 0);
}

pgm_status pgm__session_open(pgm__session **out, pgm__login_threads *threads,
                             const char *const *keywords, const char *const *values,
                             const pgm__session_events *events, void *data, pgm_error *err) {
    pgm__session *session = pgm__calloc(1, sizeof *session);
    PGconn *conn = session == NULL ? NULL : PQconnectStartParams(keywords, values, 0);
    if (conn == NULL) {
        pgm__free(session);
        return pgm__error_nomem(err);
    }
    session->loop = pgm__login_threads_loop(threads);
    session->threads = threads;
    session->conn = conn;
    session->events = events;
    session->data = data;
    session->phase = PHASE_CONNECTING;
    (void)uv_timer_init(session->loop, &session->soon);
    session->soon.data = session;
    (void)PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    (void)PQsetNoticeReceiver(conn, on_notice, session);
    if (PQstatus(conn) == CONNECTION_BAD || PQsocket(conn) < 0 || !watch(session, UV_WRITABLE)) {
        report_lost_soon(session);
    }
    *out = session;
    return PGM_OK;
}

static bool give_to_libpq(pgm__session *session, const char *sql, bool one) {
    return (one ? PQsendQueryParams(session->conn, sql, 0, NULL, NULL, NULL, NULL, 0)
                : PQsendQuery(session->conn, sql)) == 1;
}

static void send_now(pgm__session *session, const char *sql, bool one) {
    session->phase = PHASE_BUSY;
    session->told = 0;
    /* Row by row, for the whole string: ten million rows must not pile up here. */
    if (!give_to_libpq(session, sql, one) || PQsetSingleRowMode(session->conn) != 1) {
        report_lost_soon(session);
        return;
    }
    int left = PQflush(session->conn);
    if (left < 0 || !watch(session, left == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE)) {
        report_lost_soon(session);
    }
}

static void send_string(pgm__session *session, const char *sql, bool one) {
    if (session->phase == PHASE_LOST) {
        return;
    }
    if (!session->cancelling) {
        send_now(session, sql, one);
        return;
    }
    session->held = pgm__strdup(sql);
    session->held_one = one;
    if (session->held == NULL) {
        report_lost_soon(session);
    }
}

void pgm__session_send(pgm__session *session, const char *sql) {
    send_string(session, sql, false);
}

void pgm__session_send_one(pgm__session *session, const char *sql) {
    send_string(session, sql, true);
}

void pgm__session_copy(pgm__session *session, const char *data, size_t len, const char *why) {
    if (data == NULL) {
        end_copy(session, why);
        return;
    }
    session->copy_data = data;
    session->copy_len = len;
    pump_copy(session);
}

void pgm__session_give(pgm__session *session, const pgm__session_events *events, void *data) {
    session->events = events;
    session->data = data;
    if (events != NULL && session->unheard) {
        (void)uv_timer_start(&session->soon, on_soon, 0, 0);
    }
}

bool pgm__session_is_computing(const pgm__session *session) {
    return session->step != NULL;
}

bool pgm__session_is_idle(const pgm__session *session) {
    return session->phase == PHASE_IDLE;
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle) {
    pgm__session *session = handle->data;
    void (*closed)(void *) = session->closed;
    void *data = session->closed_data;
    pgm__free(session->held);
    pgm__free(session->farewell);
    pgm__free(session->fields);
    pgm__free(session);
    if (closed != NULL) {
        closed(data);
    }
}

static void disconnect(pgm__session *session) {
    PQfinish(session->conn);
    session->conn = NULL;
    uv_close((uv_handle_t *)&session->soon, on_closed);
}

/* A cancel request under way is awaited: it has its time limit, and a pooler forgets it when the
 * client is gone. */
void pgm__session_close(pgm__session *session, void (*closed)(void *data), void *data) {
    if (session == NULL || session->closing) {
        return;
    }
    session->closing = true;
    session->closed = closed;
    session->closed_data = data;
    /* The watcher first: after PQfinish the next connection gets the same fd number. */
    pgm__watcher_drop(&session->watcher);
    if (session->step != NULL) {
        pgm__handshake_abandon(session->step);
        session->step = NULL;
        session->conn = NULL;
    }
    if (!session->cancelling) {
        disconnect(session);
    }
}

/* ---- cancel ---- */

/* Only now, lest the request hits the string behind the one that it was meant for. */
static void send_held(pgm__session *session) {
    char *sql = session->held;
    session->held = NULL;
    if (sql != NULL && session->phase != PHASE_LOST) {
        send_now(session, sql, session->held_one);
    }
    pgm__free(sql);
}

static void on_cancel_ended(void *data) {
    pgm__session *session = data;
    session->cancelling = false;
    if (session->closing) {
        disconnect(session);
    } else {
        send_held(session);
    }
}

void pgm__session_cancel(pgm__session *session, uint64_t limit_ms) {
    if (!session->cancelling) {
        session->cancelling = pgm__cancel_send(session->loop, session->conn, limit_ms,
                                               on_cancel_ended, session);
    }
}

/* ---- what is known of it ---- */

int pgm__session_pid(const pgm__session *session) {
    return PQbackendPID(session->conn);
}

int pgm__session_server_version(const pgm__session *session) {
    return PQserverVersion(session->conn);
}

/* libpq names no cipher of GSSAPI, which is no TLS and hides as much. */
pgm__tls pgm__session_tls(const pgm__session *session) {
    if (PQgssEncInUse(session->conn) != 0) {
        return (pgm__tls){"GSSAPI", NULL};
    }
    return (pgm__tls){PQsslAttribute(session->conn, "protocol"),
                      PQsslAttribute(session->conn, "cipher")};
}

const char *pgm__session_parameter(const pgm__session *session, const char *name) {
    return PQparameterStatus(session->conn, name);
}

bool pgm__session_strings_off(const pgm__session *session) {
    const char *value = PQparameterStatus(session->conn, "standard_conforming_strings");
    return value != NULL && strcmp(value, "off") == 0;
}

bool pgm__session_counts_bytes(const pgm__session *session) {
    const char *value = PQparameterStatus(session->conn, "server_encoding");
    return value != NULL && strcmp(value, "SQL_ASCII") == 0;
}

bool pgm__session_encoding_off(const pgm__session *session) {
    const char *value = PQparameterStatus(session->conn, "client_encoding");
    return value != NULL && strcmp(value, "UTF8") != 0;
}
