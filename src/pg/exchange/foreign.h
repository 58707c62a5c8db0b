/**
 * @file foreign.h  The SQL that reads the tables of other migration tools.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_FOREIGN_H
#define PGM_PG_EXCHANGE_FOREIGN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/plan/tool.h"
#include "pg/exchange/context.h"
#include "pg/exchange/facts.h"
#include "pg/exchange/reply.h"

/**
 * One string, a transaction of its own that changes nothing: version, applied_at, state. The table
 * is looked for in the target's schema, else along the search path; fails with PGM__MARK_STRANGER
 * where it is a stranger's, who may have put a view there.
 *
 * @return Results before it.
 */
int pgm__foreign_sql_read(pgm__strbuf *sql, const pgm__context *context, pgm__tool tool);

/** Takes one row of it into the facts. False: out of memory. */
bool pgm__foreign_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply);

#endif
