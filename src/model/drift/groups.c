#include "model/drift/groups.h"

#include <stdlib.h>
#include <string.h>

/* A member with its number: qsort() is told of nothing else. */
typedef struct place {
    const pgm__drift_member *member;
    size_t index;
} place;

/* A group while it is made. */
typedef struct heap {
    const place *places;
    pgm__drift_group group;
    bool norm;
} heap;

/* Likewise a cohort. */
typedef struct pool {
    heap *heaps;
    size_t heap_count;
    pgm__drift_cohort cohort;
} pool;

static int by_size(size_t a, size_t b) {
    return a > b ? -1 : a < b ? 1 : 0;
}

static int by_cohort(const pgm__drift_member *a, const pgm__drift_member *b) {
    if (a->major != b->major) {
        return a->major < b->major ? -1 : 1;
    }
    if (a->whole != b->whole) {
        return a->whole ? 1 : -1;
    }
    return a->versions < b->versions ? -1 : a->versions > b->versions ? 1 : 0;
}

/* Total: two members of one name are told apart by their numbers. */
static int by_kinship(const void *a, const void *b) {
    const place *left = a;
    const place *right = b;
    int order = by_cohort(left->member, right->member);
    if (order == 0) {
        order = strcmp(left->member->fingerprint, right->member->fingerprint);
    }
    if (order == 0) {
        order = strcmp(left->member->name, right->member->name);
    }
    return order != 0 ? order : by_size(right->index, left->index);
}

/* The norm, then the largest, then the one whose first name comes first. */
static int by_weight(const void *a, const void *b) {
    const heap *left = a;
    const heap *right = b;
    if (left->norm != right->norm) {
        return left->norm ? -1 : 1;
    }
    int order = by_size(left->group.target_count, right->group.target_count);
    return order != 0 ? order : strcmp(left->places[0].member->name, right->places[0].member->name);
}

static int by_targets(const void *a, const void *b) {
    const pool *left = a;
    const pool *right = b;
    int order = by_size(left->cohort.target_count, right->cohort.target_count);
    return order != 0
               ? order
               : by_cohort(left->heaps[0].places[0].member, right->heaps[0].places[0].member);
}

static bool is_alike(const place *a, const place *b) {
    return by_cohort(a->member, b->member) == 0 &&
           strcmp(a->member->fingerprint, b->member->fingerprint) == 0;
}

/* The heap that begins at `places`. */
static heap gather(const place *places, size_t count) {
    heap made = {.places = places};
    while (made.group.count < count && is_alike(places, &places[made.group.count])) {
        const pgm__drift_member *member = places[made.group.count].member;
        made.group.count++;
        made.group.target_count += member->is_target ? 1 : 0;
        made.norm = made.norm || member->is_norm;
    }
    return made;
}

static void judge(pool *from) {
    qsort(from->heaps, from->heap_count, sizeof *from->heaps, by_weight);
    const heap *first = &from->heaps[0];
    from->cohort.has_norm = first->norm;
    from->cohort.tie = !first->norm && from->heap_count > 1 &&
                       from->heaps[1].group.target_count == first->group.target_count;
    for (size_t i = 0; i < from->heap_count; i++) {
        from->cohort.target_count += from->heaps[i].group.target_count;
    }
}

/* Into pools: heaps that may be compared lie one behind the other. */
static size_t part(pool *pools, heap *heaps, size_t heap_count) {
    size_t count = 0;
    for (size_t i = 0; i < heap_count; i++) {
        pool *last = count == 0 ? NULL : &pools[count - 1];
        if (last == NULL ||
            by_cohort(last->heaps[0].places[0].member, heaps[i].places[0].member) != 0) {
            last = &pools[count++];
            *last = (pool){.heaps = &heaps[i]};
        }
        last->heap_count++;
    }
    for (size_t i = 0; i < count; i++) {
        judge(&pools[i]);
    }
    qsort(pools, count, sizeof *pools, by_targets);
    return count;
}

/* What is handed out, in the order that was found. */
typedef struct lists {
    size_t *order;
    pgm__drift_group *groups;
    pgm__drift_cohort *cohorts;
} lists;

static void write_out(const lists *to, const pool *pools, size_t pool_count) {
    size_t member = 0;
    size_t group = 0;
    for (size_t i = 0; i < pool_count; i++) {
        to->cohorts[i] = pools[i].cohort;
        to->cohorts[i].first_group = group;
        to->cohorts[i].group_count = pools[i].heap_count;
        for (size_t j = 0; j < pools[i].heap_count; j++) {
            const heap *from = &pools[i].heaps[j];
            to->groups[group] = from->group;
            to->groups[group++].first = member;
            for (size_t k = 0; k < from->group.count; k++) {
                to->order[member++] = from->places[k].index;
            }
        }
    }
}

pgm_status pgm__drift_groups_make(pgm__arena *arena, const pgm__drift_member *members, size_t count,
                                  pgm__drift_groups *out) {
    place *places = pgm__arena_calloc(arena, count, sizeof *places);
    heap *heaps = pgm__arena_calloc(arena, count, sizeof *heaps);
    pool *pools = pgm__arena_calloc(arena, count, sizeof *pools);
    const lists to = {.order = pgm__arena_calloc(arena, count, sizeof *to.order),
                      .groups = pgm__arena_calloc(arena, count, sizeof *to.groups),
                      .cohorts = pgm__arena_calloc(arena, count, sizeof *to.cohorts)};
    if (places == NULL || heaps == NULL || pools == NULL || to.order == NULL || to.groups == NULL ||
        to.cohorts == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        places[i] = (place){&members[i], i};
    }
    qsort(places, count, sizeof *places, by_kinship);
    size_t heap_count = 0;
    for (size_t at = 0; at < count; at += heaps[heap_count++].group.count) {
        heaps[heap_count] = gather(&places[at], count - at);
    }
    size_t pool_count = part(pools, heaps, heap_count);
    write_out(&to, pools, pool_count);
    *out = (pgm__drift_groups){to.order, to.groups, to.cohorts, pool_count};
    return PGM_OK;
}
