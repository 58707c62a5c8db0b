/**
 * @file foreign.h  The SQL that reads the tables of other migration tools.
 *
 * Layer: pg. Text in, text out.
 */
#ifndef PGM_PG_FOREIGN_H
#define PGM_PG_FOREIGN_H

#include "base/strbuf.h"
#include "model/tool.h"
#include "pg/reading.h"

/** One string, a transaction of its own that changes nothing: version, applied_at, state. The table
 *  is looked for in the target's schema, else along the search path. */
void pgm__foreign_sql_read(pgm__strbuf *sql, const pgm__ledger *ledger, pgm__tool tool);

/** Takes one row of it into the reading's facts. */
void pgm__foreign_feed(pgm__reading *reading, const pgm__reply *reply);

#endif
