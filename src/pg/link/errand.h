/**
 * @file errand.h  One statement on a session of its own, for what it does: CREATE DATABASE.
 *
 * Names are looked up, a session is opened, the statement is sent, the session is closed. Nothing
 * is tried again: whoever sends one knows what a second time would do.
 *
 * Layer: pg, link.
 * Threads: the loop's.
 */
#ifndef PGM_PG_LINK_ERRAND_H
#define PGM_PG_LINK_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "pg/conninfo/conninfo.h"
#include "pg/link/login_threads.h"
#include "pg/link/resolver.h"
#include "pgmarch/error.h"

typedef struct pgm__errand pgm__errand; /* opaque */

/** What is to be done. */
typedef struct pgm__errand_wish {
    const pgm__conninfo *info;
    const char *sql;     /* a single statement, outside of a transaction; NULL: connecting is all */
    uint64_t connect_ms; /* names and login; 0 = no limit */
    uint64_t run_ms;     /* the statement; then it is cancelled */
} pgm__errand_wish;

/** How it went. Borrowed for the call. */
typedef struct pgm__errand_end {
    /* PGM_OK: it is done. PGM_ECONNECT, PGM_ESQL (with sqlstate), PGM_ETIMEOUT, PGM_ECANCELLED,
       PGM_ENOMEM, PGM_EIO. The message has the server, and no password. */
    pgm_error error;
    bool sent;          /* also behind a failure: it may have been done */
    int server_version; /* 150018; 0: nobody has let us in */
    bool lingers;       /* a thread is left behind that may compute for long */
} pgm__errand_end;

typedef void (*pgm__errand_fn)(const pgm__errand_end *end, void *data);

/**
 * Begins; `ended` follows once, from the loop.
 *
 * @param[out] out  Valid until `ended`. Untouched on failure.
 * @param threads   As pgm__session_open() takes them; borrowed until `ended`, as the resolver is.
 * @param wish      What it points to is borrowed until `ended`.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__errand_start(pgm__errand **out, pgm__login_threads *threads,
                                            pgm__resolver *resolver, const pgm__errand_wish *wish,
                                            pgm__errand_fn ended, void *data, pgm_error *err);

/** Gives up: what is sent is cancelled, and the end follows soon (PGM_ECANCELLED). */
void pgm__errand_stop(pgm__errand *errand);

#endif
