#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* With its own head and that of malloc() a chunk stays within a page of 4,096 bytes. */
enum { CHUNK_SIZE = 4000, ALIGNMENT = _Alignof(max_align_t) };

struct pgm__arena_chunk {
    struct pgm__arena_chunk *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *pgm__arena_alloc(pgm__arena *arena, size_t size) {
    /* Rounding it up and adding the head of a chunk must not overflow. */
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size_t wanted = aligned(size == 0 ? 1 : size);
    struct pgm__arena_chunk *chunk = arena->chunk;
    /* What is left of the newest chunk is given up, and older ones are never looked at again: an
     * allocation takes the same time however much there is. */
    if (chunk == NULL || chunk->size - chunk->used < wanted) {
        size_t room = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;
        struct pgm__arena_chunk *fresh = pgm__malloc(sizeof *fresh + room);
        if (fresh == NULL) {
            return NULL;
        }
        *fresh = (struct pgm__arena_chunk){.next = chunk, .size = room};
        arena->chunk = fresh;
        chunk = fresh;
    }
    void *block = (char *)chunk->data + chunk->used;
    chunk->used += wanted;
    return block;
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
    char *copy = pgm__arena_alloc(arena, len + 1);
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
    char *text = len < 0 ? NULL : pgm__arena_alloc(arena, (size_t)len + 1);
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
