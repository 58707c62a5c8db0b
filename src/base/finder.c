#include "base/finder.h"

#include <assert.h>

#include "base/fnv.h"
#include "base/mem.h"

enum { FIRST_CAPACITY = 16 };

/* A table with open addressing, a power of two and never more than seven eighths full, so that
 * every search ends at an empty slot. */
struct pgm__finder_slot {
    uint32_t hash;
    uint32_t number_and_1; /* 0: empty */
};

uint32_t pgm__finder_hash(const char *bytes, size_t len) {
    uint64_t hash = pgm__fnv_bytes(PGM__FNV_OFFSET, bytes, len);
    return (uint32_t)(hash ^ (hash >> 32));
}

size_t pgm__finder_find(const pgm__finder *finder, uint32_t hash, pgm__finder_same_fn same,
                        const void *wanted) {
    if (finder->count == 0) {
        return SIZE_MAX;
    }
    size_t mask = finder->capacity - 1;
    size_t at = hash & mask;
    for (; finder->slots[at].number_and_1 != 0; at = (at + 1) & mask) {
        size_t number = (size_t)finder->slots[at].number_and_1 - 1;
        if (finder->slots[at].hash == hash && same(number, wanted)) {
            return number;
        }
    }
    return SIZE_MAX;
}

static void put(struct pgm__finder_slot *slots, size_t capacity, struct pgm__finder_slot slot) {
    size_t at = slot.hash & (capacity - 1);
    while (slots[at].number_and_1 != 0) {
        at = (at + 1) & (capacity - 1);
    }
    slots[at] = slot;
}

static bool grow(pgm__finder *finder) {
    size_t wanted = finder->capacity == 0 ? FIRST_CAPACITY : 2 * finder->capacity;
    struct pgm__finder_slot *slots = pgm__calloc(wanted, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < finder->capacity; i++) {
        if (finder->slots[i].number_and_1 != 0) {
            put(slots, wanted, finder->slots[i]);
        }
    }
    pgm__free(finder->slots);
    finder->slots = slots;
    finder->capacity = wanted;
    return true;
}

pgm_status pgm__finder_add(pgm__finder *finder, uint32_t hash, size_t number) {
    assert(number < UINT32_MAX);
    if (8 * (finder->count + 1) > 7 * finder->capacity && !grow(finder)) {
        return PGM_ENOMEM;
    }
    put(finder->slots, finder->capacity, (struct pgm__finder_slot){hash, (uint32_t)number + 1});
    finder->count++;
    return PGM_OK;
}

void pgm__finder_clear(pgm__finder *finder) {
    pgm__free(finder->slots);
    *finder = (pgm__finder){0};
}
