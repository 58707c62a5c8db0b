/**
 * @file catalog_objects.h  The objects of a catalog, kind by kind, as rows that can be compared.
 *
 * Layer: pg, exchange, private to catalog.c. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_OBJECTS_H
#define PGM_PG_EXCHANGE_CATALOG_OBJECTS_H

#include "base/strbuf.h"
#include "pg/exchange/catalog_options.h"

/**
 * Adds the queries of all kinds that `options` asks for, with UNION ALL between them. Each brings
 * kind, obj (its name), owner (the name of the relation it is part of, or NULL), def, and where a
 * comment on it would lie: classid, objid, sub. They read the CTEs n, d and r of catalog.c.
 */
void pgm__catalog_add_objects(pgm__strbuf *sql, const pgm__catalog_options *options);

/** Adds a pattern: the name of the schema that is asked for with the point behind it, where it is
 *  no end of a longer name. */
void pgm__catalog_add_own_name(pgm__strbuf *sql, const pgm__catalog_options *options);

/** The text of this expression without what a server may print of a varchar or not. */
void pgm__catalog_add_without_casts(pgm__strbuf *sql, const char *text);

#endif
