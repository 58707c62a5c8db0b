/**
 * @file cancel_thread.h  A cancel request below libpq 17: a blocking call, and unencrypted, on a
 * thread of its own.
 *
 * Layer: pg.
 * Threads: the loop's, and one for each request.
 */
#ifndef PGM_PG_LINK_CANCEL_THREAD_H
#define PGM_PG_LINK_CANCEL_THREAD_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "pgmarch/error.h"

/** As pgm__cancel_send(). */
PGM_MUST_CHECK bool pgm__cancel_by_thread(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms,
                                          void (*ended)(void *data), void *data);

#endif
