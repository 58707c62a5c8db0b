/**
 * @file own_sql.h  Long statements of ours, written in short.
 *
 * Whatever is looked for in our statements is named with its schema (context.h says why), which
 * makes a query of fifty lines hard to read. In short "@name" is pg_catalog.name, "@=" is
 * OPERATOR(pg_catalog.=), and what is written without the sign is looked for nowhere.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_OWN_SQL_H
#define PGM_PG_EXCHANGE_OWN_SQL_H

#include "base/strbuf.h"

/** Adds a text of ours that is written in short. Several blanks become one: its lines may be
 *  indented. No text in quotes may hold the sign, or two blanks. */
void pgm__own_sql_add(pgm__strbuf *sql, const char *in_short);

/**
 * The same with places to be filled.
 *
 * @param fills  What stands for "@1" and "@2", in short too; NULL: there are no such places.
 */
void pgm__own_sql_fill(pgm__strbuf *sql, const char *in_short, const char *const fills[2]);

#endif
