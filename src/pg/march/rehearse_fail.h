/**
 * @file rehearse_fail.h  What an error means in a rehearsal, and how its end is told.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_REHEARSE_FAIL_H
#define PGM_PG_MARCH_REHEARSE_FAIL_H

#include "pg/march/parts.h"

/** Does each migration commit, as with `up`? The target is a copy then. */
bool pgm__rehearse_keeps(const pgm__march *march);

/** Is a statement of a file in flight? */
bool pgm__rehearse_is_at_file(const pgm__march *march);

/** The string in flight has failed. @return What the march does: BUSY, TRANSIENT, REREAD, FAILED or
 *  FAILED_OPEN. */
pgm__event pgm__rehearse_failed(pgm__march *march);

/** The transaction is over although nothing was to end it. @return FAILED or FAILED_OPEN. */
pgm__event pgm__rehearse_fail_ended(pgm__march *march);

/** The connection was lost too often. @return FAILED or FAILED_OPEN. */
pgm__event pgm__rehearse_fail_lost(pgm__march *march);

/** @return FAILED or FAILED_OPEN. */
pgm__event pgm__rehearse_fail_memory(pgm__march *march);

#endif
