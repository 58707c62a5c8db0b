/**
 * @file layouts_fixture.h  Folders in the layouts of other tools: loaded, or refused.
 */
#ifndef PGM_TESTS_LAYOUTS_FIXTURE_H
#define PGM_TESTS_LAYOUTS_FIXTURE_H

#include "support/oom_loop.h"
#include "support/scratch.h"

#include "model/files/migrations.h"

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

static inline pgm__migrations *load(const char *dir) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return migrations;
}

/* Refused, with every one of the parts in the message; NULL = no more. */
static inline void assert_refused(const char *dir, const char *a, const char *b, const char *c) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, dir, NULL, &err), PGM_EPARSE);
    assert_null(migrations);
    const char *const parts[] = {a, b, c};
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] != NULL && strstr(err.msg, parts[i]) == NULL) {
            fail_msg("\"%s\" is not in: %s", parts[i], err.msg);
        }
    }
}

/* The folder's layout and, one after the other, the versions in it. */
static inline void assert_versions(const char *dir, const char *layout, const char *const *versions,
                                   size_t count) {
    pgm__migrations *migrations = load(dir);
    assert_string_equal(pgm__migrations_layout(migrations), layout);
    assert_int_equal(pgm__migrations_count(migrations), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(pgm__migrations_at(migrations, i)->version, versions[i]);
    }
    pgm__migrations_free(migrations);
}

#define ASSERT_VERSIONS(dir, layout, ...)                                                          \
    assert_versions((dir), (layout), (const char *const[]){__VA_ARGS__},                           \
                    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static inline const pgm__migration *find(const pgm__migrations *migrations, const char *version) {
    size_t at = 0;
    assert_true(pgm__migrations_find_exact(migrations, version, &at));
    return pgm__migrations_at(migrations, at);
}

#endif
