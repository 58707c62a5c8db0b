#include "cli/confirm.h"

#include <string.h>

#include "report/paint.h"
#include "report/report.h"

static size_t name_production(pgm__strbuf *text, const pgm__cli *cli, const pgm_run *run) {
    size_t found = 0;
    size_t count = pgm_run_target_count(run);
    for (size_t i = 0; i < count; i++) {
        pgm_target_info target = pgm_run_target(run, i);
        if (!target.production) {
            continue;
        }
        found++;
        if (found <= PGM__REPORT_FOLD || cli->settings.verbose) {
            pgm__strbuf_adds(text, "warning: production target \"");
            pgm__paint_line(text, target.name);
            pgm__strbuf_adds(text, "\"  ");
            pgm__paint_line(text, target.server);
            pgm__strbuf_addc(text, '\n');
        }
    }
    if (found > PGM__REPORT_FOLD && !cli->settings.verbose) {
        pgm__strbuf_addf(text, "warning: and %zu more production targets\n",
                         found - PGM__REPORT_FOLD);
    }
    return found;
}

static bool ask(const pgm__cli *cli, const char *command, size_t count) {
    char answer[16] = "";
    (void)fprintf(cli->err, "Type \"yes\" to run \"%s\" on %zu production target%s: ", command,
                  count, count == 1 ? "" : "s");
    (void)fflush(cli->err);
    if (fgets(answer, sizeof answer, cli->in) == NULL) {
        (void)fputc('\n', cli->err);
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcmp(answer, "yes") == 0;
}

bool pgm__confirm_production(const pgm__cli *cli, const pgm_run *run) {
    pgm__strbuf text = {0};
    size_t count = name_production(&text, cli, run);
    bool told = pgm__cli_write(cli->err, &text);
    pgm__strbuf_fini(&text);
    if (count == 0 || cli->settings.yes) {
        return true;
    }
    /* Nobody can say yes to a list that nobody could read. */
    if (!told) {
        return false;
    }
    if (!cli->in_tty) {
        pgm__cli_complain(cli, "production targets need --yes when standard input is no terminal; "
                               "nothing was touched");
        return false;
    }
    if (!ask(cli,
             pgm_run_summary(run) == NULL ? "" : pgm_command_name(pgm_run_summary(run)->command),
             count)) {
        pgm__cli_complain(cli, "not confirmed; nothing was touched");
        return false;
    }
    return true;
}
