/**
 * @file target_common.h  What targets have in common stands once, however many say it.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_COMMON_H
#define PGM_MODEL_TARGETS_TARGET_COMMON_H

#include <stddef.h>

#include "base/arena.h"
#include "base/finder.h"
#include "model/targets/target.h"

/** All that is kept, each different. To be freed with pgm__commons_clear(). */
typedef struct pgm__commons {
    pgm__arena *arena; /* owns what is kept, and the texts of the targets; all else is zeroed */
    const pgm__common **items;
    size_t capacity;
    pgm__finder finder;        /* of items */
    const pgm__common *latest; /* asked for last: the next target says the same, as a rule */
} pgm__commons;

/**
 * Finds what is equal to `wanted`, or keeps a copy of it.
 *
 * @param wanted    Borrowed for the call; but `settings`, with all its texts, and the texts of
 *                  variables are borrowed for as long as the arena lives.
 * @param[out] out  Lives as long as the arena, and never changes. Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__commons_keep(pgm__commons *commons, const pgm__common *wanted,
                                            const pgm__common **out, pgm_error *err);

/** Forgets what there is; what was kept goes on living with the arena. */
void pgm__commons_clear(pgm__commons *commons);

#endif
