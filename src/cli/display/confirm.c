#include "cli/display/confirm.h"

#include <string.h>

#include "base/mem.h"
#include "cli/display/ahead.h"
#include "cli/display/console.h"
#include "report/page/paint.h"
#include "report/page/ranges.h"

/* Columns of a log that has none; and lines that names which make no ranges may take: somebody is
 * to see the question's reasons too. */
enum { COLUMNS = 100, NAME_LINES = 10, INDENT = 4 };

static size_t count_production(const pgm_run *run) {
    size_t found = 0;
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        found += pgm_run_target(run, i).production ? 1 : 0;
    }
    return found;
}

static void name_each(pgm__strbuf *text, const pgm_run *run) {
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        pgm_target_info target = pgm_run_target(run, i);
        if (target.production) {
            pgm__strbuf_adds(text, "warning: production target \"");
            pgm__paint_line(text, target.name);
            pgm__strbuf_adds(text, "\"  ");
            pgm__paint_line(text, target.server);
            pgm__strbuf_addc(text, '\n');
        }
    }
}

/* "300 production targets: p_000 … p_299" */
static void add_ranges(pgm__strbuf *sentence, const pgm_run *run, size_t found, size_t columns) {
    const char **names = pgm__calloc(found, sizeof *names);
    size_t named = 0;
    if (names == NULL) {
        sentence->failed = true;
        return;
    }
    for (size_t i = 0; i < pgm_run_target_count(run) && named < found; i++) {
        pgm_target_info target = pgm_run_target(run, i);
        if (target.production) {
            names[named++] = target.name;
        }
    }
    pgm__ranges_sort(names, named);
    pgm__paint_count(sentence, named, "production target");
    pgm__strbuf_adds(sentence, ": ");
    pgm__ranges_add(sentence, names, named, NAME_LINES * columns);
    pgm__free((void *)names);
}

/* Marked as a warning, whatever the style: --quiet is no reason not to know. */
static void name_production(pgm__strbuf *text, const pgm__cli *cli, const pgm_run *run,
                            size_t found) {
    if (!pgm__report_folds(found, cli->settings.verbose)) {
        name_each(text, run);
        return;
    }
    size_t columns = cli->err_columns == 0 ? COLUMNS : cli->err_columns;
    pgm__strbuf sentence = {0};
    pgm__strbuf_adds(&sentence, "warning: ");
    add_ranges(&sentence, run, found, columns);
    const char *words = pgm__strbuf_text(&sentence);
    text->failed = text->failed || words == NULL;
    pgm__paint_wrapped(text, words == NULL ? "" : words, 0, INDENT, columns);
    pgm__strbuf_adds(text, "\n    `pgmarch targets` says where each of them is\n");
    pgm__strbuf_fini(&sentence);
}

bool pgm__confirm_hears_yes(const pgm__cli *cli) {
    char answer[16] = "";
    if (fgets(answer, sizeof answer, cli->in) == NULL) {
        (void)fputc('\n', cli->err);
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcmp(answer, "yes") == 0;
}

static bool ask(const pgm__cli *cli, const char *command, size_t count) {
    (void)fprintf(cli->err, "Type \"yes\" to run \"%s\" on %zu production target%s: ", command,
                  count, count == 1 ? "" : "s");
    (void)fflush(cli->err);
    return pgm__confirm_hears_yes(cli);
}

bool pgm__confirm_asks(const pgm__cli *cli, const pgm_run *run) {
    return !cli->settings.yes && cli->in_tty && count_production(run) > 0;
}

bool pgm__confirm_refuses(const pgm__cli *cli, const pgm_run *run) {
    return !cli->settings.yes && !cli->in_tty && count_production(run) > 0;
}

bool pgm__confirm_production(const pgm__cli *cli, const pgm_run *run, const pgm__report *ahead) {
    pgm__strbuf text = {0};
    size_t count = count_production(run);
    name_production(&text, cli, run, count);
    bool told = pgm__console_tell(cli, &text);
    pgm__strbuf_fini(&text);
    if (count == 0 || cli->settings.yes) {
        return true;
    }
    /* Nobody can say yes to a list that nobody could read. */
    if (!told) {
        return false;
    }
    if (!cli->in_tty) {
        pgm__console_complain(cli,
                              "production targets need --yes when standard input is no terminal; "
                              "nothing was touched");
        return false;
    }
    if (ahead != NULL) {
        pgm__ahead_show(cli, ahead);
    }
    if (!ask(cli,
             pgm_run_summary(run) == NULL ? "" : pgm_command_name(pgm_run_summary(run)->command),
             count)) {
        pgm__console_complain(cli, "not confirmed; nothing was touched");
        return false;
    }
    return true;
}

size_t pgm__confirm_rehearsal(const pgm__cli *cli, const pgm_run *run) {
    pgm__strbuf text = {0};
    size_t count = count_production(run);
    name_production(&text, cli, run, count);
    bool told = pgm__console_tell(cli, &text);
    pgm__strbuf_fini(&text);
    if (count > 0 && !cli->settings.yes_on_production) {
        pgm__console_complain(cli,
                              "a rehearsal holds the locks of its migrations until it is taken "
                              "back: production targets need --yes-on-production; nothing was "
                              "touched");
        return SIZE_MAX;
    }
    return told ? count : SIZE_MAX;
}

void pgm__confirm_show_rehearsal(const pgm__cli *cli, const pgm__report *ahead, size_t production) {
    pgm__strbuf text = {0};
    pgm__ahead_show(cli, ahead);
    pgm__strbuf_adds(&text, "rehearsing on ");
    pgm__paint_count(&text, production, "production target");
    pgm__strbuf_adds(&text, ": each lock that these migrations take is held until the last of them "
                            "has run there, and all is taken back\n");
    (void)pgm__console_tell(cli, &text);
    pgm__strbuf_fini(&text);
}
