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

/* ---- the files of --report ---- */

/* Where a path leads: its folder, and the name in it. What is there already is known by itself. */
typedef struct place {
    struct stat at; /* of the file, else of its folder */
    const char *name;
    bool there;
} place;

static bool find_place(const char *path, place *out) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    folder_of(path, folder);
    *out = (place){.name = slash == NULL ? path : slash + 1};
    out->there = stat(path, &out->at) == 0;
    return out->there || stat(folder, &out->at) == 0;
}

/* Not by their texts alone: "r.json" is "./r.json" too, and a link leads to a file. */
static bool is_same(const char *path, const char *other) {
    place a;
    place b;
    if (strcmp(path, other) == 0) {
        return true;
    }
    return find_place(path, &a) && find_place(other, &b) && a.there == b.there &&
           a.at.st_dev == b.at.st_dev && a.at.st_ino == b.at.st_ino &&
           (a.there || strcmp(a.name, b.name) == 0);
}

static pgm_status check_form(const pgm__form *form, const char *option, pgm__report_kind kind,
                             pgm_error *err) {
    static const char *const commands[] = {
        [PGM__REPORT_RUN] = "a run",       [PGM__REPORT_VALIDATION] = "`validate`",
        [PGM__REPORT_FLEET] = "`targets`", [PGM__REPORT_HISTORY] = "`history`",
        [PGM__REPORT_DRIFT] = "`drift`",
    };
    return pgm__form_makes(form, kind)
               ? PGM_OK
               : pgm__error_set(
                     err, PGM_EUSAGE,
                     "%s: there is no report of %s in the form \"%s\": text and json are "
                     "forms of every report",
                     option, commands[kind], form->name);
}

pgm_status pgm__output_check_reports(const pgm__cli *cli, pgm__report_kind kind, pgm_error *err) {
    const pgm__report_files *files = &cli->settings.reports;
    pgm_status status = check_form(cli->settings.form, "--format", kind, err);
    for (size_t i = 0; i < files->count && status == PGM_OK; i++) {
        const char *path = files->items[i].path;
        status = pgm__output_check(path, "--report", err);
        if (status == PGM_OK) {
            status = check_form(files->items[i].form, "--report", kind, err);
        }
        for (size_t j = 0; j < i && status == PGM_OK; j++) {
            if (is_same(files->items[j].path, path)) {
                status =
                    pgm__error_set(err, PGM_EUSAGE,
                                   "two reports cannot be written to one file: --report \"%s\" "
                                   "and \"%s\"",
                                   files->items[j].path, path);
            }
        }
    }
    return status;
}

static pgm_status write_file(const pgm__report_file *file, pgm__output_render_fn render,
                             const void *data, pgm_error *err) {
    pgm__strbuf text = {0};
    pgm_status status = render(file->form, true, &text, data, err);
    if (status == PGM_OK) {
        status = pgm__output_file(file->path, &text, err);
    }
    pgm__strbuf_fini(&text);
    return status;
}

/* ---- all of it ---- */

static bool say_missing(const pgm__cli *cli, pgm_error *err) {
    pgm__error_context(err, "the report is missing");
    pgm__console_complain(cli, err->msg);
    return false;
}

bool pgm__output_files(const pgm__cli *cli, pgm__output_render_fn render, const void *data) {
    const pgm__report_files *files = &cli->settings.reports;
    bool complete = true;
    for (size_t i = 0; i < files->count; i++) {
        pgm_error failed = {0};
        bool written = cli->streamed && files->items[i].form->streams;
        if (!written && write_file(&files->items[i], render, data, &failed) != PGM_OK) {
            complete = say_missing(cli, &failed);
        }
    }
    return complete;
}

bool pgm__output_report(const pgm__cli *cli, pgm__output_render_fn render, const void *data,
                        bool *printed) {
    pgm__strbuf text = {0};
    pgm_error err = {0};
    bool complete = true;
    pgm_status made = render(cli->settings.form, false, &text, data, &err);
    *printed = made != PGM_OK || pgm__console_report(cli, &text, cli->settings.form->for_people);
    pgm__strbuf_fini(&text);
    if (made != PGM_OK) {
        complete = say_missing(cli, &err);
    }
    return pgm__output_files(cli, render, data) && complete;
}

bool pgm__output_all(const pgm__cli *cli, pgm__output_render_fn render, const void *data) {
    bool printed = true;
    bool complete = pgm__output_report(cli, render, data, &printed);
    if (!printed) {
        pgm__console_complain(cli, "cannot write to standard output");
    }
    return complete && printed;
}
