#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

static ssize_t read_retry(int fd, char *buf, size_t size) {
    ssize_t got;
    do {
        got = read(fd, buf, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end, not only to st_size: /proc and pipes report 0. */
static pgm_status read_all(int fd, size_t expected, char **text, size_t *len, pgm_error *err) {
    size_t capacity = expected + 2;
    size_t used = 0;
    char *buf = pgm__malloc(capacity);
    while (buf != NULL) {
        ssize_t got = read_retry(fd, buf + used, capacity - used - 1);
        if (got < 0) {
            int sys = errno;
            pgm__free(buf);
            return pgm__error_sys(err, PGM_EIO, sys, "cannot read");
        }
        if (got == 0) {
            buf[used] = '\0';
            *text = buf;
            *len = used;
            return PGM_OK;
        }
        used += (size_t)got;
        if (used + 1 >= capacity) {
            capacity *= 2;
            char *grown = pgm__realloc(buf, capacity);
            if (grown == NULL) {
                pgm__free(buf);
            }
            buf = grown;
        }
    }
    return pgm__error_nomem(err);
}

pgm_status pgm__file_read(const char *path, char **text, size_t *len, pgm_error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot read \"%s\"", path);
    }
    struct stat info = {0};
    int sys = fstat(fd, &info) != 0 ? errno : 0;
    sys = sys == 0 && S_ISDIR(info.st_mode) ? EISDIR : sys;
    if (sys != 0) {
        (void)close(fd);
        return pgm__error_sys(err, PGM_EIO, sys, "cannot read \"%s\"", path);
    }
    pgm_status status = read_all(fd, (size_t)info.st_size, text, len, err);
    (void)close(fd);
    if (status != PGM_OK) {
        pgm__error_context(err, "\"%s\"", path);
    }
    return status;
}

static int by_name(const void *a, const void *b) {
    const pgm__folder_entry *left = a;
    const pgm__folder_entry *right = b;
    return strcmp(left->name, right->name);
}

static pgm__file_kind kind_of(DIR *dir, const char *name) {
    struct stat info;
    if (fstatat(dirfd(dir), name, &info, 0) != 0) {
        return PGM__FILE_OTHER;
    }
    if (S_ISREG(info.st_mode)) {
        return PGM__FILE_REGULAR;
    }
    return S_ISDIR(info.st_mode) ? PGM__FILE_FOLDER : PGM__FILE_OTHER;
}

static pgm_status list_names(DIR *dir, pgm__arena *arena, pgm__folder_entry **items, size_t *count,
                             pgm_error *err) {
    size_t capacity = 0;
    for (struct dirent *found = readdir(dir); found != NULL; found = readdir(dir)) {
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
            continue;
        }
        pgm__folder_entry *grown = pgm__grow(*items, *count, &capacity, sizeof **items);
        if (grown == NULL) {
            return pgm__error_nomem(err);
        }
        *items = grown;
        char *name = pgm__arena_strdup(arena, found->d_name);
        if (name == NULL) {
            return pgm__error_nomem(err);
        }
        grown[(*count)++] = (pgm__folder_entry){name, kind_of(dir, name)};
    }
    return PGM_OK;
}

pgm_status pgm__folder_list(pgm__arena *arena, const char *path, pgm__folder_entry **entries,
                            size_t *count, pgm_error *err) {
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot list \"%s\"", path);
    }
    pgm__folder_entry *items = NULL;
    size_t found = 0;
    pgm_status status = list_names(dir, arena, &items, &found, err);
    (void)closedir(dir);
    pgm__folder_entry *kept = status == PGM_OK ? pgm__arena_calloc(arena, found, sizeof *kept)
                                               : NULL;
    if (kept != NULL) {
        for (size_t i = 0; i < found; i++) {
            kept[i] = items[i];
        }
        qsort(kept, found, sizeof *kept, by_name);
        *entries = kept;
        *count = found;
    } else if (status == PGM_OK) {
        status = pgm__error_nomem(err);
    }
    pgm__free(items);
    return status;
}

bool pgm__is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* 0, or the errno of the write, fsync or close that failed. */
static int write_and_close(int fd, const char *text, size_t len) {
    size_t done = 0;
    int failed = 0;
    while (done < len && failed == 0) {
        ssize_t put = write(fd, text + done, len - done);
        if (put >= 0) {
            done += (size_t)put;
        } else if (errno != EINTR) {
            failed = errno;
        }
    }
    if (failed == 0 && fsync(fd) != 0 && errno != EINVAL) {
        failed = errno;
    }
    if (close(fd) != 0 && failed == 0) {
        failed = errno;
    }
    return failed;
}

pgm_status pgm__file_replace(const char *path, const char *text, size_t len, pgm_error *err) {
    pgm__strbuf temporary = {0};
    pgm__strbuf_addf(&temporary, "%s.tmp-%ld", path, (long)getpid());
    if (temporary.failed) {
        pgm__strbuf_fini(&temporary);
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    int failed = 0;
    int fd = open(temporary.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        failed = errno;
    } else {
        failed = write_and_close(fd, text, len);
        if (failed == 0 && rename(temporary.text, path) != 0) {
            failed = errno;
        }
        if (failed != 0) {
            (void)unlink(temporary.text);
        }
    }
    if (failed != 0) {
        status = pgm__error_sys(err, PGM_EIO, failed, "cannot write \"%s\"", path);
    }
    pgm__strbuf_fini(&temporary);
    return status;
}

pgm_status pgm__file_create(const char *path, const char *text, size_t len, pgm_error *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot create \"%s\"", path);
    }
    int failed = write_and_close(fd, text, len);
    if (failed != 0) {
        (void)unlink(path);
        return pgm__error_sys(err, PGM_EIO, failed, "cannot write \"%s\"", path);
    }
    return PGM_OK;
}
