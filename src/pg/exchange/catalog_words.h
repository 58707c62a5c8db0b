/**
 * @file catalog_words.h  The words that the queries of a catalog have in common.
 *
 * Layer: pg, exchange, private to catalog_*.c. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_WORDS_H
#define PGM_PG_EXCHANGE_CATALOG_WORDS_H

#include <stddef.h>

#include "pg/exchange/context.h"

#define CAT " OPERATOR(pg_catalog.||) "
#define GT  " OPERATOR(pg_catalog.>) "
#define TXT "::pg_catalog.text"

/* Of a "char" that the server keeps as a letter. */
#define LETTER(column, letter) column PGM__EQ "'" letter "'"

/* Sorted in the same way everywhere. */
#define IN_C(expression) expression " COLLATE pg_catalog.\"C\""

#define QUOTED(column) "pg_catalog.quote_ident(" column ")"

/* "fillfactor=70, autovacuum_enabled=off": the order in which they were set does not count. */
#define OPTIONS(array)                                                                             \
    "(SELECT pg_catalog.string_agg(u,', ' ORDER BY " IN_C("u") ") FROM pg_catalog.unnest(" array   \
                                                               ") AS u)"

#define WITH_OPTIONS(array) "'WITH ('" CAT OPTIONS(array) CAT "')'"

/* " COLLATE x" where it is not what the type brings. */
#define COLLATION(own, types)                                                                      \
    "(SELECT 'COLLATE '" CAT QUOTED("k.collname") " FROM pg_catalog.pg_collation k WHERE "         \
                                                  "k.oid" PGM__EQ own " AND k.oid" PGM__NE types   \
                                                  ")"

/* Of triggers and rules. */
#define ENABLED(column)                                                                            \
    "CASE WHEN " LETTER(column, "D") " THEN 'DISABLED' WHEN " LETTER(                              \
        column, "R") " THEN 'ENABLED ON REPLICA' WHEN " LETTER(column,                             \
                                                               "A") " THEN 'ENABLED ALWAYS' END"

/** Which options a query belongs to. */
typedef enum pgm__catalog_when {
    PGM__CATALOG_ALWAYS,
    PGM__CATALOG_NAMES,    /* not with ignore_names */
    PGM__CATALOG_NAMELESS, /* with it */
    PGM__CATALOG_ORDER,    /* column_order */
    PGM__CATALOG_WHOLE     /* of a whole database */
} pgm__catalog_when;

/** The query of one kind of objects. */
typedef struct pgm__catalog_query {
    int since; /* the server's version; and from which one on no more, 0 = any */
    int before;
    pgm__catalog_when when;
    const char *sql;
} pgm__catalog_query;

#endif
