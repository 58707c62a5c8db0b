#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* No size is zero: malloc(0) may answer NULL, which every caller takes for out of memory. */
void *pgm__malloc(size_t size) {
    return malloc(size == 0 ? 1 : size);
}

void *pgm__calloc(size_t count, size_t size) {
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *pgm__realloc(void *block, size_t size) {
    return realloc(block, size == 0 ? 1 : size);
}

void pgm__free(void *block) {
    free(block);
}

char *pgm__strndup(const char *text, size_t len) {
    char *copy = pgm__malloc(len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

char *pgm__strdup(const char *text) {
    return pgm__strndup(text, strlen(text));
}

void *pgm__grow(void *items, size_t count, size_t *capacity, size_t item_size) {
    if (count < *capacity) {
        return items;
    }
    /* Doubled, so that an array of n items was copied as often as it has items, and no more. */
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    if (wanted > SIZE_MAX / item_size) {
        return NULL;
    }
    void *grown = pgm__realloc(items, wanted * item_size);
    if (grown != NULL) {
        *capacity = wanted;
    }
    return grown;
}

void *pgm__shrink(void *items, size_t count, size_t *capacity, size_t item_size) {
    if (count == 0 || count == *capacity) {
        return items;
    }
    void *shrunk = pgm__realloc(items, count * item_size);
    if (shrunk != NULL) {
        *capacity = count;
    }
    return shrunk;
}
