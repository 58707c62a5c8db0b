/**
 * @file drift_world.h  What differs over a small fleet, as plain data, and what is written about
 * it.
 */
#ifndef PGM_TESTS_DRIFT_WORLD_H
#define PGM_TESTS_DRIFT_WORLD_H

#include "support/oom_loop.h"
#include "support/text_asserts.h"

#include "base/arena.h"
#include "fleet/drift_data.h"
#include "report/form.h"

enum { DRIFT_GROUPS = 16, DRIFT_COHORTS = 4 };

static const char *const drift_versions[] = {"1_users", "2_email", "3_views"};
static const pgm_drift_line drift_lines[] = {{' ', "SELECT users.id,"},
                                             {'-', "    users.email"},
                                             {'+', "    lower(users.email) AS email"},
                                             {' ', "   FROM users"}};

/** One of each kind of change: an index is missing, a column extra, a view different. */
static const pgm_drift_difference three_differences[] = {
    {.change = PGM_DRIFT_EXTRA, .kind = "column", .name = "users.note", .here = "text"},
    {.change = PGM_DRIFT_MISSING,
     .kind = "index",
     .name = "users_email",
     .norm = "CREATE INDEX users_email ON users USING btree (email)",
     .mentioned = drift_versions + 1,
     .mentioned_count = 1},
    {.change = PGM_DRIFT_DIFFERENT,
     .kind = "view",
     .name = "people",
     .norm = "SELECT users.id,\n    users.email\n   FROM users",
     .here = "SELECT users.id,\n    lower(users.email) AS email\n   FROM users",
     .lines = drift_lines,
     .line_count = 4,
     .mentioned = drift_versions + 2,
     .mentioned_count = 1},
};

typedef struct drift_world {
    pgm__arena arena;
    pgm_drift drift;
    pgm_drift_cohort cohorts[DRIFT_COHORTS];
    pgm_drift_group groups[DRIFT_COHORTS][DRIFT_GROUPS];
    pgm_drift_unread unread[4];
    pgm__report_style style;
    pgm__strbuf out;
} drift_world;

/** Nothing was looked at so far. */
static inline void drift_build(drift_world *w) {
    *w = (drift_world){.style = {.width = 80}};
    w->drift.summary.dir = "migrations";
    w->drift.cohorts = w->cohorts;
    w->drift.unread = w->unread;
}

static inline void drift_unbuild(drift_world *w) {
    pgm__strbuf_fini(&w->out);
    pgm__arena_clear(&w->arena);
}

/** "tenant_0000" and those that follow it. */
static inline const char *const *drift_names(drift_world *w, size_t first, size_t count) {
    const char **names = pgm__arena_calloc(&w->arena, count, sizeof *names);
    assert_non_null(names);
    for (size_t i = 0; i < count; i++) {
        names[i] = pgm__arena_printf(&w->arena, "tenant_%04zu", first + i);
    }
    return names;
}

/** Every second one: no two follow each other. */
static inline const char *const *drift_odd_names(drift_world *w, size_t count) {
    const char **names = pgm__arena_calloc(&w->arena, count, sizeof *names);
    assert_non_null(names);
    for (size_t i = 0; i < count; i++) {
        names[i] = pgm__arena_printf(&w->arena, "tenant_%04zu", 2 * i + 1);
    }
    return names;
}

/** A cohort at the last version, without groups. */
static inline pgm_drift_cohort *drift_cohort(drift_world *w) {
    size_t index = w->drift.cohort_count++;
    assert_true(index < DRIFT_COHORTS);
    w->cohorts[index] = (pgm_drift_cohort){.server_version = 15,
                                           .whole = true,
                                           .versions_known = true,
                                           .versions = drift_versions,
                                           .version_count = 3,
                                           .groups = w->groups[index]};
    return &w->cohorts[index];
}

static inline void drift_count(drift_world *w, size_t count) {
    w->drift.summary.target_count += count;
    w->drift.summary.selected_count += count;
}

/** The first one is the norm. */
static inline pgm_drift_group *drift_group(drift_world *w, pgm_drift_cohort *cohort,
                                           const char *const *names, size_t count) {
    size_t index = cohort->group_count++;
    pgm_drift_group *group = &w->groups[cohort - w->cohorts][index];
    assert_true(index < DRIFT_GROUPS);
    *group = (pgm_drift_group){.is_norm = index == 0,
                               .fingerprint = "0123456789abcdef",
                               .object_count = 7,
                               .targets = names,
                               .target_count = count};
    cohort->target_count += count;
    drift_count(w, count);
    w->drift.summary.compared_count += count;
    w->drift.summary.drifted_count += index == 0 ? 0 : count;
    return group;
}

static inline void drift_differs(pgm_drift_group *group, const pgm_drift_difference *differences,
                                 size_t count) {
    group->differences = differences;
    group->difference_count = count;
}

/** It stays in the summary as what was not compared. */
static inline void drift_apart(drift_world *w, pgm_drift_cohort *cohort, const char *why) {
    cohort->not_compared = why;
    w->groups[cohort - w->cohorts][0].is_norm = false;
    for (size_t i = 0; i < cohort->group_count; i++) {
        w->drift.summary.drifted_count -= i == 0 ? 0 : cohort->groups[i].target_count;
    }
    w->drift.summary.compared_count -= cohort->target_count;
    w->drift.summary.apart_count += cohort->target_count;
}

static inline void drift_unread(drift_world *w, const char *target, const pgm_failure *failure) {
    w->unread[w->drift.summary.unread_count++] = (pgm_drift_unread){target, failure};
    drift_count(w, 1);
}

/** In the form of that name ("text", "markdown"); valid until the next call. */
static inline const char *drift_as(drift_world *w, const char *form) {
    pgm_error err = {0};
    pgm__strbuf_clear(&w->out);
    assert_int_equal(pgm__form_by_name(form)->drift(&w->out, &w->drift, &w->style, &err), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

typedef struct drift_rendering {
    drift_world *w;
    const char *form;
} drift_rendering;

static inline pgm_status drift_render(void *data) {
    const drift_rendering *of = data;
    pgm_error err = {0};
    pgm__strbuf out = {0};
    pgm_status status = pgm__form_by_name(of->form)->drift(&out, &of->w->drift, &of->w->style,
                                                           &err);
    pgm__strbuf_fini(&out);
    return status;
}

/** Every allocation of this form fails once: so many there are. */
static inline size_t drift_survives(drift_world *w, const char *form) {
    drift_rendering of = {w, form};
    return oom_survives(drift_render, &of);
}

#endif
