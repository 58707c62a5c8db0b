/**
 * @file http.h  Requests to one API: at most four at once, in its pace, and again where that helps.
 *
 * Layer: discover.
 * Threads: the loop's only.
 */
#ifndef PGM_DISCOVER_HTTP_H
#define PGM_DISCOVER_HTTP_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "discover/transfer.h"
#include "pgmarch/error.h"

typedef struct pgm__http pgm__http; /* opaque */

/** All texts are borrowed as long as the client lives. */
typedef struct pgm__http_settings {
    const char *base;        /* as pgm__http_check_base() lets it pass */
    const char *key;         /* as pgm__http_check_key() does */
    const char *authorities; /* file of certificates that may vouch for the server; NULL: the
                                system's */
    int64_t limit_ms;        /* for all together, from the opening on; 0 = each has its own */
    uint32_t random;         /* any 32 bits: so that the pauses of two runs do not fall together */
} pgm__http_settings;

/** What a request came to, after all tries. */
typedef struct pgm__http_answer {
    pgm_status status; /* PGM_OK: the code is 200 (of a POST or a DELETE any below 300), and the
                          body is all there; PGM_ESQL: the server
                          says something else, in `code` and `body`; PGM_ECONNECT: it says nothing;
                          PGM_ETIMEOUT: the limit passed, or would with the next pause; PGM_ENOMEM;
                          PGM_EIO: the loop cannot watch a socket */
    int code;          /* the last one; 0 = none */
    int64_t wait_s;    /* Retry-After of the last one, in seconds; 0 = not said */
    const char *body;  /* NUL-terminated; borrowed for the call */
    size_t len;
    const char *what; /* how it ended, for a message: "it answered 503 (6 times)"; borrowed, too */
} pgm__http_answer;

typedef void (*pgm__http_fn)(const pgm__http_answer *answer, void *data);

/**
 * Is it the address of an API? https, or http on this very machine; without a login, and without
 * what follows a path.
 *
 * @return PGM_OK, PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__http_check_base(const char *base, pgm_error *err);

/**
 * Is it a key as it could stand in a header? A message about it shows nothing of it.
 *
 * @param name  Of the variable that it is from.
 * @return PGM_OK, PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__http_check_key(const char *name, const char *key, pgm_error *err);

/**
 * @param[out] out  Closed with pgm__http_close(). Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: built without libcurl; PGM_ENOMEM; PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__http_open(pgm__http **out, uv_loop_t *loop,
                                         const pgm__http_settings *settings, pgm_error *err);

/** What is asked for. All borrowed for the call. */
typedef struct pgm__http_request {
    pgm__http_method method; /* a POST is sent once: whoever makes something looks whether it is
                                there before it asks again */
    const char *path;        /* begins with "/" */
    const char *body;        /* JSON; or NULL */
    int64_t limit_ms;        /* with all its tries; above 0, or 0: the client's alone */
} pgm__http_request;

/**
 * Asks; requests begin in the order of these calls.
 *
 * @param fn  Called once, from the loop; it may call pgm__http_ask() and pgm__http_close().
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__http_ask(pgm__http *http, const pgm__http_request *request,
                                        pgm__http_fn fn, void *data, pgm_error *err);

/**
 * Gets base + path; requests begin in the order of these calls.
 *
 * @param path  Begins with "/"; copied.
 * @param fn    Called once, from the loop; it may call pgm__http_get() and pgm__http_close().
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__http_get(pgm__http *http, const char *path, pgm__http_fn fn,
                                        void *data, pgm_error *err);

/** Gives up what is not answered, without a call of its `fn`. `closed` is called from the loop,
 * when nothing of it is left there. */
void pgm__http_close(pgm__http *http, void (*closed)(void *data), void *data);

#endif
