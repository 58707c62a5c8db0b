/**
 * @file neon_uri.h  A connection URI of the Neon API → what a target is given.
 *
 * Layer: discover. Pure; uses libpq's parser.
 */
#ifndef PGM_DISCOVER_NEON_URI_H
#define PGM_DISCOVER_NEON_URI_H

#include "base/arena.h"
#include "model/targets/target.h"
#include "pgmarch/error.h"

/** libpq's keywords and what they are set to, as the URI has them. */
typedef struct pgm__neon_uri {
    const pgm__setting *items;
    size_t count;
} pgm__neon_uri;

/**
 * Takes a URI apart.
 *
 * @param arena     Owns the texts.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EPARSE, without a piece of the URI, since any may be of a password;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__neon_uri_read(pgm__arena *arena, const char *uri, pgm__neon_uri *out,
                                             pgm_error *err);

/** The host of a compute itself, where `host` may be its pooler's: "ep-x-pooler.y" is "ep-x.y".
 * NULL when out of memory. */
const char *pgm__neon_direct_host(pgm__arena *arena, const char *host);

#endif
