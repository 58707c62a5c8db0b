/**
 * @file resolver.h  Host names to addresses, on the thread pool, each name once per run.
 *
 * libpq would block the loop for as long as DNS takes, the first host in PQconnectStart() and the
 * others in PQconnectPoll(); so names are looked up here and passed on as hostaddr.
 *
 * Layer: pg.
 * Threads: the loop's thread.
 */
#ifndef PGM_PG_LINK_RESOLVER_H
#define PGM_PG_LINK_RESOLVER_H

#include <uv.h>

#include "pg/conninfo/addresses.h"
#include "pgmarch/error.h"

typedef struct pgm__resolver pgm__resolver; /* opaque */
typedef struct pgm__lookup pgm__lookup;     /* opaque; one caller waiting for one name */

/** Numeric addresses in the system's order of preference, or status UV_EAI_… and none. */
typedef struct pgm__answer {
    int status; /* 0, or libuv's error code */
    pgm__addresses addresses;
} pgm__answer;

/** `answer` is borrowed from the resolver and lives as long as it. */
typedef void (*pgm__lookup_fn)(const pgm__answer *answer, void *data);

/** NULL when out of memory. */
pgm__resolver *pgm__resolver_new(uv_loop_t *loop);

/** Frees all answers. Only when the loop has run out: no look-up may be under way. */
void pgm__resolver_free(pgm__resolver *resolver);

/**
 * Looks a name up, or remembers it from before. A name that failed is asked again next time.
 *
 * @param[out] out  The wait, until `fn` is called (always from the loop, never from in here).
 * @return PGM_OK, PGM_ENOMEM, PGM_EIO (the thread pool refused).
 */
PGM_MUST_CHECK pgm_status pgm__resolver_lookup(pgm__resolver *resolver, pgm__lookup **out,
                                               const char *host, pgm__lookup_fn fn, void *data,
                                               pgm_error *err);

/** The caller no longer waits; `fn` is not called. NULL is a no-op. */
void pgm__lookup_cancel(pgm__lookup *lookup);

#endif
