#include "cli/cmd/report.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cli/cmd/past_file.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "report/merge/merge.h"
#include "report/text/text.h"

/* What stands behind the command: the verb, and the files. */
enum { VERB = 1, FIRST_FILE = 2 };

typedef struct work {
    const pgm__cli *cli;
    pgm__past_report **reports;
    size_t count;
    pgm__merged merged;
} work;

static pgm__report_style style_of(const work *w, bool colour) {
    return (pgm__report_style){.colour = colour,
                               .verbose = w->cli->settings.verbose,
                               .quiet = w->cli->settings.quiet,
                               .width = w->cli->columns};
}

/* ---- reading ---- */

static pgm_status check_words(const pgm__cli *cli, pgm_error *err) {
    const pgm__list *words = &cli->settings.words;
    if (strcmp(words->items[VERB], "merge") != 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "command \"report\" knows \"merge\", and not \"%.40s\": pgmarch "
                              "report merge FILE...",
                              words->items[VERB]);
    }
    if (words->count == FIRST_FILE) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "command \"report merge\" needs the reports to be put together: "
                              "pgmarch report merge shard-*.json");
    }
    return PGM_OK;
}

/* A variable that is set for all jobs of a pipeline names the report of one of them. */
static pgm_status check_target(const pgm__cli *cli, pgm_error *err) {
    const pgm__report_files *files = &cli->settings.reports;
    const pgm__list *words = &cli->settings.words;
    for (size_t i = 0; i < files->count * words->count; i++) {
        const char *path = files->items[i / words->count].path;
        size_t word = i % words->count;
        if (word >= FIRST_FILE && pgm__past_file_is(words->items[word], path)) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "--report \"%s\" would overwrite one of the reports that are to "
                                  "be put together: name another file",
                                  path);
        }
    }
    return pgm__output_check_reports(cli, PGM__REPORT_RUN, err);
}

static pgm_status read_reports(work *w, pgm_error *err) {
    const pgm__list *words = &w->cli->settings.words;
    w->reports = pgm__calloc(words->count - FIRST_FILE, sizeof *w->reports);
    if (w->reports == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = FIRST_FILE; i < words->count && status == PGM_OK; i++) {
        status = pgm__past_file_read(&w->reports[w->count], words->items[i], err);
        w->count += status == PGM_OK ? 1 : 0;
    }
    return status;
}

/* All that can be wrong, before anything is written. */
static pgm_status prepare(work *w, pgm_error *err) {
    pgm_status status = check_words(w->cli, err);
    if (status == PGM_OK) {
        status = check_target(w->cli, err);
    }
    if (status == PGM_OK) {
        status = read_reports(w, err);
    }
    return status == PGM_OK
               ? pgm__merge(&w->merged, (const pgm__past_report *const *)w->reports, w->count, err)
               : status;
}

/* ---- writing ---- */

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const work *w = data;
    pgm__report_style style = style_of(w, pgm__console_wants_colour(w->cli, w->cli->out_tty));
    const pgm__report_style whole = {0};
    return form->run(out, &w->merged.report, filed ? &whole : &style, err);
}

/* As beside every report that a program reads. */
static void print_warnings(const work *w) {
    pgm__report_style style = style_of(w, pgm__console_wants_colour(w->cli, w->cli->err_tty));
    pgm__strbuf text = {0};
    pgm_error err = {0};
    if (pgm__report_warnings(&text, &w->merged.report, &style, &err) != PGM_OK) {
        pgm__console_complain(w->cli, err.msg);
    } else {
        (void)pgm__console_tell(w->cli, &text);
    }
    pgm__strbuf_fini(&text);
}

static pgm__exit write_report(const work *w) {
    if (!w->cli->settings.form->for_people) {
        print_warnings(w);
    }
    bool printed = true;
    bool complete = pgm__output_report(w->cli, render, w, &printed);
    if (!printed) {
        pgm__console_complain(w->cli, "cannot write to standard output");
    }
    const pgm__report *report = &w->merged.report;
    for (size_t i = 0; i < report->result_count; i++) {
        if (pgm_result_verdict(report->summary, report->results[i]) != PGM_VERDICT_WELL) {
            return PGM__EXIT_FAILED;
        }
    }
    return complete && printed ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}

pgm__exit pgm__cmd_report(pgm__cli *cli, const pgm__cli_command *command) {
    (void)command;
    work w = {.cli = cli};
    pgm_error err = {0};
    pgm_status status = prepare(&w, &err);
    pgm__exit code = PGM__EXIT_OK;
    if (status == PGM_OK) {
        code = write_report(&w);
    } else {
        pgm__console_complain(cli, err.msg);
        code = pgm__exit_untouched(status);
    }
    pgm__merged_fini(&w.merged);
    for (size_t i = 0; i < w.count; i++) {
        pgm__past_free(w.reports[i]);
    }
    pgm__free((void *)w.reports);
    return code;
}
