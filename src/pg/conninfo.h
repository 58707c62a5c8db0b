/**
 * @file conninfo.h  From a target's settings to what libpq is given, and to what people are shown.
 *
 * Layer: pg. Uses libpq's parsers only, no socket; reads libpq's environment variables and its
 * service file.
 * Threads: none of its own; the environment must not change meanwhile.
 */
#ifndef PGM_PG_CONNINFO_H
#define PGM_PG_CONNINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/targets.h"

/** One host of the target, as libpq would try them in order. Strings are never NULL. */
typedef struct pgm__conn_host {
    const char *host;     /* name, socket folder, or "": libpq's own default (a socket) */
    const char *hostaddr; /* "" = to be resolved, unless it is a socket */
    const char *port;
    bool is_socket;
} pgm__conn_host;

/** A checked target. Every string is borrowed from the arena it was made in. */
typedef struct pgm__conninfo {
    /* For PQconnectStartParams(keywords, values, 0); NULL-terminated. host, hostaddr and port are
       what the user said: see pgm__conninfo_with_addresses(). */
    const char *const *keywords;
    const char *const *values;
    /* What libpq will use, with its environment, service file and defaults. */
    const char *user;
    const char *dbname;
    const pgm__conn_host *hosts; /* at least one */
    size_t host_count;
    size_t first_address; /* which one libpq begins with, over all hosts; counts round and round */
    int64_t connect_timeout; /* of URL, service file or environment, in ms; 0 = no limit */
    const char *server;      /* masked URL for people: postgresql://app:***@host:5432/db */
    const char *server_key;  /* "host:port" of the first host: what --per-server counts */
    const char *const *warnings;
    size_t warning_count;
    const char *const *secrets; /* longest first; for pgm__conninfo_scrub() */
    size_t secret_count;
} pgm__conninfo;

/** Addresses a host name was resolved to. */
typedef struct pgm__addresses {
    const char *const *items;
    size_t count;
} pgm__addresses;

/**
 * Merges what a target says: [defaults] < the section's url < its keywords; then adds what nobody
 * said: gssencmode=disable, TCP keepalives and time limit, UTF8, the application name (facts.md
 * §1).
 *
 * @param[out] out  Untouched on failure. connect_timeout is PGM_UNSET when nobody says it.
 * @return PGM_OK; PGM_EUSAGE (malformed URL, port out of range, lists of different length; the
 *         message names the target's origin and never holds a piece of the text); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_make(pgm__arena *arena, const pgm__target *target,
                                             const char *application_name, pgm__conninfo *out,
                                             pgm_error *err);

/**
 * The same for hosts that were resolved: host, hostaddr and port become lists of equal length, a
 * host repeated for each of its addresses, so that libpq never blocks on DNS.
 *
 * @param addresses  One for each of info->hosts; those of sockets and of hosts with a hostaddr are
 *                   not looked at. A host without addresses is left out.
 * @return PGM_OK; PGM_ECONNECT when no host is left; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_with_addresses(pgm__arena *arena, const pgm__conninfo *info,
                                                       const pgm__addresses *addresses,
                                                       const char *const **keywords,
                                                       const char *const **values, pgm_error *err);

/**
 * Is it production? The target file's word counts; else its name, database or a host contains
 * "prod" or "prd", in any case.
 */
bool pgm__conninfo_is_production(const pgm__target *target, const pgm__conninfo *info);

/** Does this libpq know the connection keyword? A pgm__keyword_fn. */
bool pgm__conninfo_is_keyword(const char *keyword);

/**
 * Writes *** over every secret of the target in `text`, in place: passwords of three bytes or more
 * wherever they came from (PGPASSWORD too), plain and percent-encoded, and values of secret-like
 * names in `options`.
 */
void pgm__conninfo_scrub(const pgm__conninfo *info, char *text);

#endif
