/**
 * @file conninfo_fixture.h  No PG* variables, a home folder of its own.
 */
#ifndef PGM_TESTS_CONNINFO_FIXTURE_H
#define PGM_TESTS_CONNINFO_FIXTURE_H

#include "support/cmocka_all.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "pg/conninfo/conninfo.h"
#include "pg/conninfo/make.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

/* ---- fixture: no PG* variables, a home folder of its own ---- */

typedef struct fixture {
    char home[64];
    char service_file[96];
    pgm__arena arena;
    pgm__conninfo info;
    pgm_error err;
} fixture;

static const char *const variables[] = {"PGHOST",
                                        "PGHOSTADDR",
                                        "PGPORT",
                                        "PGDATABASE",
                                        "PGUSER",
                                        "PGPASSWORD",
                                        "PGSERVICE",
                                        "PGSERVICEFILE",
                                        "PGSYSCONFDIR",
                                        "PGGSSENCMODE",
                                        "PGOPTIONS",
                                        "PGSSLMODE",
                                        "PGCONNECT_TIMEOUT",
                                        "PGSSLROOTCERT",
                                        "PGPASSFILE",
                                        "PGAPPNAME",
                                        "PGCLIENTENCODING"};

static inline void clear_environment(void) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        assert_int_equal(unsetenv(variables[i]), 0);
    }
}

static inline int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    clear_environment();
    (void)snprintf(f->home, sizeof f->home, "/tmp/test_conninfo.XXXXXX");
    assert_non_null(mkdtemp(f->home));
    (void)snprintf(f->service_file, sizeof f->service_file, "%s/.pg_service.conf", f->home);
    assert_int_equal(setenv("HOME", f->home, 1), 0);
    assert_int_equal(setenv("PGSYSCONFDIR", f->home, 1), 0);
    *state = f;
    return 0;
}

static inline int teardown(void **state) {
    fixture *f = *state;
    char path[128];
    (void)remove(f->service_file);
    (void)snprintf(path, sizeof path, "%s/pg_service.conf", f->home);
    (void)remove(path);
    assert_int_equal(remove(f->home), 0);
    pgm__arena_clear(&f->arena);
    free(f);
    clear_environment();
    return 0;
}

static inline pgm__target url_target(const char *url) {
    return (pgm__target){.name = "t", .origin = "t.conf:7", .url = url};
}

static inline pgm_status try_make(fixture *f, const pgm__target *target) {
    f->err = (pgm_error){0};
    return pgm__conninfo_make(&f->arena, target, "pgmarch/run1", &f->info, &f->err);
}

static inline const pgm__conninfo *make(fixture *f, const pgm__target *target) {
    if (try_make(f, target) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return &f->info;
}

static inline const pgm__conninfo *make_url(fixture *f, const char *url) {
    pgm__target target = url_target(url);
    return make(f, &target);
}

#define SETTINGS(...) ((const pgm__setting[]){__VA_ARGS__})

static inline pgm__target keyword_target(const pgm__setting *settings, size_t count) {
    return (pgm__target){
        .name = "t", .origin = "t.conf:7", .settings = settings, .setting_count = (uint32_t)count};
}

/* The value libpq would be given; fails when a keyword is there twice. */
static inline const char *value_in(const char *const *keywords, const char *const *values,
                                   const char *keyword) {
    const char *found = NULL;
    for (size_t i = 0; keywords[i] != NULL; i++) {
        assert_non_null(values[i]);
        if (strcmp(keywords[i], keyword) == 0) {
            assert_null(found);
            found = values[i];
        }
    }
    return found;
}

static inline const char *value(const pgm__conninfo *info, const char *keyword) {
    return value_in(info->keywords, info->values, keyword);
}

static inline void assert_value(const pgm__conninfo *info, const char *keyword,
                                const char *expected) {
    const char *found = value(info, keyword);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
}

static inline void assert_refused(fixture *f, const char *url, const char *part) {
    pgm__target target = url_target(url);
    if (try_make(f, &target) != PGM_EUSAGE) {
        fail_msg("not refused: %s", url);
    }
    assert_int_equal(strncmp(f->err.msg, "t.conf:7: ", 10), 0);
    assert_has(f->err.msg, part);
}

static inline void write_file(const char *path, const char *text) {
    assert_int_equal(pgm__file_replace(path, text, strlen(text), NULL), PGM_OK);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
