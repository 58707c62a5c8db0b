/**
 * @file show.h  What people see of a target: never a password.
 *
 * Layer: pg, conninfo. Pure.
 */
#ifndef PGM_PG_CONNINFO_SHOW_H
#define PGM_PG_CONNINFO_SHOW_H

#include "base/strbuf.h"
#include "pg/conninfo/conninfo.h"
#include "pg/conninfo/draft.h"
#include "pgmarch/error.h"

/** Adds "db.example:5432,[::1]:5433", "[local]:5432": the hosts as people write them. */
void pgm__conninfo_add_hosts(pgm__strbuf *out, const pgm__conninfo *info);

/**
 * Fills in out->server and out->server_key; hosts, user and dbname are there already.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conn_show(const pgm__conn_draft *draft, pgm__conninfo *out,
                                         pgm_error *err);

#endif
