/**
 * @file result.h  How the march ended, for whoever started it.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_RESULT_H
#define PGM_PG_MARCH_RESULT_H

#include "pg/march/parts.h"

/** A failure, while what was sent may have been committed all the same, becomes "unknown". */
void pgm__march_admit_doubt(pgm__march *march);

/** Borrowed from the march. */
pgm__march_result pgm__march_result_of(pgm__march *march);

#endif
