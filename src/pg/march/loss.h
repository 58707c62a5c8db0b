/**
 * @file loss.h  What a lost connection leaves open: how a string ended, and whether its session is
 * still at it.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_LOSS_H
#define PGM_PG_MARCH_LOSS_H

#include "pg/march/parts.h"

/** A string is on its way that may change something. */
void pgm__march_sent(pgm__march *march);

/** The string has ended: nothing is in doubt. */
void pgm__march_answered(pgm__march *march);

/** The connection is gone, and there will be another. */
void pgm__march_note_loss(pgm__march *march);

/** No lost session is at it any more. */
void pgm__march_no_orphan(pgm__march *march);

/** A migration was finished: losses are counted anew. */
void pgm__march_no_losses(pgm__march *march);

/** Too many losses: may the lock be asked for, which says whether an orphan is still at it? Then
 *  the next string does only that. */
bool pgm__march_ask_lock(pgm__march *march);

/** The lock is ours: the ledger's word is the last one. */
void pgm__march_lock_answered(pgm__march *march);

/** Was the lock found busy after a connection was lost? Then its holder may be our own session. */
bool pgm__march_meets_orphan(const pgm__march *march);

#endif
