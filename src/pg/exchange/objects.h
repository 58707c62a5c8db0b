/**
 * @file objects.h  Which objects of the catalog a statement made, changed or dropped: two lists of
 * them (catalog.h), one before it and one behind it.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_OBJECTS_H
#define PGM_PG_EXCHANGE_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pg/exchange/reply.h"
#include "pgmarch/rehearsal.h"

struct pgm__object;

/** Zeroed, with the arena set = nothing is known. */
typedef struct pgm__objects {
    pgm__arena *arena; /* owns all texts */
    const char *home;  /* names in this schema are shown without it; NULL = none */
    struct pgm__object *by_name;
    unsigned look; /* the number of the list that comes */
    bool known;    /* one has come */
    bool failed;   /* out of memory */
} pgm__objects;

/** A list begins. */
void pgm__objects_begin(pgm__objects *objects);

/** A row of it: kind, name, digest of the definition. */
void pgm__objects_feed(pgm__objects *objects, const pgm__reply *reply);

/**
 * What is different from the list before, by kind and name; nothing where it was the first one. In
 * the arena; out of memory: `failed`.
 */
const pgm_rehearsed_object *pgm__objects_news(pgm__objects *objects, size_t *count);

void pgm__objects_fini(pgm__objects *objects);

#endif
