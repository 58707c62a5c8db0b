/**
 * @file batch.h  MARCHING: batches of transactional migrations.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_BATCH_H
#define PGM_PG_MARCH_BATCH_H

#include "pg/march/parts.h"

pgm__event pgm__march_send_batch(pgm__march *march);
void pgm__march_batch_reply(pgm__march *march, const pgm__reply *reply);
pgm__event pgm__march_batch_ready(pgm__march *march);

/** A notice: the one of ours with which a block begins? It has done what it was for. */
bool pgm__march_batch_notice(const pgm__march *march);

/** A file has ended the transaction of this version, whose claim may be committed by that: the
 *  rollback takes it back. */
void pgm__march_broken(pgm__march *march, const char *version);

void pgm__march_free_batch(pgm__march *march);

#endif
