#include "fleet/drift_norm.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"

/* ---- a file ---- */

static bool counts_the_same(const pgm_drift_summary *summary, const pgm__baseline *baseline) {
    bool same = summary->counted_count == baseline->counted_count;
    for (size_t i = 0; i < summary->counted_count && same; i++) {
        same = strcmp(summary->counted[i], baseline->counted[i]) == 0;
    }
    return same;
}

static pgm_status refuse_other_options(const pgm__baseline *baseline, const char *name,
                                       pgm_error *err) {
    pgm__strbuf list = {0};
    for (size_t i = 0; i < baseline->counted_count; i++) {
        pgm__strbuf_addf(&list, "%s%s", i == 0 ? "" : ", ", baseline->counted[i]);
    }
    const char *text = pgm__strbuf_text(&list);
    pgm_status status = text == NULL
                            ? pgm__error_nomem(err)
                            : pgm__error_set(err, PGM_EUSAGE,
                                             "%s was saved with other options (%s): "
                                             "compare with the same ones, or save it again",
                                             name, text[0] == '\0' ? "none" : text);
    pgm__strbuf_fini(&list);
    return status;
}

pgm_status pgm__drift_read_baseline(pgm_drift *d, const pgm_drift_options *options,
                                    pgm_error *err) {
    if (options->against_text == NULL) {
        return PGM_OK;
    }
    const char *name = options->against_name == NULL ? "the baseline" : options->against_name;
    pgm__baseline *made = pgm__arena_calloc(&d->arena, 1, sizeof *made);
    if (made == NULL) {
        return pgm__error_nomem(err);
    }
    d->baselines = made;
    d->baseline_count = 1;
    pgm_status status = pgm__baseline_read(&d->arena, name, options->against_text,
                                           strlen(options->against_text), made, err);
    if (status == PGM_OK && !counts_the_same(&d->summary, made)) {
        status = refuse_other_options(made, name, err);
    }
    d->summary.norm = PGM_DRIFT_NORM_FILE;
    d->summary.norm_name = pgm__arena_strdup(&d->arena, name);
    return status == PGM_OK && d->summary.norm_name == NULL ? pgm__error_nomem(err) : status;
}

/* ---- a target ---- */

pgm_status pgm__drift_find_norm(pgm_drift *d, const pgm_drift_options *options, pgm_error *err) {
    if (options->against_target == NULL) {
        return PGM_OK;
    }
    for (size_t i = 0; i < d->run->count; i++) {
        if (strcmp(d->run->items[i].target->name, options->against_target) == 0) {
            d->summary.norm = PGM_DRIFT_NORM_TARGET;
            d->summary.norm_name = d->run->items[i].target->name;
            return PGM_OK;
        }
    }
    return pgm__error_set(
        err, PGM_EUSAGE,
        "no selected target is called \"%.100s\", to compare the others with; "
        "`pgmarch targets` lists their names (a file of --save has a \"/\" in its "
        "name, or ends in .json)",
        options->against_target);
}

/* ---- all of them ---- */

static pgm__drift_member member_of(const pgm_drift *d, size_t target) {
    pgm__drift_member member = pgm__comparison_member(d->run, target);
    const char *norm = d->summary.norm == PGM_DRIFT_NORM_TARGET ? d->summary.norm_name : NULL;
    member.is_norm = norm != NULL && strcmp(norm, member.name) == 0;
    return member;
}

/* A baseline that knows no versions goes with the targets of which none are known. */
static bool add_baseline(pgm_drift *d, const pgm__baseline *baseline) {
    size_t versions = 0;
    if (baseline->versions_known) {
        versions = pgm__comparison_set(d->run, baseline->versions, baseline->version_count);
    }
    if (versions == SIZE_MAX) {
        return false;
    }
    d->target_of[d->member_count] = SIZE_MAX;
    d->members[d->member_count++] = (pgm__drift_member){.name = d->summary.norm_name,
                                                        .fingerprint = baseline->fingerprint,
                                                        .major = baseline->major,
                                                        .whole = baseline->whole,
                                                        .versions = versions,
                                                        .is_norm = true};
    return true;
}

pgm_status pgm__drift_list_members(pgm_drift *d, pgm_error *err) {
    const pgm_run *run = d->run;
    size_t most = run->count + d->baseline_count;
    d->members = pgm__arena_calloc(&d->arena, most, sizeof *d->members);
    d->target_of = pgm__arena_calloc(&d->arena, most, sizeof *d->target_of);
    if (d->members == NULL || d->target_of == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < run->count; i++) {
        if (run->compare->items[i].read) {
            d->target_of[d->member_count] = i;
            d->members[d->member_count++] = member_of(d, i);
        }
    }
    bool enough = true;
    for (size_t i = 0; i < d->baseline_count && enough; i++) {
        enough = add_baseline(d, &d->baselines[i]);
    }
    return enough ? PGM_OK : pgm__error_nomem(err);
}

/* Baselines are the last members, in their order. */
const pgm__baseline *pgm__drift_baseline_of(const pgm_drift *d, const pgm__drift_group *group) {
    size_t first = d->member_count - d->baseline_count;
    const pgm__baseline *found = NULL;
    for (size_t i = 0; i < group->count && found == NULL; i++) {
        size_t member = d->groups.order[group->first + i];
        found = member >= first ? &d->baselines[member - first] : NULL;
    }
    return found;
}

/* The norm that was named stands for its group itself; of others the first does. */
size_t pgm__drift_shown(const pgm_drift *d, const pgm__drift_group *group) {
    size_t shown = SIZE_MAX;
    for (size_t i = 0; i < group->count; i++) {
        size_t member = d->groups.order[group->first + i];
        if (d->members[member].is_target && (shown == SIZE_MAX || d->members[member].is_norm)) {
            shown = d->target_of[member];
        }
    }
    return shown;
}

/* ---- saving ---- */

/* What a target has that is the norm, or stands for it. */
static bool target_to_save(const pgm_drift *d, const pgm__drift_group *norm, pgm__baseline *out) {
    size_t target = pgm__drift_shown(d, norm);
    const pgm__compared *found = target == SIZE_MAX ? NULL : &d->run->compare->items[target];
    if (found == NULL || !found->objects_read) {
        return false;
    }
    const pgm__version_set *set = &d->run->compare->sets[found->versions];
    *out = (pgm__baseline){.target = d->run->items[target].target->name,
                           .major = found->major,
                           .whole = d->run->items[target].target->schema == NULL,
                           .versions_known = found->versions != 0,
                           .versions = set->versions,
                           .version_count = set->count,
                           .counted = d->summary.counted,
                           .counted_count = d->summary.counted_count,
                           .fingerprint = found->fingerprint,
                           .objects = found->objects,
                           .object_count = found->object_count};
    return true;
}

/* What the migrations make is saved as they made it, whoever else has it. */
static bool norm_to_save(const pgm_drift *d, pgm__baseline *out) {
    if (!d->keeps_norm || d->groups.cohort_count == 0) {
        return false;
    }
    const pgm__drift_group *norm = &d->groups.groups[d->groups.cohorts[0].first_group];
    const pgm__baseline *made = d->scratch == NULL ? NULL : pgm__drift_baseline_of(d, norm);
    if (made != NULL) {
        *out = *made;
    }
    return made != NULL || (d->scratch == NULL && target_to_save(d, norm, out));
}

pgm_status pgm__drift_write_baseline(pgm_drift *d, const char **text, pgm_error *err) {
    pgm__baseline baseline;
    if (!norm_to_save(d, &baseline)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              d->scratch != NULL
                                  ? "there is no catalog to be saved: the migrations could not be "
                                    "applied as far as most targets have them"
                                  : "there is no catalog to be saved: no target could be read");
    }
    pgm__strbuf out = {0};
    pgm__baseline_write(&out, &baseline);
    const char *made = out.failed ? NULL : pgm__arena_strdup(&d->arena, out.text);
    pgm__strbuf_fini(&out);
    if (made == NULL) {
        return pgm__error_nomem(err);
    }
    *text = made;
    return PGM_OK;
}
