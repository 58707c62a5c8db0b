/**
 * @file neon_keeper.h  Branches for rehearsals, on the loop: has them made, hands them over, has
 * them deleted.
 *
 * What is asked when is the lease's (neon_lease.h); here are the requests, the pauses, and the end
 * of all.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_NEON_KEEPER_H
#define PGM_DISCOVER_NEON_KEEPER_H

#include <stdint.h>
#include <uv.h>

#include "discover/neon_lease.h"
#include "pgmarch/error.h"

typedef struct pgm__keeper pgm__keeper; /* opaque */
typedef struct pgm__kept pgm__kept;     /* opaque: a branch that is wanted */

/** Which API is asked. All borrowed as long as the keeper lives. */
typedef struct pgm__keeper_settings {
    const char *api;
    const char *key;
    const char *authorities; /* as in pgm__http_settings */
    uint32_t random;         /* any 32 bits */
} pgm__keeper_settings;

/** Told from the loop; the lease is borrowed for the call. */
typedef struct pgm__kept_fns {
    /** The branch is there: lease->host, lease->uri. pgm__kept_release() follows. */
    void (*ready)(const pgm__lease *lease, void *data);
    /** It is over: not had (lease->status), deleted, or left (lease->left). The last call. */
    void (*over)(const pgm__lease *lease, void *data);
} pgm__kept_fns;

/**
 * @param[out] out  Closed with pgm__keeper_close(). Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: built without libcurl; PGM_ENOMEM; PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__keeper_open(pgm__keeper **out, uv_loop_t *loop,
                                           const pgm__keeper_settings *settings, pgm_error *err);

/**
 * Has a branch made. Nothing is told from inside of this call.
 *
 * @param wish      Copied; its texts are borrowed until `over`.
 * @param fns       Borrowed until then.
 * @param[out] out  Valid until `over` returns. Untouched on failure.
 * @return PGM_OK; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__keeper_want(pgm__keeper *keeper, const pgm__lease_wish *wish,
                                           const pgm__kept_fns *fns, void *data, pgm__kept **out,
                                           pgm_error *err);

/** Nobody wants it any more, whether it was ready or not: it is deleted. `over` follows from the
 *  loop. */
void pgm__kept_release(pgm__kept *kept);

/** Gives up all that is not in use, and what is once it is released: what may be there is left, and
 *  `over` says so, soon. */
void pgm__keeper_leave(pgm__keeper *keeper);

/** Behind the last `over`. `closed` is called from the loop, when nothing of it is left there. */
void pgm__keeper_close(pgm__keeper *keeper, void (*closed)(void *data), void *data);

#endif
