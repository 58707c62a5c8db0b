/**
 * @file transfer.h  One HTTP request by libcurl, on the loop.
 *
 * libcurl is told which of its sockets can be read or written (curl_multi_socket_action), and
 * tells which ones and what times to wait for: no thread of ours, and no waiting but the loop's. A
 * build without Neon has no libcurl, and then this file says so.
 *
 * What it is careful about: a redirect is not followed, for it would carry the key to somebody
 * else; TLS always, but to this machine itself; a body has a limit; the key is in no message.
 *
 * Layer: discover.
 * Threads: the loop's only; libcurl looks names up on threads of its own.
 */
#ifndef PGM_DISCOVER_TRANSFER_H
#define PGM_DISCOVER_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "pgmarch/error.h"

typedef struct pgm__transfers pgm__transfers; /* opaque: libcurl on a loop */

/** What is asked for. */
typedef enum pgm__http_method { PGM__HTTP_GET, PGM__HTTP_POST, PGM__HTTP_DELETE } pgm__http_method;

/** How a request ended. */
typedef struct pgm__transfer_end {
    pgm_status
        status;       /* PGM_OK: an answer is there, all of it, whatever its code says;
                         PGM_ECONNECT: none, or a part; PGM_ENOMEM; PGM_EIO: a socket cannot be watched */
    bool may_pass;    /* of PGM_ECONNECT: another time it may be otherwise */
    bool late;        /* of PGM_ECONNECT: its time was over */
    int code;         /* 200; 0 when there is no whole answer */
    int64_t wait_s;   /* Retry-After, in seconds; 0 = not said */
    const char *body; /* NUL-terminated; borrowed for the call */
    size_t len;
    const char
        *reason; /* why there is none: "the connection was refused"; else "". Static storage */
} pgm__transfer_end;

typedef void (*pgm__transfer_fn)(const pgm__transfer_end *end, void *data);

/** What to ask for. All borrowed for the call. */
typedef struct pgm__transfer_request {
    pgm__http_method method;
    const char *url;
    const char *body;        /* JSON that is sent; or NULL */
    const char *key;         /* sent as "Authorization: Bearer" */
    const char *authorities; /* as in pgm__http_settings */
    int64_t timeout_ms;      /* above 0 */
    bool here;               /* the URL is of this machine: neither TLS nor a proxy is needed */
} pgm__transfer_request;

/**
 * @param[out] out  Closed with pgm__transfers_close(). Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: built without libcurl; PGM_ENOMEM; PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__transfers_open(pgm__transfers **out, uv_loop_t *loop,
                                              pgm_error *err);

/**
 * Starts a request; it is sent once, never again by itself. `fn` is called once, from the loop, and
 * may start another one or close them all.
 *
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__transfer_start(pgm__transfers *transfers,
                                              const pgm__transfer_request *request,
                                              pgm__transfer_fn fn, void *data, pgm_error *err);

/** Gives up what is under way, without a call of its `fn`, and frees all. `closed` is called from
 *  the loop when nothing of it is left there. */
void pgm__transfers_close(pgm__transfers *transfers, void (*closed)(void *data), void *data);

#endif
