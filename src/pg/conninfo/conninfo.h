/**
 * @file conninfo.h  A target's connection, checked: what libpq is given, and what people are shown.
 *
 * It is made by make.h; the lists of libpq grow by addresses.h once the names are resolved. libpq
 * would take the target's own words just as well; but they are checked before a run begins, what is
 * shown of them must hold no password, and hosts have to be known to count servers.
 *
 * Layer: pg, conninfo. Pure.
 */
#ifndef PGM_PG_CONNINFO_CONNINFO_H
#define PGM_PG_CONNINFO_CONNINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/targets/target.h"

/** One host of the target, as libpq would try them in order. Strings are never NULL. */
typedef struct pgm__conn_host {
    const char *host;     /* name, socket folder, or "": libpq's own default (a socket) */
    const char *hostaddr; /* "" = to be resolved, unless it is a socket */
    const char *port;     /* decimal, 1 to 65535; of a socket it is part of the file's name */
    bool is_socket;       /* nothing to look up, and no TLS */
} pgm__conn_host;

/** A checked target. Every string is borrowed from the arena it was made in. */
typedef struct pgm__conninfo {
    /* For PQconnectStartParams(keywords, values, 0); NULL-terminated. host, hostaddr and port are
       what the user said, or left out: see addresses.h. */
    const char *const *keywords;
    const char *const *values;
    /* What libpq will use, with its environment, service file and defaults. */
    const char *user;            /* "" where not even the system has a name for it */
    const char *dbname;          /* never NULL: libpq takes the user's name where none is given */
    const pgm__conn_host *hosts; /* at least one */
    size_t host_count;
    size_t first_address; /* which one libpq begins with, over all hosts; counts round and round */
    int64_t connect_timeout;     /* of URL, service file or environment, in ms; 0 = no limit */
    const char *server;          /* masked URL for people: postgresql://app:***@host:5432/db */
    const char *server_key;      /* "host:port" of the first host: what --per-server counts */
    const char *const *warnings; /* for people, without a secret; known before anything connects */
    size_t warning_count;
    const char *const *secrets; /* longest first; for pgm__conninfo_scrub() */
    size_t secret_count;
    bool names_database; /* the lists are without it, but libpq is to be given it (pack.h) */
} pgm__conninfo;

/**
 * Why is it production? The target file's word counts ("file"); else its "name", "database" or a
 * "host" contains "prod" or "prd", in any case. Static storage.
 *
 * @return NULL: it is not.
 */
const char *pgm__conninfo_production_by(const pgm__target *target, const pgm__conninfo *info);

/** Is its server asleep until somebody connects? The target file's word counts; else one is that
 *  has a host below neon.tech. */
bool pgm__conninfo_sleeps(const pgm__target *target, const pgm__conninfo *info);

bool pgm__conninfo_is_production(const pgm__target *target, const pgm__conninfo *info);

#endif
