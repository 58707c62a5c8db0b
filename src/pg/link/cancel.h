/**
 * @file cancel.h  Cancel requests: a connection of their own each, beside the session's.
 *
 * Below libpq 17 a request is a blocking call and unencrypted, and has a thread of its own
 * (cancel_thread.h); from libpq 17 on it runs on the loop, and is encrypted as its session is
 * (cancel_poll.h). Which one, says the libpq that the program has found, not the one that it was
 * built with. Either way it blocks nothing and ends within its time limit.
 *
 * Layer: pg.
 * Threads: the loop's, and below libpq 17 one for each request.
 */
#ifndef PGM_PG_LINK_CANCEL_H
#define PGM_PG_LINK_CANCEL_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "pgmarch/error.h"

/**
 * Asks the server of `conn` to cancel what is in flight there. Whether that has an effect is seen
 * on `conn` only.
 *
 * @param conn      Not needed any more after the call. A pooler forgets its request with it, so
 *                  that it should stay open until `ended`.
 * @param limit_ms  After that it is given up.
 * @param ended     Called once, from the loop: the server has heard it, or it never will.
 * @return false: it could not begin; `ended` is not called.
 */
PGM_MUST_CHECK bool pgm__cancel_send(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms,
                                     void (*ended)(void *data), void *data);

#endif
