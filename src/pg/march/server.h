/**
 * @file server.h  Is it a server that can keep what is promised? Before anything is asked of it.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_SERVER_H
#define PGM_PG_MARCH_SERVER_H

#include <stdbool.h>

#include "pg/march/types.h"

/** @return false: it is not, and the march has failed with the reason. */
bool pgm__march_is_postgresql(pgm__march *march);

/** What to say of a reading that failed before it came to a ledger, where PostgreSQL would not have
 *  failed; NULL = nothing. */
const char *pgm__march_hint_of_stranger(const pgm__march *march);

#endif
