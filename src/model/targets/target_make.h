/**
 * @file target_make.h  A target is [defaults], with what is said of it alone on top.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_MAKE_H
#define PGM_MODEL_TARGETS_TARGET_MAKE_H

#include "model/targets/target_common.h"
#include "model/targets/target_draft.h"
#include "model/targets/target_lines.h"

/** [defaults], a section, a row. */
enum { PGM__TARGET_LAYERS = 3 };

/** What is said of a target, from the farthest to the nearest. */
typedef struct pgm__target_layers {
    const pgm__draft *defaults; /* what the first of the layers has made */
    const pgm__target_lines *items[PGM__TARGET_LAYERS];
    size_t count; /* 1: [defaults] alone */
} pgm__target_layers;

/**
 * Takes [defaults] over; layers[0] of every target of the file.
 *
 * @param[out] draft  Initialised here.
 * @return PGM_OK; PGM_EPARSE (file:line); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_make_defaults(pgm__arena *arena,
                                                    const pgm__target_lines *lines,
                                                    pgm__draft *draft, pgm_error *err);

/**
 * Makes a target.
 *
 * @param commons   What it has in common with others is found or kept there; its arena owns what is
 *                  made, and texts of lines and the settings of `defaults` live as long.
 * @param[out] out  Name and origin are set already, and stay; the rest is written. Undefined on
 *                  failure.
 * @return PGM_OK; PGM_EPARSE: a value, with file and line; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_make(pgm__commons *commons, const pgm__target_layers *layers,
                                           pgm__target *out, pgm_error *err);

/** What its lines say only together: the schema in its URL, and which of its schemas are one.
 *  PGM_OK, PGM_EPARSE, PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__target_settle(pgm__arena *arena, pgm__target *target,
                                             pgm_error *err);

#endif
