/**
 * @file baseline.h  A catalog as a text, to be compared with later: written, and read back.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_BASELINE_H
#define PGM_MODEL_DRIFT_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/drift/drift_object.h"
#include "pgmarch/error.h"

/** Of the text, and of what counts in a catalog: a fingerprint says something only beside one that
 *  was made in the same way. To be raised when the rows of a catalog change. */
#define PGM__BASELINE_FORMAT 1

/** A catalog that was the norm. Borrowed texts. */
typedef struct pgm__baseline {
    const char *target; /* whose it was */
    int major;          /* of its server: 15 */
    bool whole;         /* of a whole database, not of one schema */
    bool versions_known;
    const char **versions; /* that were applied, in their order */
    size_t version_count;
    const char *const *counted; /* what counts beside the default: "comments", "ignore *_bak" … */
    size_t counted_count;
    const char *fingerprint;
    pgm__drift_object *objects;
    size_t object_count;
} pgm__baseline;

/** Adds it as a JSON document. */
void pgm__baseline_write(pgm__strbuf *out, const pgm__baseline *baseline);

/**
 * Reads one back. What is missing, or is there and not known, is an error.
 *
 * @param arena     Owns all of it.
 * @param file      Its name, for messages.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK, PGM_EPARSE, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__baseline_read(pgm__arena *arena, const char *file, const char *text,
                                             size_t len, pgm__baseline *out, pgm_error *err);

#endif
