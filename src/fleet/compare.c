#include "fleet/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fleet/keep.h"

bool pgm__comparison_begin(pgm_run *run, const pgm__compare_ask *ask) {
    pgm__comparison *made = pgm__arena_calloc(&run->arena, 1, sizeof *made);
    pgm__compared *items = pgm__arena_calloc(&run->arena, run->count, sizeof *items);
    pgm__version_set *sets = pgm__calloc(1, sizeof *sets);
    if (made == NULL || items == NULL || sets == NULL) {
        pgm__free(sets);
        return false;
    }
    *made = (pgm__comparison){
        .ask = *ask, .items = items, .sets = sets, .set_count = 1, .set_capacity = 1};
    run->compare = made;
    return true;
}

void pgm__comparison_end(pgm_run *run) {
    if (run->compare != NULL) {
        pgm__free(run->compare->sets);
        run->compare->sets = NULL;
    }
}

const pgm__compare_ask *pgm__comparison_of(const pgm_run *run, size_t index) {
    const pgm__comparison *compare = run->compare;
    bool asks = compare != NULL && (compare->wanted == NULL || compare->wanted[index]);
    return asks ? &compare->ask : NULL;
}

/* ---- versions ---- */

static int by_version(const void *a, const void *b) {
    return pgm_migration_compare(*(const char *const *)a, *(const char *const *)b);
}

/* From the newest on, where sets of one fleet differ. */
static bool is_same(const pgm__version_set *set, const char *const *versions, size_t count) {
    bool same = set->count == count;
    for (size_t i = count; i > 0 && same; i--) {
        same = strcmp(set->versions[i - 1], versions[i - 1]) == 0;
    }
    return same;
}

/* Of thousands of targets most have one and the same: it is kept once. */
static size_t add_set(pgm_run *run, const char *const *versions, size_t count) {
    pgm__comparison *compare = run->compare;
    pgm__version_set *sets = pgm__grow(compare->sets, compare->set_count, &compare->set_capacity,
                                       sizeof *sets);
    const char **kept = pgm__arena_calloc(&run->arena, count, sizeof *kept);
    if (sets != NULL) {
        compare->sets = sets;
    }
    if (sets == NULL || kept == NULL) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        kept[i] = pgm__arena_strdup(&run->arena, versions[i]);
        if (kept[i] == NULL) {
            return SIZE_MAX;
        }
    }
    sets[compare->set_count] = (pgm__version_set){kept, count};
    return compare->set_count++;
}

size_t pgm__comparison_set(pgm_run *run, const char **versions, size_t count) {
    qsort(versions, count, sizeof *versions, by_version);
    for (size_t i = 1; i < run->compare->set_count; i++) {
        if (is_same(&run->compare->sets[i], versions, count)) {
            return i;
        }
    }
    return add_set(run, versions, count);
}

static size_t set_of(pgm_run *run, const pgm__march_result *result) {
    if (result->ledger_unread) {
        return 0;
    }
    const char **versions = pgm__calloc(result->row_count + 1, sizeof *versions);
    if (versions == NULL) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < result->row_count; i++) {
        versions[i] = result->rows[i].version;
    }
    size_t set = pgm__comparison_set(run, versions, result->row_count);
    pgm__free((void *)versions);
    return set;
}

pgm__drift_member pgm__comparison_member(const pgm_run *run, size_t index) {
    const pgm__target *target = run->items[index].target;
    const pgm__compared *found = &run->compare->items[index];
    return (pgm__drift_member){.name = target->name,
                               .fingerprint = found->fingerprint,
                               .major = found->major,
                               .whole = target->schema == NULL,
                               .versions = found->versions,
                               .is_target = true};
}

/* ---- keeping ---- */

static void keep_fingerprint(pgm_run *run, pgm__compared *to, const pgm__march_result *result) {
    size_t set = set_of(run, result);
    if (set == SIZE_MAX) {
        run->no_memory = true;
        return;
    }
    to->fingerprint = pgm__keep_text(run, result->catalog->fingerprint);
    to->object_count = result->catalog->count;
    to->major = result->catalog_version / 10000;
    to->versions = set;
    to->read = !run->no_memory;
}

static void keep_objects(pgm_run *run, pgm__compared *to, const pgm__march_result *result) {
    size_t count = result->catalog->count;
    pgm__drift_object *objects = pgm__arena_calloc(&run->arena, count, sizeof *objects);
    run->no_memory = run->no_memory || objects == NULL;
    for (size_t i = 0; i < count && !run->no_memory; i++) {
        const pgm__drift_object *from = &result->catalog->objects[i];
        objects[i] = (pgm__drift_object){
            .kind = pgm__keep_text(run, from->kind),
            .name = pgm__keep_text(run, from->name),
            .definition = pgm__keep_text(run, from->definition),
            .part_of = pgm__keep_text(run, from->part_of),
        };
    }
    to->objects = objects;
    to->object_count = count;
    to->objects_read = !run->no_memory;
}

/* Of a run that does nothing else there is no other result: what watches it hears how each target
 * ended. */
static void keep_end(pgm_run *run, size_t index, const pgm__march_result *result) {
    pgm_result *out = &run->items[index].result;
    out->outcome = result->outcome;
    out->started_ms = (int64_t)(result->started_ms - run->started_ms);
    out->duration_ms = (int64_t)result->duration_ms;
    out->attempts = result->attempts;
    out->failure = run->compare->items[index].failure;
}

void pgm__comparison_keep(pgm_run *run, size_t index, const pgm__march_result *result) {
    pgm__compared *to = &run->compare->items[index];
    to->failure = pgm__keep_failure(run, run->compare->ask.alone ? result->failure
                                                                 : result->catalog_failure);
    if (result->catalog != NULL && run->compare->ask.form == PGM__CATALOG_FINGERPRINT) {
        keep_fingerprint(run, to, result);
    } else if (result->catalog != NULL) {
        keep_objects(run, to, result);
    }
    if (run->compare->ask.alone) {
        keep_end(run, index, result);
    }
}
