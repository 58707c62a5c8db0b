/**
 * @file hazard_history.h  Which of a folder's warnings are of the past: what is applied cannot be
 * written in another way any more.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_HISTORY_H
#define PGM_MODEL_HAZARDS_HAZARD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/migrations.h"
#include "pgmarch/validate.h"

/** What is known of it; zeroed but for the first two = nothing is history. Borrowed. */
typedef struct pgm__hazard_history {
    const pgm__migrations *migrations;
    const char *dir;   /* of them, as they were loaded */
    const char *since; /* what comes before this version is history; or NULL */
    bool since_now;    /* said for this call: from there on nothing is applied anywhere */
    /** By place in the folder, where ledgers were asked; else NULL: pending on at least one target;
        known to be applied on none. */
    const bool *pending;
    const bool *applied_nowhere;
} pgm__hazard_history;

/**
 * Why nothing is told of this in a migration.
 *
 * @param error  It fails for certain, which is told of every file, unless its code is allowed.
 * @return PGM_LEFT_OUT_COUNT: it is told.
 */
pgm_left_out pgm__hazard_history_of(const pgm__hazard_history *history, size_t index,
                                    const char *code, bool error);

/** Is what it makes there already, somewhere? For pgm__hazard_folder.applied. */
bool pgm__hazard_history_applied(const pgm__hazard_history *history, size_t index);

/** Is it known what is applied, so that what pgm__hazard_folder still has of earlier files is new
 *  and empty wherever this file runs? */
bool pgm__hazard_history_is_known(const pgm__hazard_history *history);

#endif
