/**
 * @file cancel_poll.h  A cancel request from libpq 17 on: on the loop, and encrypted as its session
 * is.
 *
 * Which libpq there is turns out when the program runs, so that it is not called by name.
 *
 * Layer: pg.
 * Threads: the loop's.
 */
#ifndef PGM_PG_LINK_CANCEL_POLL_H
#define PGM_PG_LINK_CANCEL_POLL_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "pgmarch/error.h"

#ifndef LIBPQ_HAS_ASYNC_CANCEL /* the header of libpq 17 has it */
typedef struct pg_cancel_conn PGcancelConn;
#endif

/** XX(what it returns, name here, libpq's name, parameter) */
#define PGM__CANCEL_CALLS(XX)                                                                      \
    XX(PGcancelConn *, create, "PQcancelCreate", PGconn *)                                         \
    XX(int, start, "PQcancelStart", PGcancelConn *)                                                \
    XX(PostgresPollingStatusType, poll, "PQcancelPoll", PGcancelConn *)                            \
    XX(ConnStatusType, status, "PQcancelStatus", const PGcancelConn *)                             \
    XX(int, socket, "PQcancelSocket", const PGcancelConn *)                                        \
    XX(void, finish, "PQcancelFinish", PGcancelConn *)

typedef struct pgm__cancel_calls {
#define XX(type, call, name, parameter) type (*call)(parameter);
    PGM__CANCEL_CALLS(XX)
#undef XX
} pgm__cancel_calls;

/** As pgm__cancel_send(), by these. */
PGM_MUST_CHECK bool pgm__cancel_poll(const pgm__cancel_calls *libpq, uv_loop_t *loop, PGconn *conn,
                                     uint64_t limit_ms, void (*ended)(void *data), void *data);

#endif
