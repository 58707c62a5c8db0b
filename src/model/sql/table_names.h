/**
 * @file table_names.h  Names of tables as statements write them, and a set of them.
 *
 * What else has a name in something that has one (a column of a table, a value of an enum type) is
 * kept the same way, what it belongs to in the place of the schema.
 *
 * Two names are the same table when they may be: `orders` and `shop.orders` are, `old.orders` and
 * `shop.orders` are not. Names without quotes are folded to lower case, as the server does it; but
 * of letters beyond ASCII, which it folds by its locale, only their bytes count.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_SQL_TABLE_NAMES_H
#define PGM_MODEL_SQL_TABLE_NAMES_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "model/sql/cursor.h"
#include "model/sql/cut.h"

/** Where a name stands in the text, quotes included. */
typedef struct pgm__table_name {
    pgm__cut schema; /* empty: not qualified */
    pgm__cut table;  /* empty: there is no name */
} pgm__table_name;

/** Reads `table`, `schema.table` or `database.schema.table` and steps over it. */
pgm__table_name pgm__table_name_read(pgm__cursor *c);

/** Adds a name as the server knows it: folded, without quotes. A string keeps its bytes. */
void pgm__table_names_fold(pgm__strbuf *out, const char *text, pgm__cut name);

struct pgm__table_names_entry;

/** Zeroed = empty and usable. */
typedef struct pgm__table_names {
    struct pgm__table_names_entry *entries;
    pgm__strbuf key; /* scratch */
    bool failed;     /* out of memory: what was added may be missing */
} pgm__table_names;

void pgm__table_names_add(pgm__table_names *names, const char *text, pgm__table_name name);

/** Was it added? False also when it could not be looked up: `failed` is set then. */
bool pgm__table_names_has(pgm__table_names *names, const char *text, pgm__table_name name);

void pgm__table_names_fini(pgm__table_names *names);

#endif
