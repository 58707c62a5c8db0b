/*
 * Who differs is known when all have been read: so findings of this kind are in no event, only in
 * the results. Most of a cohort is the norm, which is a guess; where two groups are as large nobody
 * knows who is right, and all are told of.
 */
#include "fleet/catalogs.h"

#include "base/error.h"
#include "fleet/compare.h"
#include "model/drift/groups.h"

static const char ask_drift[] = "`pgmarch drift` tells in what";

/* ---- asking ---- */

static bool just_looks(const pgm_options *options) {
    return options->command == PGM_COMMAND_STATUS ||
           (options->command == PGM_COMMAND_UP && options->dry_run);
}

pgm_status pgm__catalogs_check(const pgm_options *options, pgm_error *err) {
    return options->drift && !just_looks(options)
               ? pgm__error_set(err, PGM_EUSAGE,
                                "catalogs are compared where nothing is changed: by `status` and "
                                "by `plan` (up --dry-run)")
               : PGM_OK;
}

pgm_status pgm__catalogs_begin(pgm_run *run, pgm_error *err) {
    const pgm__compare_ask ask = {.form = PGM__CATALOG_FINGERPRINT};
    bool enough = !run->options.drift || pgm__comparison_begin(run, &ask);
    return enough ? PGM_OK : pgm__error_nomem(err);
}

/* ---- telling ---- */

/* Also as a warning, which is what people and reports see. */
static bool tell(pgm_run *run, size_t index, const char *code, const char *message,
                 const char *advice) {
    pgm_result *result = &run->items[index].result;
    size_t findings = result->finding_count;
    size_t warnings = result->warning_count;
    pgm_finding *all = pgm__arena_calloc(&run->arena, findings + 1, sizeof *all);
    const char **texts = pgm__arena_calloc(&run->arena, warnings + 1, sizeof *texts);
    const char *text = message == NULL ? NULL
                                       : pgm__arena_printf(&run->arena, "%s: %s", message, advice);
    if (all == NULL || texts == NULL || text == NULL) {
        return false;
    }
    for (size_t i = 0; i < findings; i++) {
        all[i] = result->findings[i];
    }
    for (size_t i = 0; i < warnings; i++) {
        texts[i] = result->warnings[i];
    }
    all[findings] = (pgm_finding){.severity = PGM_SEVERITY_WARNING,
                                  .code = code,
                                  .target = result->name,
                                  .message = message,
                                  .advice = advice};
    texts[warnings] = text;
    result->findings = all;
    result->finding_count = findings + 1;
    result->warnings = texts;
    result->warning_count = warnings + 1;
    return true;
}

/* What all members of a cohort are compared by, while it is told. */
typedef struct telling {
    pgm_run *run;
    const pgm__drift_member *members;
    const size_t *target_of; /* of each member */
    const pgm__drift_groups *groups;
    pgm_catalogs *counts;
} telling;

/* The same words for all of a cohort, so that a report says them once. */
static const char *message_of(const telling *t, const pgm__drift_cohort *cohort) {
    const pgm__drift_group *norm = &t->groups->groups[cohort->first_group];
    if (cohort->tie) {
        return pgm__arena_printf(&t->run->arena,
                                 "the %zu targets with the same migrations have %zu different "
                                 "catalogs, and no majority has one",
                                 cohort->target_count, cohort->group_count);
    }
    const char *first = t->members[t->groups->order[norm->first]].name;
    return pgm__arena_printf(&t->run->arena,
                             "its catalog differs from what %zu of the %zu targets with the same "
                             "migrations have, %s among them",
                             norm->count, cohort->target_count, first);
}

static bool tell_group(const telling *t, const pgm__drift_group *group, const char *message) {
    bool enough = true;
    for (size_t i = 0; i < group->count && enough; i++) {
        size_t member = t->groups->order[group->first + i];
        enough = tell(t->run, t->target_of[member], "drift", message, ask_drift);
        t->counts->differing++;
    }
    return enough;
}

/* Of targets whose migrations are not known nobody knows what should be alike. */
static bool tell_cohort(const telling *t, const pgm__drift_cohort *cohort) {
    const pgm__drift_group *groups = &t->groups->groups[cohort->first_group];
    const pgm__drift_member *first = &t->members[t->groups->order[groups->first]];
    if (cohort->target_count == 1 || first->versions == 0) {
        t->counts->apart += cohort->target_count;
        return true;
    }
    t->counts->compared += cohort->target_count;
    const char *message = cohort->group_count > 1 ? message_of(t, cohort) : NULL;
    bool enough = true;
    for (size_t i = cohort->tie ? 0 : 1; i < cohort->group_count && enough; i++) {
        enough = tell_group(t, &groups[i], message);
    }
    return enough;
}

/* A target that is skipped is the same place as another one, and one that failed says why. */
static bool tell_unread(pgm_run *run, size_t index, pgm_catalogs *counts) {
    const pgm_failure *failure = run->compare->items[index].failure;
    if (run->items[index].result.outcome == PGM_OUTCOME_SKIPPED) {
        return true;
    }
    counts->unread++;
    if (failure == NULL) {
        return true;
    }
    const char *message = pgm__arena_printf(&run->arena, "its catalog could not be read: %s",
                                            failure->message);
    return tell(run, index, "drift-unknown", message,
                failure->hint == NULL ? "nobody knows whether it differs" : failure->hint);
}

static bool list_members(telling *t, pgm__drift_member *members, size_t *target_of, size_t *count) {
    bool enough = true;
    for (size_t i = 0; i < t->run->count && enough; i++) {
        if (t->run->compare->items[i].read) {
            target_of[*count] = i;
            members[(*count)++] = pgm__comparison_member(t->run, i);
        } else {
            enough = tell_unread(t->run, i, t->counts);
        }
    }
    return enough;
}

static bool tell_all(pgm_run *run) {
    pgm_catalogs *counts = pgm__arena_calloc(&run->arena, 1, sizeof *counts);
    pgm__drift_member *members = pgm__arena_calloc(&run->arena, run->count, sizeof *members);
    size_t *target_of = pgm__arena_calloc(&run->arena, run->count, sizeof *target_of);
    size_t count = 0;
    pgm__drift_groups groups;
    telling t = {run, members, target_of, &groups, counts};
    if (counts == NULL || members == NULL || target_of == NULL ||
        !list_members(&t, members, target_of, &count) ||
        pgm__drift_groups_make(&run->arena, members, count, &groups) != PGM_OK) {
        return false;
    }
    bool enough = true;
    for (size_t i = 0; i < groups.cohort_count && enough; i++) {
        enough = tell_cohort(&t, &groups.cohorts[i]);
    }
    run->summary.catalogs = counts;
    return enough;
}

pgm_status pgm__catalogs_tell(pgm_run *run, pgm_error *err) {
    return !run->options.drift || tell_all(run) ? PGM_OK : pgm__error_nomem(err);
}
