/**
 * @file hosts.h  libpq's three lists: hosts, addresses and ports that belong together by position.
 *
 * Layer: pg, conninfo.
 */
#ifndef PGM_PG_CONNINFO_HOSTS_H
#define PGM_PG_CONNINFO_HOSTS_H

#include "pg/conninfo/conninfo.h"
#include "pg/conninfo/draft.h"
#include "pgmarch/error.h"

/**
 * Fills in out->hosts, as libpq pairs the three lists, with environment and defaults.
 *
 * @return PGM_OK; PGM_ENOMEM; PGM_EUSAGE: lists of different length, a host, address or port that
 *         is none, or an address of the environment beside a host of the target. No message holds a
 *         piece of them.
 */
PGM_MUST_CHECK pgm_status pgm__conn_split_hosts(const pgm__conn_draft *draft, pgm__conninfo *out,
                                                pgm_error *err);

#endif
