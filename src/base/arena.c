#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* With its own head and that of malloc() a chunk stays within a page of 4,096 bytes. */
enum { CHUNK_SIZE = 4000, ALIGNMENT = _Alignof(max_align_t) };

/* What needs alignment is taken from the front, texts from the back: what lies between is free. */
struct pgm__arena_chunk {
    struct pgm__arena_chunk *next;
    size_t front;
    size_t back;
    max_align_t data[];
};

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* The newest chunk, with so much room. What is left of the one before is given up, and older ones
 * are never looked at again: an allocation takes the same time however much there is. */
static struct pgm__arena_chunk *with_room(pgm__arena *arena, size_t wanted) {
    struct pgm__arena_chunk *chunk = arena->chunk;
    if (chunk != NULL && chunk->back - chunk->front >= wanted) {
        return chunk;
    }
    size_t room = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;
    struct pgm__arena_chunk *fresh = pgm__malloc(sizeof *fresh + room);
    if (fresh != NULL) {
        *fresh = (struct pgm__arena_chunk){.next = chunk, .back = room};
        arena->chunk = fresh;
    }
    return fresh;
}

void *pgm__arena_alloc(pgm__arena *arena, size_t size) {
    /* Rounding it up and adding the head of a chunk must not overflow. */
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size_t wanted = aligned(size == 0 ? 1 : size);
    struct pgm__arena_chunk *chunk = with_room(arena, wanted);
    if (chunk == NULL) {
        return NULL;
    }
    void *block = (char *)chunk->data + chunk->front;
    chunk->front += wanted;
    return block;
}

/* As it is: a text of 13 bytes takes 13, and a fleet has many. */
static char *alloc_text(pgm__arena *arena, size_t size) {
    struct pgm__arena_chunk *chunk = size > SIZE_MAX / 2 ? NULL : with_room(arena, size);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->back -= size;
    return (char *)chunk->data + chunk->back;
}

void *pgm__arena_calloc(pgm__arena *arena, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    void *block = pgm__arena_alloc(arena, count * size);
    if (block != NULL) {
        memset(block, 0, count * size);
    }
    return block;
}

char *pgm__arena_strndup(pgm__arena *arena, const char *text, size_t len) {
    char *copy = alloc_text(arena, len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

char *pgm__arena_strdup(pgm__arena *arena, const char *text) {
    return text == NULL ? NULL : pgm__arena_strndup(arena, text, strlen(text));
}

/* Measured first and written then, since an arena cannot give back what was too much. A list of
 * arguments can be walked once, hence the copy. */
char *pgm__arena_printf(pgm__arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : alloc_text(arena, (size_t)len + 1);
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    }
    va_end(again);
    return text;
}

void pgm__arena_clear(pgm__arena *arena) {
    struct pgm__arena_chunk *chunk = arena->chunk;
    while (chunk != NULL) {
        struct pgm__arena_chunk *next = chunk->next;
        pgm__free(chunk);
        chunk = next;
    }
    arena->chunk = NULL;
}
