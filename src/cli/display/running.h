/**
 * @file running.h  The targets that are under way, the one that started first at the front.
 *
 * A start, an end and a look-up take the same time whatever the size of the fleet; texts are
 * copied, and cut where nobody would see their end.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_DISPLAY_RUNNING_H
#define PGM_CLI_DISPLAY_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

/** Bytes of the texts, with their end. */
enum { PGM__RUNNING_NAME = 128, PGM__RUNNING_WAITS = 240 };

/** A target that is under way. */
typedef struct pgm__running_target {
    char name[PGM__RUNNING_NAME];
    char version[PGM__RUNNING_NAME]; /* of the migration that the server is at; "" = none */
    char waits[PGM__RUNNING_WAITS];  /* what it waits for; "" = nothing that is known */
    int64_t since_ms;
    size_t target; /* its index in the run */
    size_t before; /* its neighbours, by place + 1; 0 = none */
    size_t behind;
} pgm__running_target;

/** All of them. Zeroed but for nothing: pgm__running_init(). */
typedef struct pgm__running {
    pgm__running_target *items;
    size_t used; /* of items, ever */
    size_t capacity;
    uint32_t *places; /* of each target of the run: place + 1; 0 = it is not under way */
    size_t targets;
    size_t first; /* place + 1 */
    size_t last;
    size_t free; /* a chain by `behind` */
    size_t count;
} pgm__running;

/** @param targets  Of the run. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__running_init(pgm__running *running, size_t targets);

/** Frees all; zeroed is fine. */
void pgm__running_fini(pgm__running *running);

/** A target starts, behind all others; without memory it is left out, and no more is lost. */
void pgm__running_start(pgm__running *running, size_t target, const char *name, int64_t now_ms);

/** It has ended. @return Was it under way? */
bool pgm__running_end(pgm__running *running, size_t target);

/** NULL: it is not under way. Valid until the next start. */
pgm__running_target *pgm__running_find(pgm__running *running, size_t target);

/** The one that started first; NULL: there is none. */
const pgm__running_target *pgm__running_first(const pgm__running *running);

/** The one that started next; NULL: there is none. */
const pgm__running_target *pgm__running_next(const pgm__running *running,
                                             const pgm__running_target *item);

/** Copies a text into `room` bytes, whole characters of it; NULL is "". */
void pgm__running_text(char *out, size_t room, const char *text);

#endif
