#include "model/files/migrations_index.h"

#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/files/version.h"

/* In two tables at once, hence two handles. The text of a version is the migration's, that of a
 * number a copy, for it stands in no version as it is. */
struct entry {
    char *number; /* pgm__version_key() */
    size_t count; /* of the migrations with it; only the first of them is found by it */
    UT_hash_handle version_hh;
    UT_hash_handle number_hh;
};

struct pgm__migrations_index {
    pgm__arena arena;      /* the keys */
    struct entry *entries; /* as many as there are migrations, in their order */
    struct entry *by_version;
    struct entry *by_number;
};

/* False when memory ran out. uthash's macros weigh on the function they stand in: one each. */
static bool add_version(pgm__migrations_index *index, struct entry *entry, const char *version) {
    HASH_ADD_KEYPTR(version_hh, index->by_version, version, strlen(version), entry);
    return entry->version_hh.tbl != NULL;
}

static struct entry *entry_of_number(const pgm__migrations_index *index, const char *key,
                                     size_t len) {
    struct entry *found = NULL;
    HASH_FIND(number_hh, index->by_number, key, len, found);
    return found;
}

/* Only the first of a number is in the table: the others stand behind it in the list, so that a
 * count finds them. */
static bool add_number(pgm__migrations_index *index, struct entry *entry, const char *version) {
    char key[PGM__VERSION_KEY];
    size_t len = pgm__version_key(version, key);
    if (len == 0) {
        return true;
    }
    struct entry *first = entry_of_number(index, key, len);
    if (first != NULL) {
        first->count++;
        return true;
    }
    entry->count = 1;
    entry->number = pgm__arena_strndup(&index->arena, key, len);
    if (entry->number == NULL) {
        return false;
    }
    HASH_ADD_KEYPTR(number_hh, index->by_number, entry->number, len, entry);
    return entry->number_hh.tbl != NULL;
}

pgm__migrations_index *pgm__migrations_index_new(const pgm__migration *items, size_t count) {
    pgm__migrations_index *index = pgm__calloc(1, sizeof *index);
    if (index == NULL) {
        return NULL;
    }
    index->entries = pgm__calloc(count, sizeof *index->entries);
    bool complete = index->entries != NULL;
    for (size_t i = 0; i < count && complete; i++) {
        complete = add_version(index, &index->entries[i], items[i].version) &&
                   add_number(index, &index->entries[i], items[i].version);
    }
    if (!complete) {
        pgm__migrations_index_free(index);
        return NULL;
    }
    return index;
}

void pgm__migrations_index_free(pgm__migrations_index *index) {
    if (index == NULL) {
        return;
    }
    HASH_CLEAR(version_hh, index->by_version);
    HASH_CLEAR(number_hh, index->by_number);
    pgm__free(index->entries);
    pgm__arena_clear(&index->arena);
    pgm__free(index);
}

bool pgm__migrations_index_by_version(const pgm__migrations_index *index, const char *version,
                                      size_t *at) {
    struct entry *found = NULL;
    HASH_FIND(version_hh, index->by_version, version, strlen(version), found);
    if (found != NULL) {
        *at = (size_t)(found - index->entries);
    }
    return found != NULL;
}

/* By the position in `entries`, which is the migration's own. */
size_t pgm__migrations_index_by_number(const pgm__migrations_index *index, const char *version,
                                       size_t *first) {
    char key[PGM__VERSION_KEY];
    size_t len = pgm__version_key(version, key);
    const struct entry *found = len > 0 ? entry_of_number(index, key, len) : NULL;
    if (found == NULL) {
        return 0;
    }
    *first = (size_t)(found - index->entries);
    return found->count;
}
