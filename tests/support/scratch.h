/**
 * @file scratch.h  A folder of its own for each test.
 *
 * cmocka fixtures: scratch_setup and scratch_teardown; *state is the folder's path.
 */
#ifndef PGM_TESTS_SCRATCH_H
#define PGM_TESTS_SCRATCH_H

#include "support/cmocka_all.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_PATH = 600 };

/** `path` = folder/name. */
static inline void scratch_path(const char *folder, const char *name, char path[SCRATCH_PATH]) {
    int len = snprintf(path, SCRATCH_PATH, "%s/%s", folder, name);
    assert_true(len > 0 && len < SCRATCH_PATH);
}

static inline void scratch_write_bytes(const char *folder, const char *name, const char *text,
                                       size_t len) {
    char path[SCRATCH_PATH];
    scratch_path(folder, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static inline void scratch_write(const char *folder, const char *name, const char *text) {
    scratch_write_bytes(folder, name, text, strlen(text));
}

static inline void scratch_folder(const char *folder, const char *name) {
    char path[SCRATCH_PATH];
    scratch_path(folder, name, path);
    assert_int_equal(mkdir(path, 0777), 0);
}

/** As scratch_write(), and makes the folder that the name begins with: "up/1_a.sql". */
static inline void scratch_place(const char *folder, const char *name, const char *text) {
    const char *slash = strchr(name, '/');
    if (slash != NULL) {
        char path[SCRATCH_PATH];
        int len = snprintf(path, sizeof path, "%s/%.*s", folder, (int)(slash - name), name);
        assert_true(len > 0 && len < SCRATCH_PATH);
        int made = mkdir(path, 0777);
        assert_true(made == 0 || errno == EEXIST);
    }
    scratch_write(folder, name, text);
}

/** Empties the folder; folders in it are emptied too. */
static inline void scratch_clear(const char *folder) {
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *found = readdir(dir); found != NULL; found = readdir(dir)) {
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
            continue;
        }
        char path[SCRATCH_PATH];
        scratch_path(folder, found->d_name, path);
        struct stat info;
        assert_int_equal(lstat(path, &info), 0);
        if (S_ISDIR(info.st_mode)) {
            scratch_clear(path);
            assert_int_equal(rmdir(path), 0);
        } else {
            assert_int_equal(unlink(path), 0);
        }
    }
    assert_int_equal(closedir(dir), 0);
}

static inline int scratch_setup(void **state) {
    const char *parent = getenv("TMPDIR");
    char *path = malloc(SCRATCH_PATH);
    if (path == NULL) {
        return -1;
    }
    (void)snprintf(path, SCRATCH_PATH, "%s/pgmarch-test-XXXXXX",
                   parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    *state = mkdtemp(path);
    return *state == NULL ? -1 : 0;
}

static inline int scratch_teardown(void **state) {
    scratch_clear(*state);
    int gone = rmdir(*state);
    free(*state);
    return gone;
}

#endif
