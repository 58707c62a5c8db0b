/**
 * @file hazard_lines.h  Says hazards once for each line and code: more of the same there are
 * counted.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_LINES_H
#define PGM_MODEL_HAZARDS_HAZARD_LINES_H

#include <stddef.h>

#include "model/hazards/hazard.h"

/** Zeroed but for `found` and `data` = nothing is held back. */
typedef struct pgm__hazard_lines {
    pgm__hazard_fn found;
    void *data;
    bool stopped;                        /* `found` returned false: nothing is said any more */
    pgm__hazard held[PGM__HAZARD_COUNT]; /* of one line, each of a code of its own */
    size_t count;
} pgm__hazard_lines;

/** Says what is held of another line, and holds this one or counts it. */
void pgm__hazard_lines_add(pgm__hazard_lines *lines, const pgm__hazard *hazard);

/** Says what is held. */
void pgm__hazard_lines_flush(pgm__hazard_lines *lines);

#endif
