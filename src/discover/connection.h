/**
 * @file connection.h  How the database is reached that a source asks.
 *
 * Layer: discover. Opens no socket; reads libpq's environment, as pg/conninfo/make.h.
 */
#ifndef PGM_DISCOVER_CONNECTION_H
#define PGM_DISCOVER_CONNECTION_H

#include "discover/source.h"
#include "pg/conninfo/conninfo.h"

/**
 * Of `discover.KEYWORD`; of kinds that inherit, on top of what the section and [defaults] say of
 * the targets, as far as that is the same for all of them.
 *
 * @param arena     Owns what is made.
 * @param[out] out  connect_timeout is set: 0 = no limit of its own.
 * @return PGM_OK; PGM_EUSAGE, PGM_EPARSE: nobody says which database is asked, or in words that
 *         cannot be understood; PGM_ENOMEM. No message holds a value.
 */
PGM_MUST_CHECK pgm_status pgm__source_connection(const pgm__asking *asking, pgm__arena *arena,
                                                 pgm__conninfo *out, pgm_error *err);

#endif
