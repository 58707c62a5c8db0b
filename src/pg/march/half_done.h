/**
 * @file half_done.h  A file without a transaction that stopped on its way: what of it ran, what may
 * have, and what to do about it.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_HALF_DONE_H
#define PGM_PG_MARCH_HALF_DONE_H

#include "pg/march/parts.h"

/** status: all that is half done here. */
void pgm__march_list_half_done(pgm__march *march);

/** When it happens: the failure says what is half done, and how to go on. */
void pgm__march_tell_consequence(pgm__march *march);

#endif
