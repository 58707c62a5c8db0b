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
#include <stdint.h>

#include "base/arena.h"
#include "base/finder.h"
#include "model/targets/target.h"
#include "pg/conninfo/pack.h"

typedef struct pgm__login {
    pgm__packed conninfo;
    uint32_t server; /* number of its host and port, from 0 */
    uint32_t number; /* of the login itself, from 0 */
} pgm__login;

/** Books kept while targets are selected. Logins live in the arena, longer than these. */
typedef struct pgm__logins {
    pgm__arena *arena;
    const char *application_name;     /* with the run's id: how orphans of it are found again */
    uint32_t server_count;            /* so far: the number that the next new one gets */
    uint32_t login_count;             /* likewise */
    const pgm__login *nowhere;        /* or NULL: nobody has asked for it yet */
    const pgm__login *latest;         /* the last one that was made; or NULL */
    struct pgm__login_entry *entries; /* all of them, and whose settings they are */
    size_t entry_count;
    size_t entry_capacity;
    pgm__finder by_settings;             /* of entries */
    struct pgm__server_entry *by_server; /* a hash table, which borrows its keys */
} pgm__logins;

/**
 * The login of a target; equal settings give the same one, so that two targets may pass a session
 * on when their logins are the same pointer.
 *
 * @param target    Outlives the logins, which borrow its strings.
 * @param[out] out  Borrowed from the arena of the books; untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: the settings cannot be used, as pgm__conninfo_make() says;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__logins_find(pgm__logins *logins, const pgm__target *target,
                                           const pgm__login **out, pgm_error *err);

/**
 * The login of targets that no connection can be made for: without a host, and with a server's
 * number of its own, so that whoever counts servers need not know of it.
 *
 * @param[out] out  Borrowed from the arena of the books; untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__logins_nowhere(pgm__logins *logins, const pgm__login **out,
                                              pgm_error *err);

/** Frees the books, not the logins, which targets go on using. Zeroed ones may be given. */
void pgm__logins_fini(pgm__logins *logins);

#endif
