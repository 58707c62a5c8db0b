/**
 * @file rehearse.h  REHEARSING: what is pending runs, is measured, and is taken back.
 *
 * One transaction that nothing commits. Each statement is sent alone, in a form in which the server
 * takes no second one, and behind each answer the transaction must be open still
 * (docs/inside/decisions.md, "Rehearsal").
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_REHEARSE_H
#define PGM_PG_MARCH_REHEARSE_H

#include "pg/march/parts.h"

/** Sends the stage's string; behind a reading, the first. @return NONE or another event. */
pgm__event pgm__march_send_rehearsal(pgm__march *march);

/** A reply that is no error. */
void pgm__march_rehearse_reply(pgm__march *march, const pgm__reply *reply);

/** The string has ended. @return WORK_REHEARSE, or what ends the rehearsal. */
pgm__event pgm__march_rehearse_ready(pgm__march *march);

#endif
