/**
 * @file selection_fixture.h  Targets of a file, and what a run chooses of them.
 *
 * cmocka fixtures: scene_setup and scene_teardown; *state is the scene.
 */
#ifndef PGM_TESTS_SELECTION_FIXTURE_H
#define PGM_TESTS_SELECTION_FIXTURE_H

#include "support/targets_fixture.h"

#include "fleet/selection.h"

typedef struct scene {
    fixture *f;
    pgm__arena arena;
    pgm_options options;
    pgm__selection selection;
    pgm_error err;
} scene;

static inline int scene_setup(void **state) {
    scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    void *f = NULL;
    assert_int_equal(setup(&f), 0);
    s->f = f;
    pgm_options_init(&s->options);
    *state = s;
    return 0;
}

static inline int scene_teardown(void **state) {
    scene *s = *state;
    void *f = s->f;
    pgm__arena_clear(&s->arena);
    free(s);
    return teardown(&f);
}

/** Loads targets as the text of a target file says. */
static inline void have(scene *s, const char *targets) {
    if (load(s->f, targets) != PGM_OK) {
        fail_msg("%s", s->f->err.msg);
    }
}

static inline pgm_status choose(scene *s) {
    s->selection = (pgm__selection){0};
    s->err = (pgm_error){0};
    return pgm__selection_make(&s->selection, &s->arena, s->f->targets, &s->options, &s->err);
}

/* The names that are chosen, with a blank between them. */
static inline void chooses(scene *s, const char *expected) {
    if (choose(s) != PGM_OK) {
        fail_msg("%s", s->err.msg);
    }
    char names[256] = "";
    for (size_t i = 0; i < s->selection.count; i++) {
        (void)strncat(names, i == 0 ? "" : " ", sizeof names - strlen(names) - 1);
        (void)strncat(names, s->selection.targets[i]->name, sizeof names - strlen(names) - 1);
    }
    assert_string_equal(names, expected);
}

static inline void refuses(scene *s, const char *message) {
    assert_int_equal(choose(s), PGM_EUSAGE);
    assert_string_equal(s->err.msg, message);
    assert_null(s->selection.targets);
}

#endif
