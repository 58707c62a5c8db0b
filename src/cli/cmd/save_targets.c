#include "cli/cmd/save_targets.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/display/output.h"

#define OPTION "--save"

/* How a file begins that was written here, and may be written again. */
#define MARK "Written by pgmarch targets --save"
static const char first_line[] = "# " MARK;

/* ---- may it be written? ---- */

static bool is_same(const struct stat *file, const char *path) {
    struct stat other;
    return stat(path, &other) == 0 && file->st_dev == other.st_dev && file->st_ino == other.st_ino;
}

/* A folder of target files that the saved one were in would name each target twice. */
static bool is_read_from(const char *path, const char *from) {
    struct stat file;
    struct stat folder;
    char in[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int len = slash == NULL ? 0 : (int)(slash - path) + 1;
    (void)snprintf(in, sizeof in, "%.*s", len == 0 ? 1 : len, len == 0 ? "." : path);
    size_t name = strlen(path);
    bool is_read = name > 5 && strcmp(path + name - 5, ".conf") == 0;
    return (stat(path, &file) == 0 && is_same(&file, from)) ||
           (is_read && stat(in, &folder) == 0 && is_same(&folder, from));
}

static pgm_status check_sources(const pgm__cli *cli, const char *path, pgm_error *err) {
    const pgm__list *from = &cli->settings.targets;
    for (size_t i = 0; i < from->count; i++) {
        if (is_read_from(path, from->items[i])) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  OPTION " needs another file than \"%s\", which targets are read "
                                         "from",
                                  from->items[i]);
        }
    }
    return PGM_OK;
}

/* One that is empty was made to be written to, as mktemp does it. */
static pgm_status check_content(const char *path, pgm_error *err) {
    struct stat file;
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size == 0) {
        return PGM_OK;
    }
    char begin[sizeof first_line] = "";
    FILE *in = fopen(path, "r");
    size_t len = in == NULL ? 0 : fread(begin, 1, sizeof begin - 1, in);
    if (in != NULL) {
        (void)fclose(in);
    }
    if (len == sizeof begin - 1 && strcmp(begin, first_line) == 0) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EUSAGE,
                          "\"%s\" is there, and was not written by " OPTION
                          ": it is not overwritten. Name another file",
                          path);
}

pgm_status pgm__save_targets_check(const pgm__cli *cli, pgm_error *err) {
    const char *path = cli->settings.save;
    const pgm__report_files *reports = &cli->settings.reports;
    if (path == NULL) {
        return PGM_OK;
    }
    if (strcmp(path, "-") == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              OPTION " needs a file: standard output has the list of the targets");
    }
    for (size_t i = 0; i < reports->count; i++) {
        if (strcmp(path, reports->items[i].path) == 0) {
            return pgm__error_set(err, PGM_EUSAGE, OPTION " and --report need different files");
        }
    }
    pgm_status status = pgm__output_check(path, OPTION, err);
    if (status == PGM_OK) {
        status = check_sources(cli, path, err);
    }
    return status == PGM_OK ? check_content(path, err) : status;
}

/* ---- its head ---- */

static void add_time(pgm__strbuf *head) {
    char text[32] = "";
    struct tm parts;
    time_t now = time(NULL);
    if (gmtime_r(&now, &parts) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) > 0) {
        pgm__strbuf_addf(head, ", %s", text);
    }
}

/* A URL may hold a password, and says nothing that the target does not. */
static void add_files(pgm__strbuf *head, const pgm__cli *cli) {
    const pgm__list *from = &cli->settings.targets;
    pgm__strbuf_adds(head, "\nFrom: ");
    if (from->count == 0) {
        pgm__strbuf_adds(head, "the URL");
    }
    for (size_t i = 0; i < from->count; i++) {
        bool input = strcmp(from->items[i], "-") == 0;
        pgm__strbuf_addf(head, "%s%s", i > 0 ? ", " : "",
                         input ? "standard input" : from->items[i]);
    }
}

static void add_sources(pgm__strbuf *head, const pgm_summary *summary) {
    for (size_t i = 0; i < summary->source_count; i++) {
        const pgm_source *source = &summary->sources[i];
        pgm__strbuf_addf(head, "\nSource [%s] in %s (%s): %zu found", source->name, source->origin,
                         source->kind, source->found);
    }
}

static void add_head(pgm__strbuf *head, const pgm__cli *cli, const pgm_run *run) {
    const pgm_fleet *fleet = pgm_run_fleet(run);
    pgm__strbuf_adds(head, MARK);
    add_time(head);
    add_files(head, cli);
    add_sources(head, pgm_run_summary(run));
    if (fleet->target_count < fleet->known_count) {
        pgm__strbuf_addf(head, "\nSelected: %zu of %zu targets", fleet->target_count,
                         fleet->known_count);
    }
    pgm__strbuf_adds(head, "\nWritten again, it loses what was changed in it.");
}

/* ---- writing ---- */

static void tell(pgm__strbuf *lines, const char *path, size_t count, size_t secrets) {
    pgm__strbuf_addf(lines, "saved %zu target%s to \"%s\"", count, count == 1 ? "" : "s", path);
    if (secrets > 0) {
        pgm__strbuf_addf(lines, ", without the secrets of %zu", secrets);
    }
    pgm__strbuf_addc(lines, '\n');
}

static pgm_status write_file(const char *path, const char *text, pgm_error *err) {
    pgm__strbuf file = {0};
    pgm__strbuf_adds(&file, text);
    pgm_status status = pgm__output_file(path, &file, err);
    pgm__strbuf_fini(&file);
    return status;
}

pgm_status pgm__save_targets(const pgm__cli *cli, pgm_run *run, pgm__strbuf *lines,
                             pgm_error *err) {
    const char *path = cli->settings.save;
    if (path == NULL) {
        return PGM_OK;
    }
    pgm__strbuf head = {0};
    add_head(&head, cli, run);
    const char *comment = pgm__strbuf_text(&head);
    const char *text = NULL;
    size_t secrets = 0;
    pgm_status status = comment == NULL ? pgm__error_nomem(err)
                                        : pgm_run_save_targets(run, comment, &text, &secrets, err);
    if (status == PGM_OK) {
        status = write_file(path, text, err);
    }
    if (status == PGM_OK) {
        tell(lines, path, pgm_run_target_count(run), secrets);
    }
    pgm__strbuf_fini(&head);
    return status;
}
