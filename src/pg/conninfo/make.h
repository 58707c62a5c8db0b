/**
 * @file make.h  From what a target says to a connection.
 *
 * Layer: pg, conninfo.  Uses libpq's parsers only, no socket; reads libpq's environment variables
 * and its service file.
 * Threads: none of its own; the environment must not change meanwhile.
 */
#ifndef PGM_PG_CONNINFO_MAKE_H
#define PGM_PG_CONNINFO_MAKE_H

#include "base/arena.h"
#include "model/targets/target.h"
#include "pg/conninfo/conninfo.h"

/**
 * Merges what a target says: [defaults] < the section's url < its keywords; then adds what nobody
 * said: gssencmode=disable, TCP keepalives and time limit, UTF8, the application name. Why each of
 * these is needed stands in docs/inside/facts.md, "libpq".
 *
 * @param arena   Owns every string of *out; what a failure leaves there goes with it.
 * @param target  Without a flaw. Borrowed for the call.
 * @param application_name  Set over whatever the target says; copied.
 * @param[out] out  Untouched on failure. connect_timeout is PGM_UNSET when nobody says it.
 * @return PGM_OK; PGM_EUSAGE (malformed URL, port out of range, lists of different length, a pipe
 *         for a service file; the message names the target's origin and never holds a piece of the
 *         text); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_make(pgm__arena *arena, const pgm__target *target,
                                             const char *application_name, pgm__conninfo *out,
                                             pgm_error *err);

#endif
