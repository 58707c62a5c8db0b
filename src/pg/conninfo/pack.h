/**
 * @file pack.h  A connection in as little memory as it needs: what it has in common with another
 * one is that one's.
 *
 * The databases of a server differ in their names. Ten thousand of them need one list of keywords,
 * one of values and one of hosts.
 *
 * Layer: pg, conninfo. Pure.
 */
#ifndef PGM_PG_CONNINFO_PACK_H
#define PGM_PG_CONNINFO_PACK_H

#include "base/arena.h"
#include "pg/conninfo/conninfo.h"

/** Where one database is: as much of it as the others of its server have not. */
typedef struct pgm__packed {
    const pgm__conninfo *common; /* all but these two, which are there those of one that it is of */
    const char *dbname;
    const char *server;
} pgm__packed;

/**
 * Copies a connection out of the arena it was made in. The copy's lists are without the places and
 * without the database, which pgm__conninfo_with_addresses() puts in.
 *
 * @param arena   Of the copy.
 * @param made    As pgm__conninfo_make() has made it; borrowed for the call.
 * @param like    What is equal is shared with it, so that its texts and lists live as long; NULL:
 *                there is nothing to share.
 * @param dbname  The database's name where it stands already, and lives as long; or NULL.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_pack(pgm__arena *arena, const pgm__conninfo *made,
                                             const pgm__conninfo *like, const char *dbname,
                                             pgm__packed *out);

/** The connection again; what it points to is borrowed from the packed one's arena. */
pgm__conninfo pgm__conninfo_unpack(const pgm__packed *packed);

#endif
