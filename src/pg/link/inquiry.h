/**
 * @file inquiry.h  What a backend of ours is at, asked on a short session beside it (waits.h).
 *
 * The session that waits cannot say it itself. The other one runs a single SELECT in autocommit, so
 * that it has no transaction open for longer than that: CREATE INDEX CONCURRENTLY waits for the
 * whole transaction of whoever has one open, and so would wait for the very session that asks.
 *
 * Layer: pg.
 * Threads: the loop's thread.
 */
#ifndef PGM_PG_LINK_INQUIRY_H
#define PGM_PG_LINK_INQUIRY_H

#include "pg/exchange/waits.h"
#include "pg/link/login_threads.h"
#include "pgmarch/error.h"

typedef struct pgm__inquiry pgm__inquiry; /* opaque */

typedef struct pgm__question {
    int pid;          /* of the process that is asked about */
    pgm__strbuf more; /* what else is asked, behind that; empty: nothing */
} pgm__question;

/** What the owner wants to hear. */
typedef struct pgm__inquiry_events {
    /** What was found, borrowed for the call: nothing, where it could not be asked. The object is
     *  on its way out and is not to be ended any more. */
    void (*answered)(const pgm__waits *found, void *data);
    /** It is gone. Once, later, from the loop. */
    void (*closed)(void *data);
} pgm__inquiry_events;

/**
 * Asks what a process of the server is at.
 *
 * @param threads   As pgm__session_open() takes them, and keywords too.
 * @param question  Its `more` is taken over, and empty then.
 * @param events    Borrowed until `closed`.
 * @return PGM_OK, else nothing will be called.
 */
PGM_MUST_CHECK pgm_status pgm__inquiry_ask(pgm__inquiry **out, pgm__login_threads *threads,
                                           const char *const *keywords, const char *const *values,
                                           pgm__question *question,
                                           const pgm__inquiry_events *events, void *data,
                                           pgm_error *err);

/** Gives up: nothing is answered, `closed` follows. NULL is a no-op. */
void pgm__inquiry_end(pgm__inquiry *inquiry);

#endif
