/**
 * @file neon_clean.h  Removes the branches that rehearsals have left in some projects.
 *
 * Which they are is neon_rehearsal.h's to say. All lists of a project are read before anything of
 * it is deleted.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_NEON_CLEAN_H
#define PGM_DISCOVER_NEON_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/arena.h"
#include "discover/neon_keeper.h"
#include "pgmarch/branches.h"
#include "pgmarch/error.h"

typedef struct pgm__cleaner pgm__cleaner; /* opaque */

/** What is to be cleaned. All borrowed until it is over. */
typedef struct pgm__cleaner_wish {
    pgm__keeper_settings api;
    const char *const *projects; /* ids, each once */
    size_t project_count;
    bool all;    /* those too that may be in use */
    int64_t now; /* of the wall clock, in seconds */
} pgm__cleaner_wish;

/** Branches of rehearsals that were found, in their order; zeroed = none. */
typedef struct pgm__cleaned {
    pgm_branch *items; /* texts of the arena; freed with pgm__free() */
    size_t count;
    size_t capacity;
} pgm__cleaned;

/**
 * Begins.
 *
 * @param arena     Owns the texts of `found`.
 * @param found     Grows until it is over.
 * @param over      Called once, from the loop, when nothing of it is left there: PGM_OK, also when
 *                  a branch could not be deleted; PGM_EUSAGE, PGM_EIO: a list was not to be had;
 *                  PGM_ENOMEM; PGM_ECANCELLED. `err` is borrowed for the call.
 * @return PGM_OK; PGM_EUSAGE: built without libcurl; PGM_ENOMEM; PGM_EIO. Then nothing is called.
 */
PGM_MUST_CHECK pgm_status pgm__cleaner_start(pgm__cleaner **out, uv_loop_t *loop,
                                             const pgm__cleaner_wish *wish, pgm__arena *arena,
                                             pgm__cleaned *found,
                                             void (*over)(const pgm_error *err, void *data),
                                             void *data, pgm_error *err);

/** Ends it; `over` follows. */
void pgm__cleaner_stop(pgm__cleaner *cleaner);

#endif
