/**
 * @file done.h  The migrations that this march has applied, or rolled back, and which of them are
 * safe on disk.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_DONE_H
#define PGM_PG_MARCH_DONE_H

#include "pg/march/parts.h"

/** A migration is done; `us` = how long it took, without what was waited for it. */
void pgm__march_note_done(pgm__march *march, const char *version, uint64_t us);

/** All that is done is on disk now: a COMMIT that waits for the disk has answered. */
void pgm__march_durable(pgm__march *march);

/** Is something done that a crash of the server could still take back? */
bool pgm__march_is_undurable(const pgm__march *march);

/** The connection is lost: what could still be taken back is looked for in the ledger again. */
void pgm__march_forget_undurable(pgm__march *march);

/** The ledger has been read again: what was forgotten is found, or to be done. */
void pgm__march_remembered(pgm__march *march);

bool pgm__march_is_done(const pgm__march *march, const char *version);

/** Has the observer heard that it is done, even if it was forgotten since? */
bool pgm__march_was_told(const pgm__march *march, const char *version);

void pgm__march_free_done(pgm__march *march);

#endif
