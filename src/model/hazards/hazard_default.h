/**
 * @file hazard_default.h  Is the DEFAULT of a new column the same for every row?
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_DEFAULT_H
#define PGM_MODEL_HAZARDS_HAZARD_DEFAULT_H

#include "model/hazards/hazard_folder.h"
#include "model/sql/cursor.h"

typedef enum pgm__default_kind {
    PGM__DEFAULT_SAME, /* worked out once, when the column is added: no rewrite since PostgreSQL 11
                        */
    PGM__DEFAULT_UNKNOWN, /* has a function that only the server knows */
    PGM__DEFAULT_VOLATILE
} pgm__default_kind;

/** Reads the expression behind DEFAULT, up to the next word of the column or the end of the
 * action. @param folder  What it says of functions. */
pgm__default_kind pgm__hazard_default_read(pgm__cursor *c, pgm__hazard_folder *folder);

#endif
