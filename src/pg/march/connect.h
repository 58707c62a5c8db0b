/**
 * @file connect.h  RESOLVING, CONNECTING and BACKOFF: the way to a session, again and again.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_CONNECT_H
#define PGM_PG_MARCH_CONNECT_H

#include "pg/march/parts.h"

/** Each returns the next event, or NONE to wait for the loop. */
pgm__event pgm__march_resolve(pgm__march *march);
pgm__event pgm__march_connect(pgm__march *march);
pgm__event pgm__march_backoff(pgm__march *march);

/** A session of the march's own is there. */
void pgm__march_note_login(pgm__march *march);

/** The connection is gone or was refused: LOST, or FAILED when it is final or time is up. */
pgm__event pgm__march_unreachable(pgm__march *march, const char *phase,
                                  const pgm__server_error *error);

/** No connection within the connect timeout; `silent`: an address was asked and did not answer. */
pgm__event pgm__march_connect_timed_out(pgm__march *march, bool silent);

/** The server has answered a question of ours. */
void pgm__march_note_reached(pgm__march *march);

/** Names that are still being looked up are not waited for. */
void pgm__march_drop_lookups(pgm__march *march);

#endif
