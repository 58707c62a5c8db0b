/**
 * @file draft.h  A connection while its parts are put together: what the files of this folder
 * share.
 *
 * It ends with pgm__conninfo_make(); what a march sees is conninfo.h. Functions that return bool
 * have one way to fail, which is memory.
 *
 * Layer: pg, conninfo. Reads libpq's environment variables.
 */
#ifndef PGM_PG_CONNINFO_DRAFT_H
#define PGM_PG_CONNINFO_DRAFT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/targets/target.h"

/** The text, or NULL where it is empty: libpq takes both for "not said". */
const char *pgm__conn_non_empty(const char *text);

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

/** All that is known of one target so far. */
typedef struct pgm__conn_draft {
    pgm__arena *arena;                /* owns all texts; they go on into the pgm__conninfo */
    const pgm__target *target;        /* borrowed */
    const PQconninfoOption *defaults; /* PQconndefaults() */
    pgm__conn_values given;           /* by the target: each keyword once, no empty value */
    pgm__conn_values service;         /* by the service file, should the target name one */
    pgm__conn_texts warnings;         /* to be shown: without a value */
    pgm__conn_texts secrets;          /* to be hidden, in every form they could appear in */
} pgm__conn_draft;

/** False when out of memory, as everywhere below. The text is borrowed from the arena; NULL, too,
 *  is taken for want of memory. */
bool pgm__conn_texts_add(pgm__arena *arena, pgm__conn_texts *texts, const char *text);

/** What a keyword is set to; NULL = nothing. */
const char *pgm__conn_values_get(const pgm__conn_values *settings, const char *keyword);

/** Removes a keyword, should it be there. */
void pgm__conn_values_forget(pgm__conn_values *settings, const char *keyword);

/** Adds or replaces; copies both strings. One that is replaced keeps its place, since the order of
 *  keywords means nothing to libpq. */
bool pgm__conn_values_set(pgm__arena *arena, pgm__conn_values *settings, const char *keyword,
                          const char *value);

/** What the target or its service file says; NULL = nothing. */
const char *pgm__conn_given(const pgm__conn_draft *draft, const char *keyword);

/** What libpq knows of this keyword: its variable and its default; NULL = it knows none. */
const PQconninfoOption *pgm__conn_option(const pgm__conn_draft *draft, const char *keyword);

/** What libpq will use, its environment and defaults included; NULL = nothing. */
const char *pgm__conn_effective(const pgm__conn_draft *draft, const char *keyword);

#endif
