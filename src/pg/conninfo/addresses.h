/**
 * @file addresses.h  The lists of libpq, with the addresses that the names of its hosts were
 * resolved to.
 *
 * Layer: pg, conninfo. Pure.
 */
#ifndef PGM_PG_CONNINFO_ADDRESSES_H
#define PGM_PG_CONNINFO_ADDRESSES_H

#include <stddef.h>

#include "base/arena.h"
#include "pg/conninfo/conninfo.h"

/** Addresses a host name was resolved to. */
typedef struct pgm__addresses {
    const char *const *items; /* numeric, as hostaddr takes them, in the resolver's order */
    size_t count;             /* 0: the name was not found */
} pgm__addresses;

/**
 * What libpq is given when its hosts are resolved: host, hostaddr and port become lists of equal
 * length, a host repeated for each of its addresses, so that libpq never blocks on DNS.
 *
 * @param addresses  One for each of info->hosts; those of sockets and of hosts with a hostaddr are
 *                   not looked at. A host without addresses is left out: the others may do.
 * @param[out] keywords  NULL-terminated, as `values`; borrowed from `arena` and from `info`.
 *                       Untouched on failure.
 * @return PGM_OK; PGM_ECONNECT when no host is left; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_with_addresses(pgm__arena *arena, const pgm__conninfo *info,
                                                       const pgm__addresses *addresses,
                                                       const char *const **keywords,
                                                       const char *const **values, pgm_error *err);

#endif
