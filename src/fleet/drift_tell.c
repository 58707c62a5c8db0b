#include "fleet/drift_tell.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "fleet/drift_norm.h"
#include "fleet/drift_wish.h"
#include "model/drift/differences.h"
#include "model/drift/lines.h"

#define DEFAULT_DIR "migrations"

/* ---- an object ---- */

/* In the library's own words, so that the public header stands alone. */
static bool tell_lines(pgm_drift *d, pgm_drift_difference *out) {
    pgm__drift_lines lines;
    if (pgm__drift_lines_find(&d->arena, out->norm, out->here, &lines) != PGM_OK) {
        return false;
    }
    pgm_drift_line *told = pgm__arena_calloc(&d->arena, lines.count, sizeof *told);
    for (size_t i = 0; told != NULL && i < lines.count; i++) {
        told[i] = (pgm_drift_line){lines.items[i].mark, lines.items[i].text};
    }
    out->lines = told;
    out->line_count = told == NULL ? 0 : lines.count;
    return told != NULL;
}

/* A comment, an owner or rights are named by what they are of: "comment" "table users". */
static const char *name_to_find(const pgm__drift_object *object) {
    static const char *const kinds[] = {"comment", "owner", "privileges"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(object->kind, kinds[i]) == 0) {
            return object->part_of;
        }
    }
    return object->name;
}

static bool find_mentions(pgm_drift *d, bool whole, const pgm__drift_object *object,
                          pgm_drift_difference *out) {
    const char *name = name_to_find(object);
    out->mentioned_count = pgm__mentions_find(d->mentions, &d->arena, name, whole, &out->mentioned);
    /* "orders_pkey" is a name that the server makes up. */
    if (out->mentioned_count == 0 && strcmp(object->kind, "constraint") == 0) {
        out->mentioned_count = pgm__mentions_find(d->mentions, &d->arena, object->part_of, whole,
                                                  &out->mentioned);
    }
    return out->mentioned_count != SIZE_MAX;
}

static bool tell_difference(pgm_drift *d, bool whole, const pgm__drift_difference *from,
                            pgm_drift_difference *out) {
    const pgm__drift_object *object = from->norm != NULL ? from->norm : from->here;
    *out = (pgm_drift_difference){
        .change = from->here == NULL   ? PGM_DRIFT_MISSING
                  : from->norm == NULL ? PGM_DRIFT_EXTRA
                                       : PGM_DRIFT_DIFFERENT,
        .kind = object->kind,
        .name = object->name,
        .norm = from->norm == NULL ? NULL : from->norm->definition,
        .here = from->here == NULL ? NULL : from->here->definition,
        .parts = from->parts,
    };
    return find_mentions(d, whole, object, out) &&
           (out->change != PGM_DRIFT_DIFFERENT || tell_lines(d, out));
}

/* ---- a group ---- */

/* Comparing puts them in order, which is the same each time. */
static bool objects_of(pgm_drift *d, const pgm__drift_group *group, pgm__drift_object **objects,
                       size_t *count) {
    const pgm__baseline *baseline = pgm__drift_baseline_of(d, group);
    if (baseline != NULL) {
        *objects = baseline->objects;
        *count = baseline->object_count;
        return true;
    }
    const pgm__compared *found = &d->run->compare->items[pgm__drift_shown(d, group)];
    *objects = found->objects;
    *count = found->object_count;
    return found->objects_read;
}

static bool tell_differences(pgm_drift *d, bool whole, const pgm__drift_group *norm,
                             const pgm__drift_group *group, pgm_drift_group *out) {
    pgm__drift_object *norms;
    pgm__drift_object *heres;
    size_t norm_count;
    size_t here_count;
    pgm__drift_differences found;
    if (!objects_of(d, norm, &norms, &norm_count) || !objects_of(d, group, &heres, &here_count)) {
        return true; /* the group has a failure, or the norm has */
    }
    if (d->mentions == NULL &&
        pgm__mentions_make(&d->arena, d->run->migrations, &d->mentions) != PGM_OK) {
        return false;
    }
    if (pgm__drift_differences_find(&d->arena, norms, norm_count, heres, here_count, &found) !=
        PGM_OK) {
        return false;
    }
    pgm_drift_difference *told = pgm__arena_calloc(&d->arena, found.count, sizeof *told);
    bool enough = told != NULL;
    for (size_t i = 0; i < found.count && enough; i++) {
        enough = tell_difference(d, whole, &found.items[i], &told[i]);
    }
    out->differences = told;
    out->difference_count = enough ? found.count : 0;
    return enough;
}

/* The target that was looked at, where one was. */
static void tell_shown(const pgm_drift *d, const pgm__drift_group *from, pgm_drift_group *out) {
    size_t shown = pgm__drift_shown(d, from);
    if (shown == SIZE_MAX) {
        return;
    }
    const pgm__compared *found = &d->run->compare->items[shown];
    out->object_count = found->object_count;
    out->shown = found->objects_read ? d->run->items[shown].target->name : NULL;
    out->failure = found->failure;
}

static bool tell_group(pgm_drift *d, const pgm__drift_group *from, bool is_norm,
                       pgm_drift_group *out) {
    const char **targets = pgm__arena_calloc(&d->arena, from->count, sizeof *targets);
    size_t first = d->groups.order[from->first];
    const pgm__baseline *baseline = pgm__drift_baseline_of(d, from);
    *out = (pgm_drift_group){
        .is_norm = is_norm,
        .fingerprint = d->members[first].fingerprint,
        .targets = targets,
    };
    tell_shown(d, from, out);
    if (baseline != NULL) {
        out->object_count = baseline->object_count;
    }
    for (size_t i = 0; targets != NULL && i < from->count; i++) {
        const pgm__drift_member *member = &d->members[d->groups.order[from->first + i]];
        if (member->is_target) {
            targets[out->target_count++] = member->name;
        }
    }
    return targets != NULL;
}

/* ---- a cohort ---- */

static const pgm__drift_member *member_at(const pgm_drift *d, const pgm__drift_cohort *cohort) {
    return &d->members[d->groups.order[d->groups.groups[cohort->first_group].first]];
}

static const pgm__drift_member *named_norm(const pgm_drift *d) {
    for (size_t i = 0; i < d->member_count; i++) {
        if (d->members[i].is_norm) {
            return &d->members[i];
        }
    }
    return NULL;
}

/* Of a cohort without the norm that was named. */
static const char *why_apart(pgm_drift *d, const pgm__drift_member *member) {
    if (d->scratch != NULL) {
        return pgm__drift_wish_of(d, member)->why;
    }
    const pgm__drift_member *norm = named_norm(d);
    if (norm == NULL) {
        return "the norm could not be read";
    }
    if (norm->major != member->major) {
        return pgm__arena_printf(&d->arena,
                                 "the norm is on PostgreSQL %d, and another version "
                                 "prints definitions differently",
                                 norm->major);
    }
    if (norm->whole != member->whole) {
        return norm->whole ? "the norm is a whole database" : "the norm is a single schema";
    }
    return "the norm has other migrations applied: what differs may be pending";
}

static bool judge(pgm_drift *d, const pgm__drift_cohort *from, pgm_drift_cohort *out) {
    bool named = d->summary.norm != PGM_DRIFT_NORM_MAJORITY;
    if (named && !from->has_norm) {
        out->not_compared = why_apart(d, member_at(d, from));
        return out->not_compared != NULL;
    }
    if (!named && from->target_count == 1) {
        out->not_compared = "there is no other with the same migrations and server version";
    }
    out->norm = named ? d->summary.norm_name : out->groups[0].targets[0];
    out->tie = from->tie;
    return true;
}

/* A baseline alone is no cohort that anybody asked for. */
static void count(pgm_drift *d, const pgm__drift_member *member, const pgm_drift_cohort *cohort) {
    if (cohort->not_compared != NULL) {
        bool failed = d->scratch != NULL && pgm__drift_wish_of(d, member)->failed;
        d->summary.apart_count += cohort->target_count;
        d->summary.unmade_count += failed ? cohort->target_count : 0;
        return;
    }
    d->summary.compared_count += cohort->target_count;
    for (size_t i = 1; i < cohort->group_count; i++) {
        d->summary.drifted_count += cohort->groups[i].target_count;
    }
}

static bool tell_cohort(pgm_drift *d, const pgm__drift_cohort *from, pgm_drift_cohort *out) {
    const pgm__drift_member *member = member_at(d, from);
    const pgm__drift_group *groups = &d->groups.groups[from->first_group];
    const pgm__version_set *set = &d->run->compare->sets[member->versions];
    pgm_drift_group *told = pgm__arena_calloc(&d->arena, from->group_count, sizeof *told);
    bool enough = told != NULL;
    for (size_t i = 0; i < from->group_count && enough; i++) {
        enough = tell_group(d, &groups[i], i == 0, &told[i]);
    }
    if (!enough) {
        return false;
    }
    *out = (pgm_drift_cohort){.server_version = member->major,
                              .whole = member->whole,
                              .versions_known = member->versions != 0,
                              .versions = set->versions,
                              .version_count = set->count,
                              .groups = told,
                              .group_count = from->group_count,
                              .target_count = from->target_count};
    enough = judge(d, from, out);
    told[0].is_norm = out->not_compared == NULL;
    for (size_t i = 1; i < from->group_count && enough && out->not_compared == NULL; i++) {
        enough = tell_differences(d, member->whole, &groups[0], &groups[i], &told[i]);
    }
    count(d, member, out);
    return enough;
}

/* ---- the whole ---- */

static bool sum_up(pgm_drift *d, const pgm_options *given) {
    const pgm_summary *run = pgm_run_summary(d->run);
    d->summary.dir = pgm__arena_strdup(&d->arena, given->dir == NULL ? DEFAULT_DIR : given->dir);
    d->summary.target_count = d->run->count;
    d->summary.selected_count = run->selected_count;
    d->summary.shard_index = run->shard_index;
    d->summary.shard_count = run->shard_count;
    d->summary.lingers = pgm_run_lingers(d->run);
    return d->summary.dir != NULL;
}

pgm_status pgm__drift_tell(pgm_drift *d, const pgm_options *given, pgm_error *err) {
    d->cohorts = pgm__arena_calloc(&d->arena, d->groups.cohort_count, sizeof *d->cohorts);
    if (d->cohorts == NULL || !sum_up(d, given)) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < d->groups.cohort_count; i++) {
        const pgm__drift_cohort *from = &d->groups.cohorts[i];
        if (from->target_count == 0) {
            continue; /* the baseline alone: no target is like it */
        }
        if (!tell_cohort(d, from, &d->cohorts[d->cohort_count++])) {
            return pgm__error_nomem(err);
        }
    }
    return PGM_OK;
}
