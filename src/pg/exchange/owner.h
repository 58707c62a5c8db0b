/**
 * @file owner.h  Whose table is it, and what else answers to a write there?
 *
 * Triggers, defaults, rules and views of a table run as the role that uses it. So a ledger belongs
 * to the session's own role, to a superuser, or to a member of the session's role; anybody else's
 * is a stranger's, and is not written to, nor read where it is no plain table.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_OWNER_H
#define PGM_PG_EXCHANGE_OWNER_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"

/**
 * Adds an expression (int4) that is an error with PGM__MARK_STRANGER where the ledger or its
 * companion table is a stranger's. Behind the mark: "the table ... belongs to role ...".
 */
void pgm__owner_add(pgm__strbuf *sql, const pgm__context *context);

/** The same for another table, found along the search path. */
void pgm__owner_add_of(pgm__strbuf *sql, const char *table);

/**
 * A query for what may keep a row from the ledger or its companion: triggers, rules, policies. One
 * row of is_watchers(), its text NULL where there is none. Meant for behind a refused write.
 */
void pgm__owner_sql_watchers(pgm__strbuf *sql, const pgm__context *context);

/** Is this reply the row of the query above? */
bool pgm__owner_is_watchers(const pgm__context *context, const pgm__reply *reply);

#endif
