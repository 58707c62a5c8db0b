#include "cli/display/actions.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/display/console.h"
#include "report/form.h"
#include "report/forms/annotations.h"

/* A summary that is larger is not shown at all: what other commands of the step have written to it
 * counts, too. */
enum { SUMMARY_MOST = 1000 * 1024 };

/* Appended, and not replaced: the file is that of the whole step. */
static pgm_status append(const char *path, const pgm__strbuf *text, pgm_error *err) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    struct stat info = {0};
    if (fd < 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot write the job's summary \"%s\"", path);
    }
    bool fits = fstat(fd, &info) != 0 || info.st_size + (off_t)text->len <= SUMMARY_MOST;
    int failed = fits ? pgm__file_write_all(fd, text->text, text->len) : 0;
    (void)close(fd);
    if (!fits) {
        return pgm__error_set(err, PGM_EIO,
                              "the job's summary has no room for this report any more: GitHub "
                              "shows 1 MiB of a step, and nothing of what is larger");
    }
    return failed == 0 ? PGM_OK
                       : pgm__error_sys(err, PGM_EIO, failed,
                                        "cannot write the job's summary \"%s\"", path);
}

static pgm_status add_summary(const pgm__cli *cli, const pgm__report *report, pgm_error *err) {
    const char *path = cli->env("GITHUB_STEP_SUMMARY");
    const pgm__report_style style = {0};
    pgm__strbuf text = {0};
    if (path == NULL || path[0] == '\0') {
        return PGM_OK;
    }
    pgm_status status = pgm__form_by_name("markdown")->run(&text, report, &style, err);
    pgm__strbuf_addc(&text, '\n');
    if (status == PGM_OK) {
        status = text.failed ? pgm__error_nomem(err) : append(path, &text, err);
    }
    pgm__strbuf_fini(&text);
    return status;
}

void pgm__actions_report(const pgm__cli *cli, const pgm__report *report) {
    pgm_error err = {0};
    pgm__strbuf lines = {0};
    if (!cli->actions || cli->settings.no_annotations) {
        return;
    }
    if (add_summary(cli, report, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
    }
    if (pgm__annotations(&lines, report, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
    } else {
        (void)pgm__console_write(cli->err, &lines);
    }
    pgm__strbuf_fini(&lines);
}
