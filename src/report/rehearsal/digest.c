#include "report/rehearsal/digest.h"

#include <stdlib.h>
#include <string.h>

bool pgm__digest_is_rehearsed(const pgm_result *result) {
    const pgm_rehearsal *rehearsal = result->rehearsal;
    return rehearsal != NULL && rehearsal->sampled == NULL && rehearsal->migration_count > 0;
}

/* ---- groups ---- */

/* What one target came to. NULL: no memory. */
static pgm__digest_migration *parts_of(pgm__digest *digest, const pgm_result *result) {
    const pgm_rehearsal *rehearsal = result->rehearsal;
    size_t count = rehearsal->migration_count;
    pgm__digest_migration *parts = pgm__arena_calloc(&digest->arena, count, sizeof *parts);
    for (size_t i = 0; i < count && parts != NULL; i++) {
        if (pgm__digest_part(&digest->arena, result->name, rehearsal, i, &parts[i]) != PGM_OK) {
            return NULL;
        }
    }
    return parts;
}

static void add_key(pgm__strbuf *key, const pgm_rehearsal *rehearsal,
                    const pgm__digest_migration *parts) {
    pgm__strbuf_clear(key);
    pgm__strbuf_addf(key, "%d %zu ", rehearsal->kept ? 1 : 0, rehearsal->migration_count);
    for (size_t i = 0; i < rehearsal->migration_count; i++) {
        pgm__digest_part_key(key, &parts[i]);
    }
}

static void add_totals(pgm__digest_group *group, const pgm_result *result) {
    const pgm_rehearsal *rehearsal = result->rehearsal;
    group->worst = group->worst == NULL || rehearsal->took_us > group->worst->took_us
                       ? rehearsal
                       : group->worst;
    pgm__span_add(&group->took_us, rehearsal->took_us, result->name);
    pgm__span_add(&group->wal_bytes, rehearsal->wal_bytes, result->name);
}

static pgm_status join(pgm__digest *digest, pgm__digest_group *group, const pgm_result *result,
                       const pgm__digest_migration *parts) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < group->migration_count && status == PGM_OK; i++) {
        status = pgm__digest_join(&digest->arena, &group->migrations[i], &parts[i]);
    }
    add_totals(group, result);
    return status;
}

static pgm_status take(pgm__digest *digest, const pgm__report *report, size_t index,
                       pgm__strbuf *key) {
    const pgm_result *result = report->results[index];
    pgm__digest_migration *parts = parts_of(digest, result);
    if (parts == NULL) {
        return PGM_ENOMEM;
    }
    add_key(key, result->rehearsal, parts);
    if (key->failed || pgm__groups_add(&digest->alike, key->text, key->len, index) != PGM_OK) {
        return PGM_ENOMEM;
    }
    if (digest->alike.count > digest->group_count) {
        pgm__digest_group *made = &digest->groups[digest->group_count++];
        *made = (pgm__digest_group){.first = result->rehearsal,
                                    .migrations = parts,
                                    .migration_count = result->rehearsal->migration_count};
        add_totals(made, result);
        return PGM_OK;
    }
    size_t at = 0;
    while (at + 1 < digest->alike.count &&
           digest->alike.items[at].members[digest->alike.items[at].count - 1] != index) {
        at++;
    }
    return join(digest, &digest->groups[at], result, parts);
}

static pgm_status take_all(pgm__digest *digest, const pgm__report *report) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        if (pgm__digest_is_rehearsed(report->results[i])) {
            status = take(digest, report, i, &key);
        }
    }
    for (size_t i = 0; i < digest->group_count; i++) {
        digest->groups[i].targets = digest->alike.items[i];
        for (size_t j = 0; j < digest->groups[i].migration_count; j++) {
            pgm__digest_sort_locks(&digest->groups[i].migrations[j]);
        }
    }
    pgm__strbuf_fini(&key);
    return status;
}

/* ---- those that were not rehearsed themselves ---- */

/* The group of the target of that name; NULL: it was not rehearsed here. */
static pgm__digest_group *group_of(const pgm__digest *digest, const pgm__report *report,
                                   const char *name) {
    for (size_t i = 0; i < digest->group_count; i++) {
        const pgm__group *targets = &digest->groups[i].targets;
        for (size_t j = 0; j < targets->count; j++) {
            if (strcmp(report->results[targets->members[j]]->name, name) == 0) {
                return &digest->groups[i];
            }
        }
    }
    return NULL;
}

/* Names of the samples repeat, one after the other: the last answer is tried first. */
static pgm_status take_sampled(pgm__digest *digest, const pgm__report *report) {
    const char *name = NULL;
    pgm__digest_group *group = NULL;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_rehearsal *rehearsal = report->results[i]->rehearsal;
        if (rehearsal == NULL || rehearsal->sampled == NULL) {
            continue;
        }
        if (name == NULL || strcmp(name, rehearsal->sampled) != 0) {
            name = rehearsal->sampled;
            group = group_of(digest, report, name);
        }
        if (group == NULL) {
            continue;
        }
        if (group->sampled.members == NULL) {
            group->sampled.members = pgm__arena_calloc(&digest->arena, report->result_count,
                                                       sizeof *group->sampled.members);
        }
        if (group->sampled.members == NULL) {
            return PGM_ENOMEM;
        }
        group->sampled.members[group->sampled.count++] = i;
        pgm__span_add(&group->estimated_us, rehearsal->estimated_us, report->results[i]->name);
    }
    return PGM_OK;
}

/* ---- the order ---- */

static bool has_failed(const pgm__digest_group *group) {
    for (size_t i = 0; i < group->migration_count; i++) {
        if (group->migrations[i].first->state == PGM_REHEARSED_FAILED) {
            return true;
        }
    }
    return false;
}

static int64_t blocked_us(const pgm__digest_group *group) {
    int64_t longest = -1;
    for (size_t i = 0; i < group->migration_count; i++) {
        int64_t one = pgm__digest_blocked_us(&group->migrations[i]);
        longest = one > longest ? one : longest;
    }
    return longest;
}

static int order_of(int64_t left, int64_t right) {
    return left > right ? -1 : left < right;
}

static int by_weight(const void *left, const void *right) {
    const pgm__digest_group *a = left;
    const pgm__digest_group *b = right;
    int order = (has_failed(b) ? 1 : 0) - (has_failed(a) ? 1 : 0);
    order = order != 0 ? order : order_of(blocked_us(a), blocked_us(b));
    order = order != 0 ? order : order_of(a->took_us.most, b->took_us.most);
    return order != 0 ? order : a->targets.members[0] < b->targets.members[0] ? -1 : 1;
}

/* ---- bounds ---- */

static pgm_status take_excess(pgm__digest *digest, const pgm__report *report, size_t index,
                              const pgm_rehearsed_excess *excess, pgm__strbuf *key) {
    size_t before = digest->over.count;
    pgm__strbuf_clear(key);
    pgm__groups_key(key, excess->bound);
    pgm__groups_key(key, excess->version);
    if (key->failed || pgm__groups_add(&digest->over, key->text, key->len, index) != PGM_OK) {
        return PGM_ENOMEM;
    }
    if (digest->over.count > before) {
        pgm__digest_excess *list = pgm__arena_calloc(&digest->arena, digest->over.count,
                                                     sizeof *list);
        if (list == NULL) {
            return PGM_ENOMEM;
        }
        if (before > 0) {
            memcpy(list, digest->excesses, before * sizeof *list);
        }
        list[before] = (pgm__digest_excess){excess, report->results[index]->name, {0}};
        digest->excesses = list;
        digest->excess_count = digest->over.count;
        return PGM_OK;
    }
    for (size_t i = 0; i < digest->excess_count; i++) {
        pgm__digest_excess *of = &digest->excesses[i];
        bool is_it = strcmp(of->worst->bound, excess->bound) == 0 &&
                     strcmp(of->worst->version, excess->version) == 0;
        if (is_it && excess->measured > of->worst->measured) {
            *of = (pgm__digest_excess){excess, report->results[index]->name, {0}};
        }
    }
    return PGM_OK;
}

/* A target that passes one in several ways is named once: members come one after the other. */
static void name_once(pgm__group *targets) {
    size_t kept = 0;
    for (size_t i = 0; i < targets->count; i++) {
        if (kept == 0 || targets->members[kept - 1] != targets->members[i]) {
            targets->members[kept++] = targets->members[i];
        }
    }
    targets->count = kept;
}

static pgm_status take_excesses(pgm__digest *digest, const pgm__report *report) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_rehearsal *rehearsal = report->results[i]->rehearsal;
        for (size_t j = 0; rehearsal != NULL && j < rehearsal->excess_count && status == PGM_OK;
             j++) {
            status = take_excess(digest, report, i, &rehearsal->excesses[j], &key);
        }
    }
    for (size_t i = 0; i < digest->excess_count; i++) {
        name_once(&digest->over.items[i]);
        digest->excesses[i].targets = digest->over.items[i];
    }
    pgm__strbuf_fini(&key);
    return status;
}

/* ---- the whole ---- */

pgm_status pgm__digest_make(pgm__digest *out, const pgm__report *report) {
    out->groups = pgm__arena_calloc(&out->arena, report->result_count, sizeof *out->groups);
    pgm_status status = out->groups == NULL ? PGM_ENOMEM : take_all(out, report);
    if (status == PGM_OK) {
        status = take_sampled(out, report);
    }
    if (status == PGM_OK) {
        status = take_excesses(out, report);
    }
    if (status == PGM_OK && out->group_count > 1) {
        qsort(out->groups, out->group_count, sizeof *out->groups, by_weight);
    }
    return status;
}

void pgm__digest_fini(pgm__digest *digest) {
    pgm__groups_fini(&digest->alike);
    pgm__groups_fini(&digest->over);
    pgm__arena_clear(&digest->arena);
    *digest = (pgm__digest){0};
}
