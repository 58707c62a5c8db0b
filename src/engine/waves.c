#include "engine/waves.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/name_hash.h"
#include "engine/scheduler.h"

/* ---- the canary ---- */

typedef struct candidate {
    uint64_t hash;
    const char *name;
    size_t index;
} candidate;

/* Names are unique, so that the order does not depend on where a target stands in its file, should
 * two hashes ever be equal. */
static int compare_candidates(const void *left, const void *right) {
    const candidate *a = left;
    const candidate *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

pgm_status pgm__waves_pick_canary(pgm__member *members, size_t count, size_t wanted) {
    if (count == 0) {
        return PGM_OK;
    }
    candidate *all = pgm__calloc(count, sizeof *all);
    if (all == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = (candidate){pgm__name_hash_for("canary:", members[i].name), members[i].name, i};
    }
    qsort(all, count, sizeof *all, compare_candidates);
    for (size_t i = 0; i < count && i < wanted; i++) {
        members[all[i].index].canary = true;
    }
    pgm__free(all);
    return PGM_OK;
}

size_t pgm__waves_canary_size(pgm__amount amount, size_t count) {
    size_t size = pgm__amount_of(amount, count);
    return size > 0 ? size : 1;
}

/* ---- waves ---- */

/* Where a member's wave stands among all; members of one wave have equal ones. */
typedef struct key {
    int rank;
    int64_t number;
    size_t index;
} key;

/* INT64_MIN has no negative, but reversed it is never negated: only compared the other way round.
 */
static int compare_waves(const key *a, const key *b) {
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_keys(const void *left, const void *right) {
    return compare_waves(left, right);
}

static pgm__wave_kind kind_of(const pgm__member *member) {
    if (member->canary) {
        return PGM__WAVE_CANARY;
    }
    return member->has_wave ? PGM__WAVE_NUMBERED : PGM__WAVE_REST;
}

static key key_of(const pgm__member *member, size_t index, bool reverse) {
    pgm__wave_kind kind = kind_of(member);
    bool turned = reverse && kind != PGM__WAVE_CANARY;
    int64_t number = kind == PGM__WAVE_NUMBERED ? member->wave : 0;
    /* Complements are in the other order, and every number has one. */
    return (key){.rank = turned ? (int)PGM__WAVE_REST + 1 - (int)kind : (int)kind,
                 .number = turned ? ~number : number,
                 .index = index};
}

/* Also fills in how many targets each one has. */
static size_t cut_into_waves(const pgm__member *members, const key *keys, size_t count,
                             pgm__wave *waves, uint32_t *of) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const pgm__member *member = &members[keys[i].index];
        if (i == 0 || compare_waves(&keys[i - 1], &keys[i]) != 0) {
            pgm__wave_kind kind = kind_of(member);
            waves[found++] = (pgm__wave){.kind = kind,
                                         .number = kind == PGM__WAVE_NUMBERED ? member->wave : 0};
        }
        waves[found - 1].targets++;
        of[keys[i].index] = (uint32_t)(found - 1);
    }
    return found;
}

static size_t limit_of(const pgm__wave *wave, bool is_last, const pgm__amount *max_failures) {
    if (wave->kind == PGM__WAVE_CANARY) {
        return 0;
    }
    if (max_failures != NULL) {
        return pgm__amount_of(*max_failures, wave->targets);
    }
    return is_last ? PGM__NO_LIMIT : 0;
}

static size_t count_waves(const key *keys, size_t count) {
    size_t found = count > 0 ? 1 : 0;
    for (size_t i = 1; i < count; i++) {
        found += compare_waves(&keys[i - 1], &keys[i]) != 0 ? 1 : 0;
    }
    return found;
}

static pgm_status make(pgm__arena *arena, const pgm__member *members, const key *keys, size_t count,
                       const pgm__wave_rules *rules, pgm__waves *out) {
    pgm__wave *waves = pgm__arena_calloc(arena, count_waves(keys, count), sizeof *waves);
    uint32_t *of = pgm__arena_calloc(arena, count, sizeof *of);
    if (waves == NULL || of == NULL) {
        return PGM_ENOMEM;
    }
    size_t found = cut_into_waves(members, keys, count, waves, of);
    for (size_t i = 0; i < found; i++) {
        waves[i].limit = limit_of(&waves[i], i + 1 == found, rules->max_failures);
    }
    *out = (pgm__waves){.items = waves, .count = found, .of = of};
    return PGM_OK;
}

pgm_status pgm__waves_make(pgm__arena *arena, const pgm__member *members, size_t count,
                           const pgm__wave_rules *rules, pgm__waves *out) {
    key *keys = pgm__calloc(count, sizeof *keys);
    if (keys == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = key_of(&members[i], i, rules->reverse);
    }
    if (count > 0) {
        qsort(keys, count, sizeof *keys, compare_keys);
    }
    pgm_status status = make(arena, members, keys, count, rules, out);
    pgm__free(keys);
    return status;
}
