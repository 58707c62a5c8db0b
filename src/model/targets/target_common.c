/*
 * By content: the same words stand in the sections of two files, or in every third section of one.
 * Where all targets say something different nothing is gained, and some 16 bytes each are lost.
 */
#include "model/targets/target_common.h"

#include <string.h>

#include "base/error.h"
#include "base/fnv.h"
#include "base/mem.h"

/* Members of one form, so that a further one is a row. */
static const size_t text_members[] = {
    offsetof(pgm__common, ledger_schema), offsetof(pgm__common, ledger_table),
    offsetof(pgm__common, role),          offsetof(pgm__common, time_zone),
    offsetof(pgm__common, group),         offsetof(pgm__common, flaw),
};

enum { TEXTS = sizeof text_members / sizeof text_members[0], NUMBERS = 15 };

static const char *text_at(const pgm__common *common, size_t member) {
    const char *text = NULL;
    memcpy(&text, (const char *)common + text_members[member], sizeof text);
    return text;
}

typedef struct numbers {
    int64_t items[NUMBERS];
} numbers;

static numbers numbers_of(const pgm__common *common) {
    static const pgm_limits unset = PGM_LIMITS_UNSET;
    const pgm_limits *limits = common->limits == NULL ? &unset : common->limits;
    return (numbers){{common->wave, common->per_group, (int64_t)common->production,
                      (int64_t)common->sleeps, common->has_wave, common->create_schema,
                      common->trust_ledger, common->is_copy, common->per_group_is_own,
                      limits->connect_timeout, limits->connect_wait, limits->lock_wait,
                      limits->ddl_lock_timeout, limits->statement_timeout, limits->target_timeout}};
}

/* ---- are two equal? ---- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_list(const char *const *a, const char *const *b, size_t count) {
    bool same = true;
    for (size_t i = 0; i < count && same; i++) {
        same = same_text(a[i], b[i]);
    }
    return same;
}

static bool same_settings(const pgm__setting *a, const pgm__setting *b, size_t count) {
    bool same = true;
    for (size_t i = 0; i < count && a != b && same; i++) {
        same = same_text(a[i].keyword, b[i].keyword) && same_text(a[i].value, b[i].value);
    }
    return same;
}

static bool same_counts(const pgm__common *a, const pgm__common *b) {
    return a->setting_count == b->setting_count && a->variable_count == b->variable_count &&
           a->extra_schema_count == b->extra_schema_count && a->tag_count == b->tag_count;
}

static bool same(const pgm__common *a, const pgm__common *b) {
    numbers left = numbers_of(a);
    numbers right = numbers_of(b);
    bool equal = same_counts(a, b) && memcmp(&left, &right, sizeof left) == 0;
    for (size_t i = 0; i < TEXTS && equal; i++) {
        equal = same_text(text_at(a, i), text_at(b, i));
    }
    return equal && same_settings(a->settings, b->settings, a->setting_count) &&
           same_settings(a->variables, b->variables, a->variable_count) &&
           same_list(a->extra_schemas, b->extra_schemas, a->extra_schema_count) &&
           same_list(a->tags, b->tags, a->tag_count);
}

/* ---- the hash of one ---- */

/* With its end, so that no two neighbours can look like two others. */
static uint64_t add_text(uint64_t hash, const char *text) {
    return text == NULL ? pgm__fnv_add(hash, UINT64_MAX)
                        : pgm__fnv_bytes(hash, text, strlen(text) + 1);
}

static uint64_t add_settings(uint64_t hash, const pgm__setting *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        hash = add_text(add_text(hash, items[i].keyword), items[i].value);
    }
    return hash;
}

static uint64_t add_list(uint64_t hash, const char *const *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        hash = add_text(hash, items[i]);
    }
    return hash;
}

static uint32_t hash_of(const pgm__common *common) {
    numbers all = numbers_of(common);
    uint64_t hash = PGM__FNV_OFFSET;
    for (size_t i = 0; i < NUMBERS; i++) {
        hash = pgm__fnv_add(hash, (uint64_t)all.items[i]);
    }
    for (size_t i = 0; i < TEXTS; i++) {
        hash = add_text(hash, text_at(common, i));
    }
    hash = add_settings(hash, common->settings, common->setting_count);
    hash = add_settings(hash, common->variables, common->variable_count);
    hash = add_list(hash, common->extra_schemas, common->extra_schema_count);
    hash = add_list(hash, common->tags, common->tag_count);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* ---- a copy ---- */

/* What is equal to the latest one's is that one's: a tenant of its own variables has its own copy,
 * and nothing else. Each of these is false when memory has run out. */
typedef struct copying {
    pgm__arena *arena;
    const pgm__common *like;
    pgm__common *copy;
} copying;

static bool copy_texts(const copying *c) {
    bool enough = true;
    for (size_t i = 0; i < TEXTS; i++) {
        const char *text = text_at(c->copy, i);
        const char *like = text_at(c->like, i);
        const char *kept = same_text(text, like) ? like : pgm__arena_strdup(c->arena, text);
        memcpy((char *)c->copy + text_members[i], &kept, sizeof kept);
        enough = enough && (text == NULL || kept != NULL);
    }
    return enough;
}

typedef struct list {
    const char *const *items;
    size_t count;
} list;

static bool copy_list(const copying *c, list from, list like, const char *const **out) {
    if (from.count == like.count && same_list(from.items, like.items, from.count)) {
        *out = like.items;
        return true;
    }
    const char **copy = pgm__arena_calloc(c->arena, from.count, sizeof *copy);
    bool enough = copy != NULL;
    for (size_t i = 0; i < from.count && enough; i++) {
        copy[i] = pgm__arena_strdup(c->arena, from.items[i]);
        enough = copy[i] != NULL;
    }
    *out = copy;
    return enough;
}

static bool copy_lists(const copying *c) {
    pgm__common *copy = c->copy;
    const pgm__common *like = c->like;
    return copy_list(c, (list){copy->extra_schemas, copy->extra_schema_count},
                     (list){like->extra_schemas, like->extra_schema_count}, &copy->extra_schemas) &&
           copy_list(c, (list){copy->tags, copy->tag_count}, (list){like->tags, like->tag_count},
                     &copy->tags);
}

static bool copy_variables(const copying *c) {
    size_t count = c->copy->variable_count;
    if (count == c->like->variable_count &&
        same_settings(c->copy->variables, c->like->variables, count)) {
        c->copy->variables = c->like->variables;
        return true;
    }
    pgm__setting *kept = pgm__arena_calloc(c->arena, count, sizeof *kept);
    for (size_t i = 0; i < count && kept != NULL; i++) {
        kept[i] = c->copy->variables[i];
    }
    c->copy->variables = kept;
    return kept != NULL;
}

static bool copy_limits(const copying *c) {
    const pgm_limits *from = c->copy->limits;
    const pgm_limits *like = c->like->limits;
    if (from == NULL || (like != NULL && memcmp(from, like, sizeof *from) == 0)) {
        c->copy->limits = from == NULL ? NULL : like;
        return true;
    }
    pgm_limits *kept = pgm__arena_alloc(c->arena, sizeof *kept);
    if (kept != NULL) {
        *kept = *from;
    }
    c->copy->limits = kept;
    return kept != NULL;
}

/* NULL: out of memory. */
static const pgm__common *copy_of(const pgm__commons *commons, const pgm__common *from) {
    static const pgm__common nothing = {0};
    pgm__common *copy = pgm__arena_alloc(commons->arena, sizeof *copy);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *from;
    const copying c = {.arena = commons->arena,
                       .like = commons->latest == NULL ? &nothing : commons->latest,
                       .copy = copy};
    return copy_texts(&c) && copy_lists(&c) && copy_variables(&c) && copy_limits(&c) ? copy : NULL;
}

/* ---- all of them ---- */

typedef struct wanted_common {
    const pgm__commons *commons;
    const pgm__common *common;
} wanted_common;

static bool is_wanted(size_t number, const void *data) {
    const wanted_common *wanted = data;
    return same(wanted->commons->items[number], wanted->common);
}

/* NULL: out of memory; what was copied stays in the arena, and is found by nobody. */
static const pgm__common *add(pgm__commons *commons, const pgm__common *wanted, uint32_t hash) {
    size_t count = commons->finder.count;
    const pgm__common **grown = pgm__grow(commons->items, count, &commons->capacity, sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    commons->items = grown;
    grown[count] = copy_of(commons, wanted);
    bool enough = grown[count] != NULL && pgm__finder_add(&commons->finder, hash, count) == PGM_OK;
    return enough ? grown[count] : NULL;
}

pgm_status pgm__commons_keep(pgm__commons *commons, const pgm__common *wanted,
                             const pgm__common **out, pgm_error *err) {
    if (commons->latest != NULL && same(commons->latest, wanted)) {
        *out = commons->latest;
        return PGM_OK;
    }
    uint32_t hash = hash_of(wanted);
    size_t found = pgm__finder_find(&commons->finder, hash, is_wanted,
                                    &(wanted_common){commons, wanted});
    const pgm__common *kept = found == SIZE_MAX ? add(commons, wanted, hash)
                                                : commons->items[found];
    if (kept == NULL) {
        return pgm__error_nomem(err);
    }
    *out = commons->latest = kept;
    return PGM_OK;
}

void pgm__commons_clear(pgm__commons *commons) {
    pgm__free(commons->items);
    pgm__finder_clear(&commons->finder);
    *commons = (pgm__commons){.arena = commons->arena};
}
