#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

/* The folder of `path`, with its final slash; "./" when there is none. */
static void folder_of(const char *path, char folder[PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        (void)snprintf(folder, PATH_MAX, "./");
    } else {
        (void)snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path) + 1, path);
    }
}

pgm_status pgm__output_check(const char *path, pgm_error *err) {
    char folder[PATH_MAX];
    if (strlen(path) >= PATH_MAX) {
        return pgm__error_set(err, PGM_EUSAGE, "the file name of --report is too long");
    }
    if (pgm__is_folder(path)) {
        return pgm__error_set(err, PGM_EUSAGE, "--report needs a file, and \"%s\" is a folder",
                              path);
    }
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return PGM_OK;
    }
    folder_of(path, folder);
    if (!pgm__is_folder(folder)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "cannot write the report \"%s\": there is no folder \"%s\"", path,
                              folder);
    }
    if (access(folder, W_OK) != 0) {
        return pgm__error_sys(err, PGM_EUSAGE, errno, "cannot write the report \"%s\"", path);
    }
    return PGM_OK;
}

static pgm_status write_through(const char *path, const pgm__strbuf *text, pgm_error *err) {
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot write \"%s\"", path);
    }
    bool written = pgm__cli_write(file, text);
    int sys = errno;
    if (fclose(file) != 0 && written) {
        sys = errno;
        written = false;
    }
    return written ? PGM_OK : pgm__error_sys(err, PGM_EIO, sys, "cannot write \"%s\"", path);
}

pgm_status pgm__output_file(const char *path, const pgm__strbuf *text, pgm_error *err) {
    struct stat info;
    if (text->failed) {
        return pgm__error_nomem(err);
    }
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return write_through(path, text, err);
    }
    return pgm__file_replace(path, pgm__strbuf_text(text), text->len, err);
}
