#include "fleet/drift_wish.h"

#include <string.h>

static bool is_wanted(const pgm_drift *d, const pgm__drift_wish *wish) {
    bool known = false;
    for (size_t i = 0; i < d->wish_count && !known; i++) {
        const pgm__drift_wish *other = &d->wishes[i];
        known = other->major == wish->major && other->whole == wish->whole &&
                other->versions == wish->versions;
    }
    return known;
}

static const char *version_at(const pgm_drift *d, size_t index) {
    return index < pgm__migrations_count(d->run->migrations)
               ? pgm__migrations_at(d->run->migrations, index)->version
               : NULL;
}

/* How many of the set are the first ones of the folder. */
static size_t count_in_place(const pgm_drift *d, const pgm__version_set *set) {
    size_t place = 0;
    bool same = true;
    while (place < set->count && same) {
        const char *expected = version_at(d, place);
        same = expected != NULL && strcmp(set->versions[place], expected) == 0;
        place += same ? 1 : 0;
    }
    return place;
}

/* Only the first so many of the folder can be applied, one behind the other. False: out of
 * memory. */
static bool check_order(pgm_drift *d, pgm__drift_wish *wish) {
    const pgm__version_set *set = &d->run->compare->sets[wish->versions];
    size_t place = count_in_place(d, set);
    size_t index = 0;
    wish->applied = place;
    if (place == set->count) {
        return true;
    }
    bool ours = pgm__migrations_find_exact(d->run->migrations, set->versions[place], &index);
    wish->why = ours ? pgm__arena_printf(&d->arena,
                                         "%s is applied here without %s, which comes before it: "
                                         "what a scratch database gets is applied in order",
                                         set->versions[place], version_at(d, place))
                     : pgm__arena_printf(&d->arena,
                                         "%s is applied here, and is not in the folder: nothing "
                                         "else can make what it made",
                                         set->versions[place]);
    return wish->why != NULL;
}

static bool check_server(pgm_drift *d, pgm__drift_wish *wish) {
    int major = d->scratch->server_version / 10000;
    if (major == wish->major) {
        return true;
    }
    wish->why = pgm__arena_printf(&d->arena,
                                  "the scratch server is PostgreSQL %d, these are on %d, and "
                                  "another version prints definitions differently: give "
                                  "--against-migrations a server of version %d",
                                  major, wish->major, wish->major);
    return wish->why != NULL;
}

/* Can it be made at all? */
static bool add_wish(pgm_drift *d, const pgm__drift_wish *from) {
    pgm__drift_wish *wish = &d->wishes[d->wish_count++];
    *wish = *from;
    if (wish->versions == 0) {
        wish->why = "which migrations are applied is not known, as the ledger could not be read: "
                    "give the role SELECT on it";
        return true;
    }
    return check_order(d, wish) && (wish->why != NULL || check_server(d, wish));
}

bool pgm__drift_list_wishes(pgm_drift *d) {
    const pgm_run *run = d->run;
    d->wishes = pgm__arena_calloc(&d->arena, run->count, sizeof *d->wishes);
    bool enough = d->wishes != NULL;
    for (size_t i = 0; i < run->count && enough; i++) {
        const pgm__compared *found = &run->compare->items[i];
        const pgm__drift_wish wish = {.major = found->major,
                                      .whole = run->items[i].target->schema == NULL,
                                      .versions = found->versions};
        if (found->read && !is_wanted(d, &wish)) {
            enough = add_wish(d, &wish);
        }
    }
    return enough;
}

const pgm__drift_wish *pgm__drift_wish_of(const pgm_drift *d, const pgm__drift_member *member) {
    const pgm__drift_wish *wish = d->wishes;
    while (wish->major != member->major || wish->whole != member->whole ||
           wish->versions != member->versions) {
        wish++;
    }
    return wish;
}
