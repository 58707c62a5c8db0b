#include "fleet/places.h"

#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"

/* Of a place its checksum is kept, and not its text: a fleet may have a hundred thousand. The first
 * 96 bits of SHA-256 tell them apart as well as all of it; the finder compares four bytes of these,
 * and the others are here. */
enum { SUM = 8 };

struct pgm__place_entry {
    unsigned char sum[SUM];
    uint32_t index;
};

typedef struct wanted_place {
    const pgm__places *places;
    const unsigned char *sum;
} wanted_place;

static bool is_wanted(size_t number, const void *data) {
    const wanted_place *wanted = data;
    return memcmp(wanted->places->entries[number].sum, wanted->sum, SUM) == 0;
}

/* For all that are expected at once: more arrivals there are only where a target comes back to
 * another place. False: out of memory. */
static bool make_room(pgm__places *places, size_t count) {
    bool first = places->entries == NULL && places->expected > 0;
    pgm__place_entry *room = first ? pgm__calloc(places->expected, sizeof *room)
                                   : pgm__grow(places->entries, count, &places->capacity,
                                               sizeof *room);
    if (room == NULL) {
        return false;
    }
    places->entries = room;
    places->capacity = first ? places->expected : places->capacity;
    return true;
}

static pgm_status add(pgm__places *places, uint32_t hash, const unsigned char *sum, size_t index) {
    size_t count = places->finder.count;
    if (!make_room(places, count)) {
        return PGM_ENOMEM;
    }
    places->entries[count].index = (uint32_t)index;
    memcpy(places->entries[count].sum, sum, SUM);
    return pgm__finder_add(&places->finder, hash, count);
}

/* A target may arrive several times, after each lost connection; it is its own first then. */
pgm_status pgm__places_arrive(pgm__places *places, const char *place, size_t index, size_t *first) {
    unsigned char sum[PGM__SHA256_BYTES];
    pgm__sha256_raw(place, strlen(place), sum);
    uint32_t hash;
    memcpy(&hash, sum, sizeof hash);
    const unsigned char *rest = sum + sizeof hash;
    size_t found = pgm__finder_find(&places->finder, hash, is_wanted,
                                    &(wanted_place){places, rest});
    if (found != SIZE_MAX) {
        *first = places->entries[found].index;
        return PGM_OK;
    }
    pgm_status status = add(places, hash, rest, index);
    if (status == PGM_OK) {
        *first = index;
    }
    return status;
}

void pgm__places_clear(pgm__places *places) {
    pgm__finder_clear(&places->finder);
    pgm__free(places->entries);
    *places = (pgm__places){0};
}
