/**
 * @file slow.h  What takes long is looked at: whom it waits for, how far it has come. It is told
 * while it lasts, and kept for the report.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_SLOW_H
#define PGM_PG_MARCH_SLOW_H

#include "pg/march/parts.h"

/** A string is sent, or a migration in it begins: the one before it is over. Starts the state's
 *  timer. */
void pgm__march_watch(pgm__march *march);

/** A string is sent that goes on with the migration of the one before. Starts the state's timer. */
void pgm__march_watch_on(pgm__march *march);

/** A migration of a string has ended, and took so long as the server says: where nobody could say
 *  while it ran that it was the one at work, it is noted now. */
void pgm__march_note_slow(pgm__march *march, const pgm__migration *migration, uint64_t took_us);

/** The timer has come to its end. */
void pgm__march_look(pgm__march *march);

/**
 * The march waits for the lock of its target.
 *
 * @param since_ms  On the loop's clock.
 * @param text      Who has it; copied. Or NULL.
 */
void pgm__march_look_at_wait(pgm__march *march, uint64_t since_ms, const char *text);

/** The march ends: nobody is asked any more, and what was slow is over. */
void pgm__march_stop_looking(pgm__march *march);

void pgm__march_free_slow(pgm__march *march);

#endif
