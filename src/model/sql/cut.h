/**
 * @file cut.h  A piece of a text that is kept elsewhere, by where it begins and ends.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_SQL_CUT_H
#define PGM_MODEL_SQL_CUT_H

#include <stddef.h>

/** Empty where `end` is not behind `begin`. */
typedef struct pgm__cut {
    size_t begin;
    size_t end;
} pgm__cut;

#endif
