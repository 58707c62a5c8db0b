/**
 * @file alone.h  ALONE: a migration without a transaction, statement by statement.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_ALONE_H
#define PGM_PG_MARCH_ALONE_H

#include "pg/march/parts.h"

/** The plan's next step is one: its first string is sent. */
pgm__event pgm__march_send_alone(pgm__march *march);
void pgm__march_alone_reply(pgm__march *march, const pgm__reply *reply);
pgm__event pgm__march_alone_ready(pgm__march *march);

/** What was in flight has ended although it was to be cancelled. */
void pgm__march_alone_ended(pgm__march *march);

/** The connection is lost: keeps what is known about the statements. */
void pgm__march_alone_lost(pgm__march *march);

/** The ledger is read again: no string of a file is in flight. */
void pgm__march_alone_rest(pgm__march *march);

/** A batch is next: none of these files is at work. */
void pgm__march_alone_leave(pgm__march *march);

/** Is there a half-done migration whose last statement is known to have ended? Then the rollback
 *  has to note it: add_settling(), and settled() when that is answered. */
bool pgm__march_settles(const pgm__march *march);
void pgm__march_add_settling(pgm__march *march, pgm__strbuf *sql);
void pgm__march_settled(pgm__march *march);

#endif
