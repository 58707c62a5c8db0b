/**
 * @file pending.h  Where the migrations of a folder are pending, over all targets of a look.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_PENDING_H
#define PGM_FLEET_PENDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/files/migrations.h"
#include "pgmarch/run.h"

/** By place in the folder. */
typedef struct pgm__pending {
    const bool *somewhere;       /* on at least one target whose ledger was read */
    const bool *applied_nowhere; /* on all of them, and all were read */
} pgm__pending;

/**
 * @param arena       Owns what is found.
 * @param run         A dry run of `up` that has ended; NULL: no ledger was read.
 * @param migrations  Of the same folder.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__pending_find(pgm__arena *arena, const pgm_run *run,
                                            const pgm__migrations *migrations, pgm__pending *out,
                                            pgm_error *err);

#endif
