/**
 * @file mem.h  The allocation seam: every heap allocation of the project goes through here, so that
 * a test can make the n-th one fail (tests/support/oom.h).
 *
 * A lint keeps malloc() and its like out of all other files. What libraries allocate goes through
 * here where they let it (uthash, jansson); libpq and libuv have memory of their own.
 *
 * Layer: base.
 * Threads: as malloc(3).
 */
#ifndef PGM_BASE_MEM_H
#define PGM_BASE_MEM_H

#include <stddef.h>

/** malloc, calloc, realloc and free; NULL when out of memory. pgm__free(NULL) is a no-op. */
void *pgm__malloc(size_t size);
void *pgm__calloc(size_t count, size_t size);
void *pgm__realloc(void *block, size_t size);
void pgm__free(void *block);

/** A copy the caller frees with pgm__free(); NULL when out of memory. */
char *pgm__strdup(const char *text);
char *pgm__strndup(const char *text, size_t len);

/**
 * Makes room for one more item in a growing array.
 *
 * @param items     Array of `*capacity` items of `item_size` bytes; may be NULL with capacity 0.
 * @param count     Items in use.
 * @return The array, perhaps moved, with *capacity > count; NULL when out of memory, and then the
 *         old array is still valid.
 */
void *pgm__grow(void *items, size_t count, size_t *capacity, size_t item_size);

/**
 * Gives back the room behind the last item of an array that has stopped growing; of an array
 * without items, nothing.
 *
 * @return The array, perhaps moved; NULL when out of memory, and then the old array is still valid.
 */
void *pgm__shrink(void *items, size_t count, size_t *capacity, size_t item_size);

#endif
