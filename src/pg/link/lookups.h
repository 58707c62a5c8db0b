/**
 * @file lookups.h  The names of all hosts of one connection, looked up at once.
 *
 * Layer: pg, link.
 * Threads: the loop's.
 */
#ifndef PGM_PG_LINK_LOOKUPS_H
#define PGM_PG_LINK_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pg/conninfo/addresses.h"
#include "pg/link/resolver.h"

struct pgm__host_lookup;

/** Zeroed but for what the owner sets: nothing is looked up. May be used again for another try. */
typedef struct pgm__lookups {
    /* Of the owner. */
    pgm__arena *arena; /* of what is kept here */
    const pgm__conninfo *info;
    void (*answered)(void *data); /* from the loop: all of them are */
    void *data;

    pgm__addresses *addresses; /* one for each of info->hosts, as pgm__conninfo_with_addresses() */
    struct pgm__host_lookup *hosts;
    size_t open;         /* names that are being looked up */
    const char *failure; /* what is wrong with the last name that has no address; or NULL */
} pgm__lookups;

/**
 * Begins. Sockets and numbers need no look-up.
 *
 * @return PGM_OK: `answered` follows, unless `open` is 0; PGM_ENOMEM, PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__lookups_start(pgm__lookups *lookups, pgm__resolver *resolver,
                                             pgm_error *err);

/** Is there a host that can be tried? */
bool pgm__lookups_usable(const pgm__lookups *lookups);

/** Those that are under way are not waited for. */
void pgm__lookups_drop(pgm__lookups *lookups);

#endif
