/**
 * @file differences.h  What one catalog has that another one has not, or has differently.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_DIFFERENCES_H
#define PGM_MODEL_DRIFT_DIFFERENCES_H

#include <stddef.h>

#include "base/arena.h"
#include "model/drift/drift_object.h"
#include "pgmarch/error.h"

/** One object that differs. */
typedef struct pgm__drift_difference {
    const pgm__drift_object *norm; /* NULL: it is extra */
    const pgm__drift_object *here; /* NULL: it is missing */
    size_t parts; /* columns and the like of a relation that is missing or extra as a whole: they
                     are counted here, and not told one by one */
} pgm__drift_difference;

typedef struct pgm__drift_differences {
    const pgm__drift_difference *items; /* by kind and name */
    size_t count;
} pgm__drift_differences;

/**
 * Puts both lists in order, and compares them. Of several objects with one kind and name
 * (constraints without their names) those that are equal cancel each other out.
 *
 * @param arena     Owns what is found, which points into both lists.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__drift_differences_find(pgm__arena *arena, pgm__drift_object *norm,
                                                      size_t norm_count, pgm__drift_object *here,
                                                      size_t here_count,
                                                      pgm__drift_differences *out);

#endif
