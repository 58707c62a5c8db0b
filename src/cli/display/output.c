#include "cli/display/output.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/display/console.h"

/* The folder of `path`, with its final slash; "./" when there is none. */
static void folder_of(const char *path, char folder[PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        (void)snprintf(folder, PATH_MAX, "./");
    } else {
        (void)snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path) + 1, path);
    }
}

/* What the system names so is a descriptor of ours, and stands in no folder of files. */
static bool is_descriptor(const char *path) {
    static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(path, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Is it written to, and not replaced? */
static bool is_written_through(const char *path, struct stat *info) {
    return stat(path, info) == 0 && (!S_ISREG(info->st_mode) || is_descriptor(path));
}

pgm_status pgm__output_check(const char *path, const char *option, pgm_error *err) {
    char folder[PATH_MAX];
    if (path == NULL) {
        return PGM_OK;
    }
    if (strlen(path) >= PATH_MAX) {
        return pgm__error_set(err, PGM_EUSAGE, "the file name of %s is too long", option);
    }
    if (pgm__is_folder(path)) {
        return pgm__error_set(err, PGM_EUSAGE, "%s needs a file, and \"%s\" is a folder", option,
                              path);
    }
    struct stat info;
    if (is_written_through(path, &info)) {
        if (S_ISBLK(info.st_mode) || S_ISSOCK(info.st_mode)) {
            return pgm__error_set(err, PGM_EUSAGE, "%s needs a file, and \"%s\" is a %s", option,
                                  path, S_ISBLK(info.st_mode) ? "disk" : "socket");
        }
        return PGM_OK;
    }
    folder_of(path, folder);
    if (!pgm__is_folder(folder)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "cannot write \"%s\" of %s: there is no folder \"%s\"", path, option,
                              folder);
    }
    if (access(folder, W_OK) != 0) {
        return pgm__error_sys(err, PGM_EUSAGE, errno, "cannot write \"%s\" of %s", path, option);
    }
    return PGM_OK;
}

pgm_status pgm__output_file(const char *path, const pgm__strbuf *text, pgm_error *err) {
    struct stat info;
    if (text->failed) {
        return pgm__error_nomem(err);
    }
    return is_written_through(path, &info)
               ? pgm__file_write_through(path, pgm__strbuf_text(text), text->len, err)
               : pgm__file_replace(path, pgm__strbuf_text(text), text->len, err);
}

/* The file's report; `made` holds that of standard output. */
static pgm_status write_file(const pgm__cli *cli, pgm__output_render_fn render, const void *data,
                             const pgm__strbuf *made, pgm_error *err) {
    const char *path = cli->settings.report;
    const pgm__form *form = pgm__form_of_file(path);
    if (form == cli->settings.form) {
        return pgm__output_file(path, made, err);
    }
    pgm__strbuf text = {0};
    pgm_status status = render(form, &text, data, err);
    if (status == PGM_OK) {
        status = pgm__output_file(path, &text, err);
    }
    pgm__strbuf_fini(&text);
    return status;
}

bool pgm__output_report(const pgm__cli *cli, pgm__output_render_fn render, const void *data,
                        bool *printed) {
    pgm__strbuf text = {0};
    pgm_error err = {0};
    pgm_status made = render(cli->settings.form, &text, data, &err);
    *printed = made != PGM_OK || pgm__console_report(cli, &text, cli->settings.form->for_people);
    pgm_status filed = cli->settings.report == NULL ? PGM_OK
                                                    : write_file(cli, render, data, &text, &err);
    bool complete = made == PGM_OK && filed == PGM_OK;
    if (!complete) {
        pgm__error_context(&err, "the report is missing");
        pgm__console_complain(cli, err.msg);
    }
    pgm__strbuf_fini(&text);
    return complete;
}
