#include "fleet/group_caps.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"

enum { DEFAULT_WAKE = 20 };

/* ---- groups ---- */

typedef struct entry {
    const char *name; /* the target's */
    size_t number;
    size_t cap;
    UT_hash_handle hh;
} entry;

typedef struct groups {
    pgm__arena arena; /* of entries */
    entry *by_name;
    size_t count;
} groups;

/* NULL: out of memory. */
static entry *find(groups *of, const char *name) {
    entry *found = NULL;
    HASH_FIND_STR(of->by_name, name, found);
    if (found != NULL) {
        return found;
    }
    found = pgm__arena_calloc(&of->arena, 1, sizeof *found);
    if (found == NULL) {
        return NULL;
    }
    found->name = name;
    found->number = ++of->count;
    found->cap = SIZE_MAX;
    HASH_ADD_KEYPTR(hh, of->by_name, found->name, strlen(found->name), found);
    return found->hh.tbl == NULL ? NULL : found;
}

static bool add(groups *of, pgm__fleet_item *item) {
    const pgm__common *common = pgm__common_of(item->target);
    if (common->group == NULL) {
        return true;
    }
    entry *group = find(of, common->group);
    if (group == NULL) {
        return false;
    }
    item->group = (unsigned)group->number & PGM__MOST_GROUPS;
    if (common->per_group > 0 && (size_t)common->per_group < group->cap) {
        group->cap = (size_t)common->per_group;
    }
    return true;
}

static bool keep_caps(pgm_run *run, const groups *from) {
    size_t *caps = pgm__arena_calloc(&run->arena, from->count, sizeof *caps);
    if (caps == NULL) {
        return false;
    }
    for (const entry *group = from->by_name; group != NULL; group = group->hh.next) {
        caps[group->number - 1] = group->cap;
    }
    run->group_caps = caps;
    run->group_count = from->count;
    return true;
}

static bool fill_groups(pgm_run *run) {
    groups all = {0};
    bool enough = true;
    for (size_t i = 0; i < run->count && enough; i++) {
        enough = add(&all, &run->items[i]);
    }
    enough = enough && keep_caps(run, &all);
    HASH_CLEAR(hh, all.by_name);
    pgm__arena_clear(&all.arena);
    return enough;
}

/* ---- servers that sleep ---- */

/* One target's word is enough: to wait for a permit in vain costs less than to wake too many. */
static bool fill_sleeps(pgm_run *run) {
    bool *sleeps = pgm__arena_calloc(&run->arena, run->server_count, sizeof *sleeps);
    for (size_t i = 0; i < run->count && sleeps != NULL; i++) {
        const pgm__fleet_item *item = &run->items[i];
        sleeps[item->login->server] = sleeps[item->login->server] || item->sleeps;
    }
    run->server_sleeps = sleeps;
    return sleeps != NULL;
}

static int64_t wake_of(const pgm_run *run, const pgm_options *options) {
    int64_t in_file = pgm__targets_wake(run->targets);
    int64_t fallback = in_file == PGM_UNSET ? DEFAULT_WAKE : in_file;
    return options->wake == 0 ? fallback : options->wake;
}

pgm_status pgm__group_caps(pgm_run *run, const pgm_options *options, pgm_error *err) {
    int64_t wake = wake_of(run, options);
    if (wake < 1) {
        return pgm__error_set(err, PGM_EUSAGE, "wake must be at least 1");
    }
    run->wake_cap = (size_t)wake;
    return fill_groups(run) && fill_sleeps(run) ? PGM_OK : pgm__error_nomem(err);
}
