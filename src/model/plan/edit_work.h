/**
 * @file edit_work.h  What is known while edits are made, and how they are collected.
 *
 * Edits are collected on the heap and moved into the arena when all are known; a refusal takes
 * their place. Memory that runs out is remembered here and told once, at the end.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_EDIT_WORK_H
#define PGM_MODEL_PLAN_EDIT_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/plan/edit.h"

typedef struct pgm__edit_work {
    pgm__arena *arena;
    const pgm__edits_input *in;
    pgm__edit *items; /* on the heap until the end */
    size_t count;
    size_t capacity;
    pgm__edits result;
    bool no_memory;
} pgm__edit_work;

/** A copy of `text` in the arena; NULL for NULL, and where memory ran out. */
const char *pgm__edit_work_keep(pgm__edit_work *work, const char *text);

/** Collects an edit. */
void pgm__edit_work_add(pgm__edit_work *work, pgm__edit edit);

/** Collects an edit that is told in words. @param text  The arena's; NULL = memory ran out there.
 */
void pgm__edit_work_tell(pgm__edit_work *work, pgm__edit edit, const char *text);

/** Nothing is to be done. @param message  The arena's; NULL = memory ran out there. */
void pgm__edit_work_refuse(pgm__edit_work *work, const char *version, const char *message,
                           const char *hint);

/** Something to know; the first one stays. @param text  The arena's; NULL = memory ran out there.
 */
void pgm__edit_work_note(pgm__edit_work *work, const char *text);

/** By version, since the ledger gives its rows in no order and two targets must say the same. */
void pgm__edit_work_sort(pgm__edit_work *work);

#endif
