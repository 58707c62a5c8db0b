/**
 * @file catalog_query.h  A row of the tables of queries, and when it is asked.
 *
 * Layer: pg, exchange, private to catalog_*.c. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_QUERY_H
#define PGM_PG_EXCHANGE_CATALOG_QUERY_H

#include <stddef.h>

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
    const char *sql;      /* in short (own_sql.h) */
    const char *fills[2]; /* of its places; NULL: there are none */
} pgm__catalog_query;

#endif
