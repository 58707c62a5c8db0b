/**
 * @file watcher.h  Watches a socket that libpq owns, and may swap, on the loop.
 *
 * Layer: pg.
 * Threads: the loop's only.
 */
#ifndef PGM_PG_LINK_WATCHER_H
#define PGM_PG_LINK_WATCHER_H

#include <stdbool.h>
#include <uv.h>

#include "pgmarch/error.h"

typedef struct pgm__watcher pgm__watcher; /* opaque */

/** `status` and `events` are those of uv_poll_cb: status < 0 is a reason to ask libpq, no error. */
typedef void (*pgm__watcher_fn)(int status, int events, void *data);

/**
 * Waits for `interest` (UV_READABLE, UV_WRITABLE) of `fd`, instead of what was waited for before.
 *
 * @param[in,out] watcher  NULL at first; another one when the number of the socket has changed.
 * @param fn               Called from the loop, until it is armed again, paused or dropped.
 * @return false: it cannot be watched (no memory, no socket); the watcher is as it was, or gone.
 */
PGM_MUST_CHECK bool pgm__watcher_arm(pgm__watcher **watcher, uv_loop_t *loop, int fd, int interest,
                                     pgm__watcher_fn fn, void *data);

/** To be called before libpq may close or swap the socket. NULL is a no-op. */
void pgm__watcher_pause(pgm__watcher *watcher);

/** Lets go of the socket, which libpq may close or reuse at once. *watcher becomes NULL. */
void pgm__watcher_drop(pgm__watcher **watcher);

#endif
