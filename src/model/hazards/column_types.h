/**
 * @file column_types.h  Types of columns, as far as it decides whether a change of one rewrites the
 * table: measured on PostgreSQL 15, and the same since 9.2.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_COLUMN_TYPES_H
#define PGM_MODEL_HAZARDS_COLUMN_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "model/sql/cursor.h"
#include "model/sql/cut.h"

typedef enum pgm__type_family {
    PGM__TYPE_OTHER,
    PGM__TYPE_TEXT,     /* also varchar without a length */
    PGM__TYPE_VARCHAR,  /* of `length` */
    PGM__TYPE_NUMERIC,  /* of `length` digits, `scale` of them behind the point; 0 = any */
    PGM__TYPE_TIMESTAMP /* with a time zone or without, `length` digits of a second; 0 = any */
} pgm__type_family;

typedef struct pgm__column_type {
    pgm__type_family family;
    uint64_t words; /* the same for two that are written alike: int and integer, uuid and UUID */
    unsigned length;
    unsigned scale;
} pgm__column_type;

/** Reads a type and steps over it. */
pgm__column_type pgm__column_type_read(pgm__cursor *c);

/** What a change of a type costs. */
typedef enum pgm__type_change {
    PGM__CHANGE_KEEPS,      /* nothing is written */
    PGM__CHANGE_OF_INDEXES, /* the rows stay, and indexes of the column are built again */
    PGM__CHANGE_REWRITES
} pgm__type_change;

/** In time zone UTC, which all sessions of this program have. */
pgm__type_change pgm__column_type_change(pgm__column_type from, pgm__column_type to);

struct pgm__column_types_entry;

/** The types of columns by table and column, schemas left out. Zeroed = empty and usable. */
typedef struct pgm__column_types {
    struct pgm__column_types_entry *entries;
    pgm__strbuf key; /* scratch */
    bool failed;     /* out of memory: what was set may be missing */
} pgm__column_types;

void pgm__column_types_set(pgm__column_types *types, const char *text, pgm__cut table,
                           pgm__cut column, pgm__column_type type);

/** @return NULL: not known. Borrowed until the next set. */
const pgm__column_type *pgm__column_types_get(pgm__column_types *types, const char *text,
                                              pgm__cut table, pgm__cut column);

/** Takes in the columns of CREATE TABLE. @param c Behind the table's name. */
void pgm__column_types_learn(pgm__column_types *types, const char *text, pgm__cut table,
                             pgm__cursor c);

void pgm__column_types_fini(pgm__column_types *types);

#endif
