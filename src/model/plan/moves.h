/**
 * @file moves.h  Rows whose file has another name or number now, found by its content.
 *
 * A checksum says that a row and a file are the same migration whatever either is called. It is
 * taken only where it leaves one row and one file: of two that are alike nobody knows which is
 * meant, and a wrong guess has SQL run twice, or not at all.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_MOVES_H
#define PGM_MODEL_PLAN_MOVES_H

#include <stddef.h>

#include "base/arena.h"
#include "model/files/migrations.h"
#include "model/plan/ledger_row.h"
#include "pgmarch/error.h"

typedef enum pgm__move_kind {
    PGM__MOVE_NONE,   /* the row has its file, or no file has its content */
    PGM__MOVE_SURE,   /* one file is it */
    PGM__MOVE_UNSURE, /* several rows or several files have that content */
    PGM__MOVE_KEPT    /* of a repeatable one: a file has it, and that has a row which says so */
} pgm__move_kind;

/** What became of one row's file. */
typedef struct pgm__move {
    pgm__move_kind kind;
    size_t migration;  /* SURE, KEPT: the file; UNSURE: the first that may be it */
    const char *files; /* UNSURE: the names of those that may be it, in quotes; else NULL */
} pgm__move;

/**
 * Finds the files of rows that have a checksum and no file of their name. Of files that no row
 * names, the same content goes first to the row of the same number, then to the row of the same
 * name behind another number, and then to any. What has no statement is never taken for its content
 * alone: all such files are alike, and running one again does nothing. A repeatable migration is
 * only ever one that was repeatable before.
 *
 * @param arena     Owns `*out`.
 * @param[out] out  One for each row. Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__moves_find(pgm__arena *arena, const pgm__move **out,
                                          const pgm__migrations *migrations,
                                          const pgm__ledger_row *rows, size_t row_count,
                                          pgm_error *err);

#endif
