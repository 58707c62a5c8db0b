/**
 * @file selection.h  Which of all targets a run takes: patterns, waves, names, shard.
 *
 * One choice after the other: `only`, `exclude`, waves, the names that a report has left, shard.
 * What chooses nothing at all is an error, for it is a typing error as a rule, and the run would
 * miss those targets without a word. A shard may be empty: a fleet can be smaller than the number
 * of machines.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_SELECTION_H
#define PGM_FLEET_SELECTION_H

#include "base/arena.h"
#include "base/sha256.h"
#include "model/targets/targets.h"
#include "pgmarch/options.h"

/** What was chosen, and what it is recognised by. */
typedef struct pgm__selection {
    const pgm__target **targets; /* in the order of the files */
    size_t count;
    size_t in_all_shards;               /* so many were selected before the shard was taken */
    char fleet_digest[PGM__SHA256_HEX]; /* names of all targets of the files */
    char digest[PGM__SHA256_HEX];       /* names of those in all shards */
} pgm__selection;

/**
 * Chooses.
 *
 * @param[out] out  Its array is the arena's, its targets are borrowed from `targets`. Untouched on
 *                  failure.
 * @param arena     Also for what is needed in between.
 * @return PGM_OK, also with an empty shard or an empty list of names; PGM_EUSAGE: a pattern, a
 *         wave or a name that no target has (the
 *         message says where it was said, and what is near), nothing is left, a shard out of range;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__selection_make(pgm__selection *out, pgm__arena *arena,
                                              const pgm__targets *targets,
                                              const pgm_options *options, pgm_error *err);

#endif
