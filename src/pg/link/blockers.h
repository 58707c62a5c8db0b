/**
 * @file blockers.h  Whom a backend of ours waits for, asked on a short session beside it.
 *
 * The session that waits cannot say it itself. The other one runs a single SELECT in autocommit, so
 * that it has no transaction open for longer than that: CREATE INDEX CONCURRENTLY waits for the
 * whole transaction of whoever has one open, and so would wait for the very session that asks.
 *
 * Layer: pg.
 * Threads: the loop's thread.
 */
#ifndef PGM_PG_LINK_BLOCKERS_H
#define PGM_PG_LINK_BLOCKERS_H

#include <uv.h>

#include "pgmarch/error.h"

typedef struct pgm__blockers pgm__blockers; /* opaque */

/** What the owner wants to hear. */
typedef struct pgm__blockers_events {
    /** "waits for pid 7 (psql, idle in transaction, …)", or NULL when for nobody or not known. The
     *  object is on its way out and is not to be ended any more. */
    void (*answered)(const char *text, void *data);
    /** It is gone. Once, later, from the loop. */
    void (*closed)(void *data);
} pgm__blockers_events;

/**
 * Asks whom process `pid` of the server waits for.
 *
 * @param keywords  As pgm__session_open() takes them.
 * @param events    Borrowed until `closed`.
 * @return PGM_OK, else nothing will be called.
 */
PGM_MUST_CHECK pgm_status pgm__blockers_ask(pgm__blockers **out, uv_loop_t *loop,
                                            const char *const *keywords, const char *const *values,
                                            int pid, const pgm__blockers_events *events, void *data,
                                            pgm_error *err);

/** Gives up: nothing is answered, `closed` follows. NULL is a no-op. */
void pgm__blockers_end(pgm__blockers *blockers);

#endif
