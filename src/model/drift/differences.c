#include "model/drift/differences.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const pgm__drift_object *a, const pgm__drift_object *b) {
    int order = strcmp(a->kind, b->kind);
    return order != 0 ? order : strcmp(a->name, b->name);
}

static int by_all(const void *a, const void *b) {
    const pgm__drift_object *left = a;
    const pgm__drift_object *right = b;
    int order = by_name(left, right);
    return order != 0 ? order : strcmp(left->definition, right->definition);
}

/* ---- two lists in order ---- */

/* One of the lists. */
typedef struct side {
    const pgm__drift_object **items; /* what the other has not, in the same order */
    size_t count;
} side;

/* What both have goes. */
static void cancel(side *norm, const pgm__drift_object *norms, size_t norm_count, side *here,
                   const pgm__drift_object *heres, size_t here_count) {
    size_t i = 0;
    size_t j = 0;
    while (i < norm_count || j < here_count) {
        int order = i == norm_count ? 1 : j == here_count ? -1 : by_all(&norms[i], &heres[j]);
        if (order < 0) {
            norm->items[norm->count++] = &norms[i++];
        } else if (order > 0) {
            here->items[here->count++] = &heres[j++];
        } else {
            i++;
            j++;
        }
    }
}

/* Of what is left, two of one kind and name are one object that differs. */
static size_t pair(pgm__drift_difference *out, const side *norm, const side *here) {
    size_t count = 0;
    size_t i = 0;
    size_t j = 0;
    while (i < norm->count || j < here->count) {
        int order = i == norm->count   ? 1
                    : j == here->count ? -1
                                       : by_name(norm->items[i], here->items[j]);
        out[count++] = (pgm__drift_difference){.norm = order <= 0 ? norm->items[i] : NULL,
                                               .here = order >= 0 ? here->items[j] : NULL};
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return count;
}

/* ---- parts of a whole that is missing ---- */

static const pgm__drift_object *object_of(const pgm__drift_difference *difference) {
    return difference->norm != NULL ? difference->norm : difference->here;
}

static bool is_relation(const pgm__drift_object *object) {
    static const char *const kinds[] = {"table", "foreign table", "view", "materialized view"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(object->kind, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A relation that is there on one side only. */
typedef struct whole {
    const char *name;
    bool missing;
    pgm__drift_difference *difference;
} whole;

static int by_whole(const void *a, const void *b) {
    const whole *left = a;
    const whole *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : (int)left->missing - (int)right->missing;
}

static size_t list_wholes(whole *wholes, pgm__drift_difference *items, size_t count) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const pgm__drift_object *object = object_of(&items[i]);
        bool one_sided = items[i].norm == NULL || items[i].here == NULL;
        if (one_sided && is_relation(object)) {
            wholes[found++] = (whole){object->name, items[i].here == NULL, &items[i]};
        }
    }
    qsort(wholes, found, sizeof *wholes, by_whole);
    return found;
}

/* What the difference is part of, where that is missing or extra as it is itself. */
static pgm__drift_difference *whole_of(const whole *wholes, size_t count,
                                       const pgm__drift_difference *difference) {
    const pgm__drift_object *object = object_of(difference);
    if ((difference->norm != NULL && difference->here != NULL) || is_relation(object)) {
        return NULL;
    }
    const whole key = {.name = object->part_of, .missing = difference->here == NULL};
    const whole *found = count == 0 ? NULL : bsearch(&key, wholes, count, sizeof *wholes, by_whole);
    return found == NULL ? NULL : found->difference;
}

/* @return How many are left; `keep` says which. */
static void fold(const whole *wholes, size_t whole_count, pgm__drift_difference *items,
                 size_t count, bool *keep) {
    for (size_t i = 0; i < count; i++) {
        pgm__drift_difference *of = whole_of(wholes, whole_count, &items[i]);
        keep[i] = of == NULL;
        if (of != NULL) {
            of->parts++;
        }
    }
}

static size_t drop(pgm__drift_difference *items, size_t count, const bool *keep) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (keep[i]) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

pgm_status pgm__drift_differences_find(pgm__arena *arena, pgm__drift_object *norm,
                                       size_t norm_count, pgm__drift_object *here,
                                       size_t here_count, pgm__drift_differences *out) {
    side norms = {.items = pgm__arena_calloc(arena, norm_count, sizeof *norms.items)};
    side heres = {.items = pgm__arena_calloc(arena, here_count, sizeof *heres.items)};
    if (norms.items == NULL || heres.items == NULL) {
        return PGM_ENOMEM;
    }
    qsort(norm, norm_count, sizeof *norm, by_all);
    qsort(here, here_count, sizeof *here, by_all);
    cancel(&norms, norm, norm_count, &heres, here, here_count);
    size_t most = norms.count + heres.count;
    pgm__drift_difference *items = pgm__arena_calloc(arena, most, sizeof *items);
    whole *wholes = pgm__arena_calloc(arena, most, sizeof *wholes);
    bool *keep = pgm__arena_calloc(arena, most, sizeof *keep);
    if (items == NULL || wholes == NULL || keep == NULL) {
        return PGM_ENOMEM;
    }
    size_t count = pair(items, &norms, &heres);
    fold(wholes, list_wholes(wholes, items, count), items, count, keep);
    *out = (pgm__drift_differences){items, drop(items, count, keep)};
    return PGM_OK;
}
