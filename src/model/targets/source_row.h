/**
 * @file source_row.h  What a source knows of one target, as plain data.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_SOURCE_ROW_H
#define PGM_MODEL_TARGETS_SOURCE_ROW_H

#include <stdbool.h>
#include <stddef.h>

/** A value of a row; NULL = not given. */
typedef struct pgm__source_column {
    const char *name;
    const char *value;
    bool offered; /* by the kind of source, for {COLUMN} alone: it is not what a target has. One
                     that is called ..._id is told in reports, with where the target comes from */
} pgm__source_column;

/** What a source knows of one target. */
typedef struct pgm__source_row {
    const pgm__source_column *columns;
    size_t count;
    size_t number; /* 1 = the first one; of lines, the line */
} pgm__source_row;

#endif
