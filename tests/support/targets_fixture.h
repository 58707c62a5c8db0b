/**
 * @file targets_fixture.h  A folder for target files, an empty list, a made-up environment.
 */
#ifndef PGM_TESTS_TARGETS_FIXTURE_H
#define PGM_TESTS_TARGETS_FIXTURE_H

#include "support/cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/targets/targets.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

/* ---- fixture: a folder of its own, an empty list, an environment ---- */

typedef struct fixture {
    char dir[64];
    char path[128];
    pgm__targets *targets;
    pgm_error err;
} fixture;

static inline const char *fake_getenv(const char *name) {
    static const char *const variables[][2] = {
        {"PW", "s3cr;t # ${HOST} $$"}, {"HOST", "db1.example"}, {"EMPTY", ""}, {"_x9", "under"}};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (strcmp(name, variables[i][0]) == 0) {
            return variables[i][1];
        }
    }
    return NULL;
}

static inline bool fake_keyword(const char *keyword) {
    static const char *const known[] = {"host",
                                        "hostaddr",
                                        "port",
                                        "dbname",
                                        "user",
                                        "password",
                                        "sslmode",
                                        "sslrootcert",
                                        "target_session_attrs",
                                        "options",
                                        "connect_timeout",
                                        "service",
                                        "application_name",
                                        "client_encoding",
                                        "replication"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(keyword, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static inline int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/test_targets.XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/t.conf", f->dir);
    f->targets = pgm__targets_new();
    assert_non_null(f->targets);
    *state = f;
    return 0;
}

static inline int teardown(void **state) {
    fixture *f = *state;
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    assert_int_equal(pgm__folder_list(&arena, f->dir, &entries, &count, NULL), PGM_OK);
    for (size_t i = 0; i < count; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", f->dir, entries[i].name);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(f->dir), 0);
    pgm__arena_clear(&arena);
    pgm__targets_free(f->targets);
    free(f);
    return 0;
}

static inline void write_bytes(const fixture *f, const char *name, const char *text, size_t len) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    assert_int_equal(pgm__file_replace(path, text, len, NULL), PGM_OK);
}

static inline pgm_status load_path(fixture *f, const char *path) {
    f->err = (pgm_error){0};
    return pgm__targets_add_path(f->targets, path, fake_getenv, fake_keyword, &f->err);
}

static inline pgm_status load(fixture *f, const char *text) {
    write_bytes(f, "t.conf", text, strlen(text));
    return load_path(f, f->path);
}

static inline const pgm__target *load_one(fixture *f, const char *text) {
    pgm_status status = load(f, text);
    if (status != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    assert_true(pgm__targets_count(f->targets) >= 1);
    return pgm__targets_at(f->targets, 0);
}

static inline const char *setting(const pgm__target *target, const char *keyword) {
    const char *value = NULL;
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *one = pgm__target_setting(target, i);
        if (strcmp(one->keyword, keyword) == 0) {
            assert_null(value); /* each keyword once */
            value = one->value;
        }
    }
    return value;
}

/* The load fails, as PGM_EPARSE of t.conf:line, with `part` in its message; nothing is added. */
static inline void assert_refused(fixture *f, const char *text, unsigned line, const char *part) {
    pgm_status status = load(f, text);
    if (status != PGM_EPARSE) {
        fail_msg("status %d (%s) for: %s", (int)status, f->err.msg, text);
    }
    char at[160];
    (void)snprintf(at, sizeof at, "%s:%u: ", f->path, line);
    assert_int_equal(strncmp(f->err.msg, at, strlen(at)), 0);
    assert_has(f->err.msg, part);
    assert_int_equal(pgm__targets_count(f->targets), 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
