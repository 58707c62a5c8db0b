/**
 * @file elsewhere.h  What a file did not find along its search path: is it in a schema that others
 * share?
 *
 * Extensions lie in one schema of a database, and tenants in schemas of their own. Only `public`
 * and schemas that hold an extension are looked at: what one tenant has is no advice for another.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_ELSEWHERE_H
#define PGM_PG_EXCHANGE_ELSEWHERE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"
#include "pg/exchange/reply.h"

/** Room for the longest name that a catalog has. */
enum { PGM__MISSING_NAME = 64 };

/** What is missing: its kind and its name, without a schema. Zeroed: nothing to ask for. */
typedef struct pgm__missing {
    const char *const *places;    /* catalogs that may have it (elsewhere.c) */
    char name[PGM__MISSING_NAME]; /* as the catalogs have it */
} pgm__missing;

/** Of an error of a file: a type, function, operator or table that was not found by its name alone;
 *  else zeroed. */
pgm__missing pgm__elsewhere_missing(const pgm__server_error *error);

/**
 * Adds a transaction of its own that asks; one row of is_answer(): the schema as SQL writes it,
 * NULL where there is none.
 *
 * @param missing  Where it is zeroed, nothing is added.
 */
void pgm__elsewhere_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__missing *missing);

/** Is this reply the row? */
bool pgm__elsewhere_is_answer(const pgm__context *context, const pgm__reply *reply);

#endif
