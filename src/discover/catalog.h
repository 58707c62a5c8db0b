/**
 * @file catalog.h  Sources that list the names a server has: its databases, a database's schemas.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_CATALOG_H
#define PGM_DISCOVER_CATALOG_H

#include "discover/source.h"

/** One kind of names. */
typedef struct pgm__catalog_kind {
    const char *noun; /* "schema" */
    const char *sql;  /* answered by the columns of pgm__catalog_column */
    const char *key;  /* of a target, that the name is: "schema" */
    bool is_database; /* the names are databases, which the one that is asked is among */
} pgm__catalog_kind;

/** As `start` of pgm__source_kind_fns; pgm__ask_sql_stop() stops it. */
PGM_MUST_CHECK pgm_status pgm__catalog_start(pgm__asking *asking, const pgm__catalog_kind *kind,
                                             pgm_error *err);

#endif
