/**
 * @file spot.h  The exact place of the server's error, for the report.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_SPOT_H
#define PGM_PG_MARCH_SPOT_H

#include "pg/exchange/spot.h"
#include "pg/march/parts.h"

/**
 * Notes in the failure what is known of its place: line, column, and the line itself. Its texts are
 * of the march's arena.
 *
 * @param error  Whose CONTEXT may lead further; NULL: there is none.
 */
void pgm__march_place(pgm__march *march, pgm_failure *failure, const pgm__script *script,
                      pgm__origin origin, const pgm__server_error *error);

#endif
