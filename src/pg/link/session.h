/**
 * @file session.h  One non-blocking libpq connection on the loop.
 *
 * The only file that calls libpq on a session's socket (cancel.c does on its own; handshake.c takes
 * single steps of the login for it). A session is one
 * attempt: it is opened, serves strings of SQL one after the other, and is closed; it is never
 * reconnected. Its events come from the loop, never from inside a call of this file. The facts that
 * forced the shape are in the comments of session.c.
 *
 * Layer: pg.
 * Threads: the loop's only.
 */
#ifndef PGM_PG_LINK_SESSION_H
#define PGM_PG_LINK_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pg/exchange/reply.h"
#include "pg/link/login_threads.h"
#include "pgmarch/error.h"

typedef struct pgm__session pgm__session; /* opaque */

/** What the owner wants to hear; `data` is the one given to open. */
typedef struct pgm__session_events {
    /** Logged in and ready for the first string. */
    void (*connected)(void *data);
    /** A piece of the answer to the string in flight. */
    void (*reply)(const pgm__reply *reply, void *data);
    /** The string has ended. */
    void (*ready)(pgm__transaction transaction, void *data);
    /** A NOTICE or WARNING, at any time. */
    void (*notice)(const pgm__server_error *notice, void *data);
    /** The connection could not be made, or is gone. Nothing follows but what close brings. */
    void (*lost)(const pgm__server_error *error, void *data);
} pgm__session_events;

/**
 * Starts connecting.
 *
 * @param[out] out   New session; ended with pgm__session_close(). Untouched on failure.
 * @param threads    Compute its login; it lives on their loop. Borrowed as long as the session
 * lives.
 * @param keywords   NULL-terminated, as PQconnectStartParams() takes them; host names must come
 *                   with their hostaddr, or libpq would block on DNS. Borrowed for the call.
 * @param events     Borrowed as long as the session lives.
 * @return PGM_OK (also when the attempt fails at once: `lost` follows), PGM_ENOMEM, PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__session_open(pgm__session **out, pgm__login_threads *threads,
                                            const char *const *keywords, const char *const *values,
                                            const pgm__session_events *events, void *data,
                                            pgm_error *err);

/**
 * Sends a string of SQL; replies and one `ready` (or `lost`) follow. Not while one is in flight.
 *
 * @param sql  NUL-terminated; libpq copies it.
 */
void pgm__session_send(pgm__session *session, const char *sql);

/**
 * The same for a single statement, in the extended protocol: the server refuses a string that holds
 * more than one (42601, "cannot insert multiple commands into a prepared statement") before it runs
 * any of it, whatever hides behind a semicolon.
 */
void pgm__session_send_one(pgm__session *session, const char *sql);

/**
 * Answers PGM__REPLY_COPY_IN: streams `len` bytes, then ends the COPY.
 *
 * @param data  Borrowed until the next reply. NULL = there is no data: fails the COPY with `why`.
 */
void pgm__session_copy(pgm__session *session, const char *data, size_t len, const char *why);

/**
 * Asks the server to cancel what is in flight (cancel.h). The effect, if any, is an ordinary error
 * reply. A string sent meanwhile leaves when the request has ended, so that it is not hit.
 *
 * @param limit_ms  After that the request is given up.
 */
void pgm__session_cancel(pgm__session *session, uint64_t limit_ms);

/**
 * Gives the session to another owner, who hears of it from now on; not while a string is in flight.
 * It may be logging in: then `connected` or `lost` follows. A loss that nobody has heard of is told
 * to the new owner, from the loop.
 *
 * @param events  NULL: to nobody, until the next call; a session that is lost meanwhile is not
 * idle.
 */
void pgm__session_give(pgm__session *session, const pgm__session_events *events, void *data);

/** Is a step of the login with the threads? Closing the session leaves that to itself. */
bool pgm__session_is_computing(const pgm__session *session);

/** Is it logged in, and ready for a string? */
bool pgm__session_is_idle(const pgm__session *session);

/** Ends the session; no event follows. `closed` is called once, later, from the loop: when a cancel
 *  request under way has ended. */
void pgm__session_close(pgm__session *session, void (*closed)(void *data), void *data);

/** Process id as the startup packet named it: a pooler's own invention behind a pooler. */
int pgm__session_pid(const pgm__session *session);

/** Has the server standard_conforming_strings off, as of now? */
bool pgm__session_strings_off(const pgm__session *session);

/** Does the server count bytes where others count characters? Its encoding knows none then. */
bool pgm__session_counts_bytes(const pgm__session *session);

/** Does the server read what is sent as something else than UTF-8, as of now? */
bool pgm__session_encoding_off(const pgm__session *session);

/** How the connection is encrypted; NULL where it is not. Borrowed from the session. */
typedef struct pgm__tls {
    const char *protocol; /* "TLSv1.3" */
    const char *cipher;   /* "TLS_AES_256_GCM_SHA384" */
} pgm__tls;

pgm__tls pgm__session_tls(const pgm__session *session);

/** 150018 for 15.18; 0 before login. */
int pgm__session_server_version(const pgm__session *session);

/** What the server reports under this name, as of now; NULL where it does not. Borrowed, and the
 *  server's own words: what is shown of them has to be cleaned. */
const char *pgm__session_parameter(const pgm__session *session, const char *name);

#endif
