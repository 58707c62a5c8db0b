/**
 * @file finder.h  Finds things that somebody else keeps in a list: what is here are their hashes
 * and their numbers, so that one costs some 16 bytes.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_FINDER_H
#define PGM_BASE_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

struct pgm__finder_slot;

/** Zeroed = empty and usable. */
typedef struct pgm__finder {
    struct pgm__finder_slot *slots;
    size_t capacity;
    size_t count;
} pgm__finder;

/** Is the thing of this number the one that is looked for? Asked where hashes are equal. */
typedef bool (*pgm__finder_same_fn)(size_t number, const void *wanted);

/** FNV-1a: of bytes that nobody chooses against us, or where being slow then hurts nobody else. */
uint32_t pgm__finder_hash(const char *bytes, size_t len);

/** @return Its number; SIZE_MAX: it is not there. */
size_t pgm__finder_find(const pgm__finder *finder, uint32_t hash, pgm__finder_same_fn same,
                        const void *wanted);

/**
 * Adds what is not there yet.
 *
 * @param number  Below 2^32 - 1.
 * @return PGM_OK; PGM_ENOMEM: nothing has changed.
 */
PGM_MUST_CHECK pgm_status pgm__finder_add(pgm__finder *finder, uint32_t hash, size_t number);

/** Frees the slots; it is empty then. */
void pgm__finder_clear(pgm__finder *finder);

#endif
