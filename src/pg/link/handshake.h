/**
 * @file handshake.h  One step of a login on a thread (login_threads.h).
 *
 * PQconnectPoll() never waits, but it computes: the key of a SCRAM password in as many rounds as
 * the server demands (4096 by default; two billion, which is half an hour, if it likes), and the
 * signatures of TLS. On the loop that would hold up every other target, and no timer could end it.
 *
 * Layer: pg.
 * Threads: called from the loop's; while a step is under way the connection is its thread's alone.
 */
#ifndef PGM_PG_LINK_HANDSHAKE_H
#define PGM_PG_LINK_HANDSHAKE_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "pg/link/login_threads.h"

typedef struct pgm__handshake pgm__handshake; /* opaque */

/** What the step answered, on the loop: the connection is the caller's again. */
typedef void (*pgm__handshake_fn)(PostgresPollingStatusType status, void *data);

/**
 * May the next step take long? Over TLS it may; else unless the server asks for no password, which
 * is looked at without taking its message.
 */
bool pgm__handshake_computes(PGconn *conn);

/**
 * Takes one step, when a thread is free for it. The connection's socket must not be watched
 * meanwhile: libpq may close it.
 *
 * @param threads  Borrowed until the step is done, or abandoned.
 * @param conn  Not to be touched until `done`.
 * @return NULL when there can be no thread: the step is then to be taken here.
 */
pgm__handshake *pgm__handshake_step(pgm__login_threads *threads, PGconn *conn,
                                    pgm__handshake_fn done, void *data);

/**
 * Leaves a step to itself: `done` is not called, and the connection is closed: at once when the
 * step has not begun, else when it ends, which may be never. NULL is a no-op.
 */
void pgm__handshake_abandon(pgm__handshake *step);

#endif
