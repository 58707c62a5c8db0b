/**
 * @file read.h  READING: what the server and the ledger say, and the plan that follows.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_READ_H
#define PGM_PG_MARCH_READ_H

#include "pg/march/parts.h"

/** Sends the reading. */
pgm__event pgm__march_read(pgm__march *march);

void pgm__march_read_reply(pgm__march *march, const pgm__reply *reply);

/** The string has ended: what comes next. */
pgm__event pgm__march_read_ready(pgm__march *march);

/** Our tables are there now, as they should be; `progress`: the companion table too. */
void pgm__march_note_tables(pgm__march *march, bool progress);

void pgm__march_free_reading(pgm__march *march);

/** At the beginning: nothing was read. */
void pgm__march_begin_reading(pgm__march *march);

#endif
