#include "cli/cmd/report.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "cli/cmd/past_file.h"
#include "cli/display/actions.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "report/merge/merge.h"
#include "report/page/paint.h"
#include "report/rehearsal/words.h"
#include "report/text/text.h"

/* What stands behind the command: the verb, and the files. */
enum { VERB = 1, FIRST_FILE = 2 };

typedef enum verb {
    SHOW,    /* each for itself, on standard output */
    CONVERT, /* one, in the forms of --report */
    MERGE,   /* all as one */
    VERBS
} verb;

static const char *const verb_words[] = {[SHOW] = "show", [CONVERT] = "convert", [MERGE] = "merge"};

static const char *const missing[] = {
    [SHOW] = "command \"report show\" needs the reports to be shown: pgmarch report show run.json",
    [CONVERT] =
        "command \"report convert\" needs a report, and what it is to become: pgmarch report "
        "convert run.json --report junit:run.xml",
    [MERGE] = "command \"report merge\" needs the reports to be put together: pgmarch report merge "
              "shard-*.json",
};

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

/* The verb that stands there; VERBS: none that is known. */
static verb verb_of(const pgm__cli *cli) {
    verb found = SHOW;
    while (found < VERBS && strcmp(cli->settings.words.items[VERB], verb_words[found]) != 0) {
        found = (verb)(found + 1);
    }
    return found;
}

static pgm_status check_words(const pgm__cli *cli, pgm_error *err) {
    const pgm__list *words = &cli->settings.words;
    verb asked = verb_of(cli);
    if (asked == VERBS) {
        const char *near = pgm__suggest(words->items[VERB], verb_words, VERBS,
                                        PGM__SUGGEST_SHORTENED);
        return pgm__error_set(
            err, PGM_EUSAGE,
            "command \"report\" knows \"show\", \"convert\" and \"merge\", and not "
            "\"%.40s\"%s%s%s",
            words->items[VERB], near == NULL ? "" : ": did you mean \"", near == NULL ? "" : near,
            near == NULL ? "" : "\"?");
    }
    if (words->count == FIRST_FILE) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing[asked]);
    }
    size_t files = words->count - FIRST_FILE;
    if (asked == CONVERT && cli->settings.reports.count == 0) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing[CONVERT]);
    }
    return files > 1 && (asked == CONVERT || (asked == SHOW && cli->settings.reports.count > 0))
               ? pgm__error_set(err, PGM_EUSAGE,
                                "one report at a time can be written to --report: `pgmarch report "
                                "merge` makes one of several")
               : PGM_OK;
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
                                  "--report \"%s\" would overwrite one of the reports that are "
                                  "read: name another file",
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
    return status == PGM_OK ? read_reports(w, err) : status;
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

/* As a run's: the report, and what goes with it. False: it could not be written. */
static bool write_report(const work *w) {
    if (!w->cli->settings.form->for_people) {
        print_warnings(w);
    }
    return pgm__output_all(w->cli, render, w);
}

static bool ended_well(const pgm__report *report) {
    for (size_t i = 0; i < report->result_count; i++) {
        if (pgm_result_verdict(report->summary, report->results[i]) != PGM_VERDICT_WELL) {
            return false;
        }
    }
    return true;
}

/* As if it had been one run. */
static pgm__exit merge(work *w, pgm_error *err) {
    pgm_status status = pgm__merge(&w->merged, (const pgm__past_report *const *)w->reports,
                                   w->count, err);
    if (status != PGM_OK) {
        pgm__console_complain(w->cli, err->msg);
        return pgm__exit_untouched(status);
    }
    bool complete = write_report(w);
    pgm__actions_report(w->cli, &w->merged.report);
    if (!complete || !ended_well(&w->merged.report)) {
        return PGM__EXIT_FAILED;
    }
    return pgm__rehearsal_passed(&w->merged.report) > 0 ? PGM__EXIT_BEHIND : PGM__EXIT_OK;
}

/* Of several, each under its name. */
static void print_name(const work *w, size_t index) {
    pgm__strbuf line = {0};
    if (w->count > 1 && w->cli->settings.form->for_people) {
        pgm__strbuf_addf(&line, "%s==> ", index > 0 ? "\n" : "");
        pgm__paint_line(&line, w->reports[index]->file);
        pgm__strbuf_adds(&line, " <==\n");
        (void)pgm__console_report(w->cli, &line, true);
    }
    pgm__strbuf_fini(&line);
}

/* How the runs ended is not how this ended: it has shown or written what it was asked for. */
static pgm__exit show(work *w, bool writes_only, pgm_error *err) {
    bool complete = true;
    for (size_t i = 0; i < w->count && complete; i++) {
        pgm__merged_fini(&w->merged);
        if (pgm__merge_alone(&w->merged, w->reports[i], err) != PGM_OK) {
            pgm__console_complain(w->cli, err->msg);
            return PGM__EXIT_FAILED;
        }
        if (!writes_only) {
            print_name(w, i);
        }
        complete = writes_only ? pgm__output_files(w->cli, render, w) : write_report(w);
    }
    return complete ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}

pgm__exit pgm__cmd_report(pgm__cli *cli, const pgm__cli_command *command) {
    (void)command;
    work w = {.cli = cli};
    pgm_error err = {0};
    pgm_status status = prepare(&w, &err);
    pgm__exit code = PGM__EXIT_OK;
    if (status != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        code = pgm__exit_untouched(status);
    } else if (verb_of(cli) == MERGE) {
        code = merge(&w, &err);
    } else {
        code = show(&w, verb_of(cli) == CONVERT, &err);
    }
    pgm__merged_fini(&w.merged);
    for (size_t i = 0; i < w.count; i++) {
        pgm__past_free(w.reports[i]);
    }
    pgm__free((void *)w.reports);
    return code;
}
