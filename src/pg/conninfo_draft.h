/**
 * @file conninfo_draft.h  Inside of conninfo.h: a connection while its parts are put together.
 *
 * Layer: pg, private to conninfo*.c.
 */
#ifndef PGM_PG_CONNINFO_DRAFT_H
#define PGM_PG_CONNINFO_DRAFT_H

#include <libpq-fe.h>

#include "pg/conninfo.h"

/** Growing list in an arena; zeroed = empty. */
typedef struct pgm__conn_texts {
    const char **items;
    size_t count;
    size_t capacity;
} pgm__conn_texts;

/** Keywords and values; zeroed = empty. */
typedef struct pgm__conn_values {
    pgm__setting *items;
    size_t count;
    size_t capacity;
} pgm__conn_values;

typedef struct pgm__conn_draft {
    pgm__arena *arena;
    const pgm__target *target;
    const PQconninfoOption *defaults; /* PQconndefaults() */
    pgm__conn_values given;           /* by the target: each keyword once, no empty value */
    pgm__conn_values service;         /* by the service file, should the target name one */
    pgm__conn_texts warnings;
    pgm__conn_texts secrets;
} pgm__conn_draft;

/** False when out of memory, as everywhere below. The text is borrowed from the arena. */
bool pgm__conn_texts_add(pgm__arena *arena, pgm__conn_texts *texts, const char *text);

const char *pgm__conn_values_get(const pgm__conn_values *settings, const char *keyword);
void pgm__conn_values_forget(pgm__conn_values *settings, const char *keyword);

/** Adds or replaces; copies both strings. */
bool pgm__conn_values_set(pgm__arena *arena, pgm__conn_values *settings, const char *keyword,
                          const char *value);

/** What the target or its service file says; NULL = nothing. */
const char *pgm__conn_given(const pgm__conn_draft *draft, const char *keyword);

/** What libpq will use, its environment and defaults included; NULL = nothing. */
const char *pgm__conn_effective(const pgm__conn_draft *draft, const char *keyword);

/* ---- conninfo_url.c ---- */

/**
 * Parses a URL or keyword string; parameters of other programs are left out with a warning.
 *
 * @param[out] out  Freed with PQconninfoFree().
 * @return PGM_OK, PGM_EUSAGE (without a piece of the text), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conn_parse_url(pgm__conn_draft *draft, const char *url,
                                              PQconninfoOption **out, pgm_error *err);

/* ---- conninfo_service.c ---- */

/**
 * Fills draft->service from the file where libpq would find `service`. A service that is not found
 * is no error here: libpq reports it better.
 */
PGM_MUST_CHECK pgm_status pgm__conn_read_service(pgm__conn_draft *draft, pgm_error *err);

/* ---- conninfo_hosts.c ---- */

/** Fills in out->hosts, as libpq pairs the three lists. */
PGM_MUST_CHECK pgm_status pgm__conn_split_hosts(const pgm__conn_draft *draft, pgm__conninfo *out,
                                                pgm_error *err);

/* ---- conninfo_show.c ---- */

/** Fills in out->server and out->server_key; hosts, user and dbname are there already. */
PGM_MUST_CHECK pgm_status pgm__conn_show(const pgm__conn_draft *draft, pgm__conninfo *out,
                                         pgm_error *err);

/* ---- conninfo_secrets.c ---- */

/** Remembers a value in every form it could appear in, should its keyword be a secret one. */
bool pgm__conn_add_secret(pgm__conn_draft *draft, const char *keyword, const char *value);

/** Remembers a text as it is. */
bool pgm__conn_add_secret_text(pgm__conn_draft *draft, const char *text, size_t len);

/** Longest first, so that no secret leaves a piece of one that contains it. */
void pgm__conn_sort_secrets(pgm__conn_texts *secrets);

#endif
