/**
 * @file edits_fixture.h  Ledgers and folders from nothing, for tests of baseline, adopt, repair and
 * squash.
 */
#ifndef PGM_TESTS_EDITS_FIXTURE_H
#define PGM_TESTS_EDITS_FIXTURE_H

#include "support/oom_loop.h"
#include "support/scratch.h"

#include "model/plan/edits.h"

/* A folder of migrations, and the edits made of it. */
struct scene {
    char *dir;
    pgm__migrations *migrations;
    pgm__plan_request request;
    pgm__edits_input input;
    pgm__arena arena;
    pgm__edits edits;
};

#define THIS_RUN "00112233aabbccdd"

static inline void setup(struct scene *scene, void **state, const char *const *files,
                         size_t count) {
    *scene = (struct scene){.dir = *state};
    for (size_t i = 0; i < count; i++) {
        scratch_write(*state, files[i], files[i]);
    }
    pgm_error err = {0};
    if (pgm__migrations_load(&scene->migrations, *state, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    scene->input = (pgm__edits_input){
        .migrations = scene->migrations, .request = &scene->request, .run_id = THIS_RUN};
}

static inline void end(struct scene *scene) {
    pgm__arena_clear(&scene->arena);
    pgm__migrations_free(scene->migrations);
}

static const char *const folder[] = {"1_a.up.sql", "1_a.down.sql", "002_b.sql",
                                     "3_c.sql",    "9_z.down.sql", "10_d.up.sql"};

#define SETUP(scene, state) setup(scene, state, folder, sizeof folder / sizeof folder[0])

static inline void make(struct scene *scene, pgm_command command) {
    pgm__arena_clear(&scene->arena);
    scene->edits = (pgm__edits){0};
    scene->request.command = command;
    assert_int_equal(pgm__edits_make(&scene->arena, &scene->edits, &scene->input, NULL), PGM_OK);
}

static inline void adopt(struct scene *scene, pgm__tool tool, const pgm__foreign_row *rows,
                         size_t count) {
    scene->request.tool = tool;
    scene->input.foreign = rows;
    scene->input.foreign_count = count;
    make(scene, PGM_COMMAND_ADOPT);
}

static inline void assert_versions(const struct scene *scene, const char *wanted) {
    char found[400] = "";
    size_t used = 0;
    for (size_t i = 0; i < scene->edits.count; i++) {
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? " " : "",
                                 scene->edits.items[i].version);
    }
    assert_string_equal(found, wanted);
}

static inline void assert_inserts(const struct scene *scene, const char *wanted) {
    assert_null(scene->edits.refusal);
    assert_versions(scene, wanted);
    for (size_t i = 0; i < scene->edits.count; i++) {
        const pgm__edit *edit = &scene->edits.items[i];
        assert_int_equal(edit->kind, PGM__EDIT_INSERT);
        assert_string_equal(edit->migration->version, edit->version);
        assert_null(edit->text);
    }
    assert_true(scene->edits.fresh);
}

static inline void assert_refused(const struct scene *scene, const char *version,
                                  const char *part) {
    assert_non_null(scene->edits.refusal);
    assert_int_equal(scene->edits.count, 0);
    if (strstr(scene->edits.refusal, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", scene->edits.refusal, part);
    }
    assert_string_equal(scene->edits.version, version);
    assert_true(strlen(scene->edits.hint) > 20);
}

static inline const char *checksum_of(const struct scene *scene, const char *version) {
    size_t index = 0;
    assert_true(pgm__migrations_find_exact(scene->migrations, version, &index));
    return pgm__migrations_at(scene->migrations, index)->up.checksum;
}

#endif
