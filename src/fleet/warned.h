/**
 * @file warned.h  What `validate` warns of in the migrations of a run, for a rehearsal to be held
 * against.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_WARNED_H
#define PGM_FLEET_WARNED_H

#include "base/arena.h"
#include "model/files/migrations.h"
#include "model/hazards/hazard.h"
#include "pgmarch/rehearsal.h"

/** A warning about a line of a file. */
typedef struct pgm__warned_line {
    pgm__hazard_kind kind;
    unsigned line;
    const char *version; /* of the migrations, as is `file` */
    const char *file;
    const char *message;
} pgm__warned_line;

/** In the order of the folder. Zeroed = nothing. */
typedef struct pgm__warned {
    pgm__warned_line *items;
    size_t count;
    size_t capacity;
} pgm__warned;

/**
 * Reads the up files as `validate` does. What is silenced in them is left out, and so is what the
 * folder's pgmarch.conf allows. Its `since` is no reason: what is pending is not history.
 *
 * @param arena     Owns the messages.
 * @param dir       Of the migrations, as they were loaded.
 * @param[out] out  Zeroed; to be freed with pgm__warned_fini() in any case.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__warned_read(pgm__arena *arena, const pgm__migrations *migrations,
                                           const char *dir, pgm__warned *out);

void pgm__warned_fini(pgm__warned *warned);

/**
 * The warnings about what was rehearsed, and what became of each.
 *
 * @param arena     Owns the list and its texts.
 * @param[out] out  In the order of the plan, then by line; NULL where there is none.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__warned_judge(pgm__arena *arena, const pgm__warned *warned,
                                            const pgm_rehearsal *rehearsal,
                                            const pgm_rehearsed_warning **out, size_t *count);

#endif
