/**
 * @file logins.h  What targets with the same connection settings share: the schemas of a database.
 *
 * Ten thousand schemas of one database need one set of connection settings, not ten thousand, and
 * their marches pass sessions on to one another.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_LOGINS_H
#define PGM_FLEET_LOGINS_H

#include <stddef.h>

#include "base/arena.h"
#include "model/targets.h"
#include "pg/conninfo.h"

typedef struct pgm__login {
    pgm__conninfo conninfo;
    size_t server; /* number of its host and port, from 0 */
} pgm__login;

/** Books kept while targets are selected. Logins live in the arena, longer than these. */
typedef struct pgm__logins {
    pgm__arena *arena;
    const char *application_name;
    size_t server_count;
    struct pgm__login_entry *by_settings; /* hash tables */
    struct pgm__server_entry *by_server;
} pgm__logins;

/**
 * The login of a target; equal settings give the same one.
 *
 * @return PGM_OK; as pgm__conninfo_make() answers.
 */
PGM_MUST_CHECK pgm_status pgm__logins_find(pgm__logins *logins, const pgm__target *target,
                                           const pgm__login **out, pgm_error *err);

/** Frees the books, not the logins. */
void pgm__logins_fini(pgm__logins *logins);

#endif
