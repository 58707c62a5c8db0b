/**
 * @file arena.h  Memory that is freed all at once.
 *
 * What belongs together in time lives in one arena: a run's results, a march's texts, what one
 * reading brought. So nothing is freed twice or forgotten, and nobody has to ask who owns a text.
 * What comes out of a server's reply is copied into one, since the reply is gone after its
 * callback.
 *
 * Layer: base.
 * Threads: an arena belongs to one thread at a time.
 */
#ifndef PGM_BASE_ARENA_H
#define PGM_BASE_ARENA_H

#include <stddef.h>

#include "pgmarch/error.h"

struct pgm__arena_chunk;

/** Zeroed = empty and usable. */
typedef struct pgm__arena {
    struct pgm__arena_chunk *chunk; /* newest first */
} pgm__arena;

/** Uninitialised memory, aligned for every type; NULL when out of memory. Lives with the arena. */
void *pgm__arena_alloc(pgm__arena *arena, size_t size);

/** Zeroed array; NULL when out of memory or when count * size overflows. */
void *pgm__arena_calloc(pgm__arena *arena, size_t count, size_t size);

/** Copies; NULL when out of memory. pgm__arena_strdup(arena, NULL) is NULL. */
char *pgm__arena_strdup(pgm__arena *arena, const char *text);
char *pgm__arena_strndup(pgm__arena *arena, const char *text, size_t len);
char *pgm__arena_printf(pgm__arena *arena, const char *format, ...) PGM_PRINTF(2, 3);

/** Frees everything; the arena is empty and usable again. */
void pgm__arena_clear(pgm__arena *arena);

#endif
