/**
 * @file catalog_relations.h  Tables, views, sequences, and what is part of them.
 *
 * Layer: pg, exchange, private to catalog_objects.c. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_RELATIONS_H
#define PGM_PG_EXCHANGE_CATALOG_RELATIONS_H

#include "pg/exchange/catalog_query.h"

/** The first of them names the columns. Static storage. */
const pgm__catalog_query *pgm__catalog_relations(size_t *count);

#endif
