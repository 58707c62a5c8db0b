/**
 * @file lines.h  How two texts differ, line by line.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_LINES_H
#define PGM_MODEL_DRIFT_LINES_H

#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/** A line of either text, without its end. */
typedef struct pgm__drift_line {
    char mark; /* ' ': of both, '-': of the first alone, '+': of the second alone */
    const char *text;
} pgm__drift_line;

typedef struct pgm__drift_lines {
    const pgm__drift_line *items;
    size_t count;
} pgm__drift_lines;

/**
 * As few lines as there can be are marked, where the texts are not too long for that: what is
 * between the lines that both begin and end with is then told as a whole.
 *
 * @param arena     Owns lines and texts.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__drift_lines_find(pgm__arena *arena, const char *first,
                                                const char *second, pgm__drift_lines *out);

#endif
