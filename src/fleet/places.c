#include "fleet/places.h"

#include <string.h>

#include "base/hash.h"

struct pgm__place_entry {
    const char *place;
    size_t index;
    UT_hash_handle hh;
};

/* A target may arrive several times, after each lost connection; it is its own first then. The
 * place is copied, because it is the reading's, which is cleared before the next one. */
pgm_status pgm__places_arrive(pgm__places *places, pgm__arena *arena, const char *place,
                              size_t index, size_t *first) {
    pgm__place_entry *entry = NULL;
    HASH_FIND_STR(places->table, place, entry);
    if (entry != NULL) {
        *first = entry->index;
        return PGM_OK;
    }
    entry = pgm__arena_calloc(arena, 1, sizeof *entry);
    const char *copy = entry == NULL ? NULL : pgm__arena_strdup(arena, place);
    if (copy == NULL) {
        return PGM_ENOMEM;
    }
    entry->place = copy;
    entry->index = index;
    HASH_ADD_KEYPTR(hh, places->table, entry->place, strlen(entry->place), entry);
    if (entry->hh.tbl == NULL) {
        return PGM_ENOMEM;
    }
    *first = index;
    return PGM_OK;
}

void pgm__places_clear(pgm__places *places) {
    HASH_CLEAR(hh, places->table);
}
