/**
 * @file discover.h  Asks all sources of a fleet at once, and makes targets of what they answer.
 *
 * All or nothing: one source that gives no whole answer is an error, never a smaller fleet.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_DISCOVER_H
#define PGM_DISCOVER_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "discover/source.h"
#include "model/targets/targets.h"
#include "pgmarch/error.h"

typedef struct pgm__discovery pgm__discovery; /* opaque */

/** What a source has brought; borrowed from the discovery. */
typedef struct pgm__discovered {
    const pgm__source *source;
    const char *place; /* what was asked, without a password; or NULL */
    size_t found;
    const pgm_passed_over *passed_over;
    size_t passed_over_count;
    uint64_t duration_ms;
} pgm__discovered;

/** What all sources are asked with; what it points to is borrowed until they have answered. */
typedef struct pgm__discover_env {
    uv_loop_t *loop;
    pgm__resolver *resolver;
    pgm__login_threads *login_threads;
    const char *application_name;
    const char *(*variable)(const char *name);
    int complaints;   /* a descriptor for what commands say to people; 0 = nobody hears it */
    int input;        /* the descriptor of standard input */
    bool allow_empty; /* a source that finds nothing is none of the errors */
    /* A source is being asked, or has ended; or NULL. On the loop's thread. */
    void (*tells)(size_t index, bool ended, void *data);
    void *tells_data;
} pgm__discover_env;

/** NULL when out of memory. Freed with pgm__discovery_free(), behind the targets. */
pgm__discovery *pgm__discovery_new(const pgm__targets *targets, const pgm__discover_env *env);

/** NULL is a no-op. */
void pgm__discovery_free(pgm__discovery *discovery);

/**
 * Asks; returns when all have ended. The loop runs in here.
 *
 * @return PGM_OK; of the first source, in the order of the files, that gave no whole answer:
 *         PGM_EUSAGE (it found nothing, it cannot be asked), PGM_EPARSE (what it said),
 *         PGM_EIO (it was not reached, or took too long, or was stopped); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__discovery_run(pgm__discovery *discovery, pgm_error *err);

/** Gives all of them up; from a callback of the loop. */
void pgm__discovery_stop(pgm__discovery *discovery);

/** For pgm__targets_take_found(): one for each source. Borrowed. */
const pgm__found_rows *pgm__discovery_found(const pgm__discovery *discovery);

/** index < pgm__targets_source_count(). */
pgm__discovered pgm__discovery_at(const pgm__discovery *discovery, size_t index);

#endif
