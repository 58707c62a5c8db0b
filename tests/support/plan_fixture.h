/**
 * @file plan_fixture.h  Ledgers and folders from nothing, for tests of the plan.
 */
#ifndef PGM_TESTS_PLAN_FIXTURE_H
#define PGM_TESTS_PLAN_FIXTURE_H

#include "support/oom_loop.h"
#include "support/scratch.h"

#include <time.h>

#include "model/plan/plan.h"

enum { MANY = 10000 };

/* A folder of migrations, and one plan made of it. */
struct scene {
    char *dir;
    pgm__migrations *migrations;
    pgm__arena arena;
    pgm__plan plan;
};

static inline struct scene scene_of(void **state, const char *const *files, size_t count) {
    struct scene scene = {.dir = *state};
    for (size_t i = 0; i < count; i++) {
        scratch_write(*state, files[i], files[i]);
    }
    pgm_error err = {0};
    if (pgm__migrations_load(&scene.migrations, *state, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return scene;
}

static inline void end(struct scene *scene) {
    pgm__arena_clear(&scene->arena);
    pgm__migrations_free(scene->migrations);
}

static inline void make(struct scene *scene, const pgm__plan_request *request,
                        const pgm__ledger_row *rows, size_t count) {
    pgm__arena_clear(&scene->arena);
    scene->plan = (pgm__plan){0};
    assert_int_equal(
        pgm__plan_make(&scene->arena, &scene->plan, scene->migrations, rows, count, request, NULL),
        PGM_OK);
}

/* Rows that name versions only, as an adopted ledger has them. */
static inline void make_of(struct scene *scene, pgm_command command, const char *to,
                           const char *const *versions, size_t count) {
    pgm__ledger_row rows[16] = {{0}};
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++) {
        rows[i].version = versions[i];
    }
    pgm__plan_request request = {.command = command, .to = to};
    make(scene, &request, rows, count);
}

static inline void assert_versions(const struct scene *scene, const size_t *indices, size_t count,
                                   const char *wanted) {
    char found[400] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? " " : "",
                                 pgm__migrations_at(scene->migrations, indices[i])->version);
    }
    assert_string_equal(found, wanted);
}

static inline void assert_steps(const struct scene *scene, const char *wanted) {
    assert_versions(scene, scene->plan.steps, scene->plan.step_count, wanted);
}

static inline void assert_pending(const struct scene *scene, const char *wanted) {
    assert_versions(scene, scene->plan.pending, scene->plan.pending_count, wanted);
}

static inline void assert_finding(const struct scene *scene, size_t index, pgm__finding_kind kind,
                                  bool stops, const char *version) {
    assert_true(index < scene->plan.finding_count);
    const pgm__finding *finding = &scene->plan.findings[index];
    assert_int_equal(finding->kind, kind);
    assert_int_equal(finding->stops, stops);
    assert_string_equal(finding->version, version);
    assert_non_null(strstr(finding->message, version));
    assert_true(strlen(finding->hint) > 20);
}

static inline void assert_clean(const struct scene *scene) {
    assert_int_equal(scene->plan.finding_count, 0);
    assert_false(scene->plan.stopped);
}

static const char *const three[] = {"1_a.up.sql",   "1_a.down.sql", "2_b.up.sql",
                                    "2_b.down.sql", "3_c.up.sql",   "3_c.down.sql"};

#endif
