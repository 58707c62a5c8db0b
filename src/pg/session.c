#include "pg/session.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "engine/classify.h"
#include "pg/cancel.h"
#include "pg/connect_error.h"
#include "pg/watcher.h"

/* At most this much of COPY data is sent per turn of the loop, so that one file does not
 * hold the others up nor pile up in libpq's buffer. */
enum { COPY_CHUNK = 64 * 1024 };

typedef enum phase { PHASE_CONNECTING, PHASE_IDLE, PHASE_BUSY, PHASE_COPYING, PHASE_LOST } phase;

struct pgm__session {
    uv_loop_t *loop;
    PGconn *conn;
    pgm__watcher *watcher; /* NULL while there is no socket */
    uv_timer_t soon;       /* reports what failed at once, from the loop */
    phase phase;
    bool closing;
    bool cancelling; /* a cancel request is under way */
    char *held;      /* the string that waits for its end; NULL = none */
    size_t told;     /* bytes of libpq's message that went out as errors of statements */
    const pgm__session_events *events;
    void *data;
    const char *copy_data;
    size_t copy_len;
    void (*closed)(void *data);
    void *closed_data;
};

struct pgm__reply {
    const PGresult *result;
    pgm__reply_kind kind;
};

static void on_socket(int status, int events, void *data);

/* ---- errors and notices ---- */

static pgm__server_error error_of(const PGresult *result) {
    pgm__server_error error = {
        .severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
        .message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
        .detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
        .hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
        .context = PQresultErrorField(result, PG_DIAG_CONTEXT),
        .routine = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION),
    };
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate != NULL && strlen(sqlstate) == 5) {
        memcpy(error.sqlstate, sqlstate, 6);
    }
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    for (const char *c = position; c != NULL && *c >= '0' && *c <= '9'; c++) {
        error.position = error.position * 10 + (size_t)(*c - '0');
    }
    if (error.message == NULL) {
        error.message = PQresultErrorMessage(result);
    }
    return error;
}

/* What libpq says about the connection itself; the SQLSTATE of a refused login is in the text only
 * (facts.md §0.7). */
static void report_lost(pgm__session *session) {
    /* libpq 15 collects: an error of the string in flight stands in front of the loss, and its
     * SQLSTATE would pass for the reason. */
    const char *said = PQerrorMessage(session->conn);
    said += session->told < strlen(said) ? session->told : 0;
    pgm__server_error error = {.message = said};
    pgm__sqlstate_from_text(said, error.sqlstate);
    char *tidy = pgm__strdup(said);
    if (tidy != NULL) {
        pgm__connect_error_tidy(tidy);
        error.message = tidy;
    }
    session->phase = PHASE_LOST;
    if (session->events != NULL) {
        session->events->lost(&error, session->data);
    }
    pgm__free(tidy);
}

static void on_notice(void *data, const PGresult *result) {
    pgm__session *session = data;
    if (!session->closing && session->events != NULL) {
        pgm__server_error notice = error_of(result);
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
    /* Only now: in blocking mode PQsendQuery to a dead peer never returns (facts.md §1). */
    (void)PQsetnonblocking(session->conn, 1);
    rearm(session, UV_READABLE);
    if (session->phase == PHASE_IDLE) {
        session->events->connected(session->data);
    }
}

/* A refused socket arrives as status UV_EBADF with the watcher already stopped; libpq must be
 * asked all the same: it holds the message and goes on to the next host (facts.md §1). */
static void poll_connect(pgm__session *session) {
    pgm__watcher_pause(session->watcher);
    switch (PQconnectPoll(session->conn)) {
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

static bool kind_of(const PGresult *result, pgm__reply_kind *kind) {
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
        *kind = PGM__REPLY_COMMAND;
        return true;
    case PGRES_SINGLE_TUPLE:
        *kind = PGM__REPLY_ROW;
        return true;
    case PGRES_TUPLES_OK:
        *kind = PGM__REPLY_ROWS_END;
        return true;
    case PGRES_EMPTY_QUERY:
        *kind = PGM__REPLY_EMPTY;
        return true;
    case PGRES_COPY_IN:
        *kind = PGM__REPLY_COPY_IN;
        return true;
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        *kind = PGM__REPLY_ERROR;
        return true;
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
    case PGRES_NONFATAL_ERROR:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
    default:
        return false;
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

static pgm__transaction transaction_of(const pgm__session *session) {
    switch (PQtransactionStatus(session->conn)) {
    case PQTRANS_INTRANS:
        return PGM__TRANSACTION_OPEN;
    case PQTRANS_INERROR:
        return PGM__TRANSACTION_FAILED;
    case PQTRANS_IDLE:
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
    default:
        return PGM__TRANSACTION_NONE;
    }
}

/* Hands one result on. A result of a connection that died carries no SQLSTATE: it is the loss. */
static void hand_over(pgm__session *session, PGresult *result) {
    pgm__reply reply = {.result = result};
    if (kind_of(result, &reply.kind)) {
        if (reply.kind == PGM__REPLY_COPY_IN) {
            session->phase = PHASE_COPYING;
        }
        bool error = reply.kind == PGM__REPLY_ERROR;
        bool reported = PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL;
        if (error && reported) {
            session->told = strlen(PQerrorMessage(session->conn));
        }
        if (!error || reported) {
            session->events->reply(&reply, session->data);
        }
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
            session->events->ready(transaction_of(session), session->data);
            return;
        }
        bool copy_out = PQresultStatus(result) == PGRES_COPY_OUT;
        hand_over(session, result);
        if (copy_out && !drain_copy_out(session)) {
            return;
        }
    }
}

static void poll_query(pgm__session *session, int status, int events) {
    bool alive = true;
    if (status < 0 || (events & UV_READABLE) != 0) {
        alive = PQconsumeInput(session->conn) == 1;
    }
    drain(session);
    if (session->closing || session->phase == PHASE_LOST) {
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
    if (!session->closing && session->phase != PHASE_LOST) {
        report_lost(session);
    }
}

static void report_lost_soon(pgm__session *session) {
    pgm__watcher_drop(&session->watcher);
    (void)uv_timer_start(&session->soon, on_soon, 0, 0);
}

pgm_status pgm__session_open(pgm__session **out, uv_loop_t *loop, const char *const *keywords,
                             const char *const *values, const pgm__session_events *events,
                             void *data, pgm_error *err) {
    pgm__session *session = pgm__calloc(1, sizeof *session);
    PGconn *conn = session == NULL ? NULL : PQconnectStartParams(keywords, values, 0);
    if (conn == NULL) {
        pgm__free(session);
        return pgm__error_nomem(err);
    }
    session->loop = loop;
    session->conn = conn;
    session->events = events;
    session->data = data;
    session->phase = PHASE_CONNECTING;
    (void)uv_timer_init(loop, &session->soon);
    session->soon.data = session;
    (void)PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    (void)PQsetNoticeReceiver(conn, on_notice, session);
    if (PQstatus(conn) == CONNECTION_BAD || PQsocket(conn) < 0 || !watch(session, UV_WRITABLE)) {
        report_lost_soon(session);
    }
    *out = session;
    return PGM_OK;
}

static void send_now(pgm__session *session, const char *sql) {
    session->phase = PHASE_BUSY;
    session->told = 0;
    /* Row by row, for the whole string: ten million rows must not pile up here. */
    if (PQsendQuery(session->conn, sql) != 1 || PQsetSingleRowMode(session->conn) != 1) {
        report_lost_soon(session);
        return;
    }
    int left = PQflush(session->conn);
    if (left < 0 || !watch(session, left == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE)) {
        report_lost_soon(session);
    }
}

void pgm__session_send(pgm__session *session, const char *sql) {
    if (session->phase == PHASE_LOST) {
        return;
    }
    if (!session->cancelling) {
        send_now(session, sql);
        return;
    }
    session->held = pgm__strdup(sql);
    if (session->held == NULL) {
        report_lost_soon(session);
    }
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
        send_now(session, sql);
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

bool pgm__session_strings_off(const pgm__session *session) {
    const char *value = PQparameterStatus(session->conn, "standard_conforming_strings");
    return value != NULL && strcmp(value, "off") == 0;
}

bool pgm__session_encoding_off(const pgm__session *session) {
    const char *value = PQparameterStatus(session->conn, "client_encoding");
    return value != NULL && strcmp(value, "UTF8") != 0;
}

pgm__reply_kind pgm__reply_kind_of(const pgm__reply *reply) {
    return reply->kind;
}

/* libpq 15 declares PQcmdStatus for a non-const result, though it only reads it. */
const char *pgm__reply_tag(const pgm__reply *reply) {
    union {
        const PGresult *in;
        PGresult *out;
    } cast = {.in = reply->result};
    return PQcmdStatus(cast.out);
}

const char *pgm__reply_value(const pgm__reply *reply, int column) {
    if (column < 0 || column >= PQnfields(reply->result) || PQntuples(reply->result) < 1 ||
        PQgetisnull(reply->result, 0, column) != 0) {
        return NULL;
    }
    return PQgetvalue(reply->result, 0, column);
}

/* libpq raises a notice for a column that is not there. */
static bool has_column(const pgm__reply *reply, int column) {
    return column >= 0 && column < PQnfields(reply->result);
}

const char *pgm__reply_column(const pgm__reply *reply, int column) {
    return has_column(reply, column) ? PQfname(reply->result, column) : NULL;
}

unsigned pgm__reply_column_type(const pgm__reply *reply, int column) {
    return has_column(reply, column) ? PQftype(reply->result, column) : 0;
}

pgm__server_error pgm__reply_error(const pgm__reply *reply) {
    return error_of(reply->result);
}
