#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/large_pages.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* More than the server takes in one message, and than a file of settings could have a use for. */
#define MOST ((size_t)1 << 30)

enum { SILENCE_MS = 10000, NAME_TRIES = 16 };

/* -1 with errno, ETIMEDOUT when nothing comes: a pipe whose other end says nothing must not hold up
 * the program for ever. */
static ssize_t read_retry(int fd, char *buf, size_t size) {
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, SILENCE_MS);
        if (ready == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        ssize_t got = ready < 0 ? -1 : read(fd, buf, size);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return got;
        }
    }
}

/* Reads to the end, not only to st_size: /proc and pipes report 0. */
static pgm_status read_all(int fd, size_t expected, char **text, size_t *len, pgm_error *err) {
    /* One byte for the NUL, and one more, so that the end of a file that has not grown is found
     * without growing the buffer. */
    size_t capacity = expected + 2;
    size_t used = 0;
    char *buf = pgm__malloc(capacity);
    pgm__prefer_large_pages(buf, capacity);
    while (buf != NULL) {
        ssize_t got = used > MOST ? -1 : read_retry(fd, buf + used, capacity - used - 1);
        if (got < 0) {
            int sys = used > MOST ? EFBIG : errno;
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

/* What can be read to an end: files, and pipes, which a shell makes of <(command); and sockets, as
 * which sshd hands over standard input. */
static pgm_status check_kind(int fd, const char *path, struct stat *info, pgm_error *err) {
    if (fstat(fd, info) != 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot read \"%s\"", path);
    }
    if (S_ISDIR(info->st_mode)) {
        return pgm__error_sys(err, PGM_EIO, EISDIR, "cannot read \"%s\"", path);
    }
    if (!S_ISREG(info->st_mode) && !S_ISFIFO(info->st_mode) && !S_ISSOCK(info->st_mode)) {
        return pgm__error_set(err, PGM_EIO, "cannot read \"%s\": it is a device, and no file",
                              path);
    }
    if (info->st_size > (off_t)MOST) {
        return pgm__error_sys(err, PGM_EIO, EFBIG,
                              "cannot read \"%s\", which is longer than %zu MB", path, MOST >> 20);
    }
    return PGM_OK;
}

pgm_status pgm__file_read_open(int fd, const char *name, char **text, size_t *len, pgm_error *err) {
    struct stat info = {0};
    pgm_status status = check_kind(fd, name, &info, err);
    if (status == PGM_OK) {
        status = read_all(fd, (size_t)info.st_size, text, len, err);
        if (status != PGM_OK) {
            pgm__error_context(err, "\"%s\"", name);
        }
    }
    return status;
}

pgm_status pgm__file_read(const char *path, char **text, size_t *len, pgm_error *err) {
    /* Not to wait in open() for a pipe's other end; and no device becomes our terminal. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot read \"%s\"", path);
    }
    pgm_status status = pgm__file_read_open(fd, path, text, len, err);
    (void)close(fd);
    return status;
}

/* readdir() gives the order of the file system, which is another one on each machine. */
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
    /* Copied when the number is known: an arena would keep every array that was too small. */
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

/* -1 with errno, as write(2); ETIMEDOUT when the other end takes nothing. */
static ssize_t write_retry(int fd, const char *text, size_t len) {
    for (;;) {
        ssize_t put = write(fd, text, len);
        if (put >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return put;
        }
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        if (errno == EAGAIN && poll(&wait, 1, SILENCE_MS) == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
    }
}

int pgm__file_write_all(int fd, const char *text, size_t len) {
    for (size_t done = 0; done < len;) {
        ssize_t put = write_retry(fd, text + done, len - done);
        if (put < 0) {
            return errno;
        }
        done += (size_t)put;
    }
    return 0;
}

/* 0, or the errno of the write, fsync or close that failed. */
static int write_and_close(int fd, const char *text, size_t len) {
    int failed = pgm__file_write_all(fd, text, len);
    /* EINVAL: it is nothing that can be flushed, and there is nothing to wait for. */
    if (failed == 0 && fsync(fd) != 0 && errno != EINVAL) {
        failed = errno;
    }
    if (close(fd) != 0 && failed == 0) {
        failed = errno;
    }
    return failed;
}

/* Opens a file beside `path` that nobody could have put there before: its name cannot be guessed,
 * and it must be new. -1 with errno. */
static int open_beside(const char *path, mode_t mode, pgm__strbuf *name) {
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    int fd = -1;
    for (int tries = 0; fd < 0 && tries < NAME_TRIES; tries++) {
        uint64_t number = 0;
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
            return -1;
        }
        pgm__strbuf_clear(name);
        pgm__strbuf_add(name, path, folder);
        pgm__strbuf_addf(name, ".pgmarch-%016" PRIx64 ".tmp", number);
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        fd = open(name->text, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0 && errno != EEXIST) {
            return -1;
        }
    }
    return fd;
}

/* Who may read the old file may read the new one, and nobody else. */
static void take_over_rights(int fd, const struct stat *old) {
    mode_t mode = old->st_mode & 0777;
    struct stat made;
    if (fstat(fd, &made) != 0) {
        return;
    }
    if (made.st_uid != old->st_uid || made.st_gid != old->st_gid) {
        if (fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, (uid_t)-1, old->st_gid) != 0) {
            mode &= ~(mode_t)070; /* they were another group's */
        }
    }
    (void)fchmod(fd, mode);
}

pgm_status pgm__file_replace(const char *path, const char *text, size_t len, pgm_error *err) {
    struct stat old;
    /* Of a link it is the link that is replaced: whose file it leads to, nobody has said. */
    bool is_there = lstat(path, &old) == 0 && S_ISREG(old.st_mode);
    pgm__strbuf temporary = {0};
    /* Nobody but us may look into it until it has the rights of the old one. */
    int fd = open_beside(path, is_there ? 0600 : 0666, &temporary);
    int failed = fd < 0 ? errno : 0;
    if (fd >= 0) {
        if (is_there) {
            take_over_rights(fd, &old);
        }
        failed = write_and_close(fd, text, len);
        if (failed == 0 && rename(temporary.text, path) != 0) {
            failed = errno;
        }
        if (failed != 0) {
            (void)unlink(temporary.text);
        }
    }
    bool no_memory = temporary.failed;
    pgm__strbuf_fini(&temporary);
    if (no_memory) {
        return pgm__error_nomem(err);
    }
    return failed == 0 ? PGM_OK : pgm__error_sys(err, PGM_EIO, failed, "cannot write \"%s\"", path);
}

pgm_status pgm__file_write_through(const char *path, const char *text, size_t len, pgm_error *err) {
    /* A pipe that nobody reads does not open (ENXIO), instead of never. */
    int fd = open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int failed = fd < 0 ? errno : pgm__file_write_all(fd, text, len);
    if (fd >= 0 && close(fd) != 0 && failed == 0) {
        failed = errno;
    }
    if (failed == ENXIO || failed == ETIMEDOUT) {
        return pgm__error_set(err, PGM_EIO, "cannot write \"%s\": nobody reads it", path);
    }
    return failed == 0 ? PGM_OK : pgm__error_sys(err, PGM_EIO, failed, "cannot write \"%s\"", path);
}

pgm_status pgm__file_create(const char *path, const char *text, size_t len, pgm_error *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
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
