/**
 * @file ping.h  targets: a march that only connects and looks who is there.
 *
 * It is a reading as any other (read.c) that asks for no ledger, with two questions behind it: one
 * whose answer is timed, and one for the size of the database.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_PING_H
#define PGM_PG_MARCH_PING_H

#include "pg/march/parts.h"

/** The server has said who is there; the target may have a fault all the same. */
void pgm__march_ping_hear(pgm__march *march);

/** A string of the reading was answered: sends the next question, or ends the march. */
pgm__event pgm__march_ping_on(pgm__march *march);

/** Is an error of this reading no fault of the target's? */
bool pgm__march_ping_forgives(const pgm__march *march);

/** What was found, as far as the march has come; NULL = the server has not answered. Borrowed. */
const pgm_ping *pgm__march_ping_found(const pgm__march *march);

/** Asks how large the target is: its schema, or the database. What comes of it is no error. @return
 *  NONE or FAILED. */
pgm__event pgm__march_weigh(pgm__march *march);

#endif
