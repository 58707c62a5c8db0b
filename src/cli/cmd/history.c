#include "cli/cmd/history.h"

#include "base/error.h"
#include "base/mem.h"
#include "cli/cmd/fleet.h"
#include "cli/cmd/refuse.h"
#include "cli/cmd/stop.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"

typedef struct look {
    pgm__cli *cli;
    pgm__fleet_opening opening;
    pgm_run *run; /* that was opened */
    pgm__progress progress;
    const pgm_result **results;
    pgm__report report;
    int caught; /* a signal; 0 = none */
} look;

/* ---- opening ---- */

static pgm_status open_run(look *l, pgm_error *err) {
    const pgm__settings *settings = &l->cli->settings;
    const char *missing = pgm__fleet_missing(settings);
    if (missing != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing);
    }
    pgm_options options;
    pgm__settings_options(settings, &options);
    options.command = PGM_COMMAND_STATUS;
    options.observer = pgm__watch_event;
    options.observer_data = &l->progress;
    pgm_status status = pgm__fleet_open(&l->opening, l->cli, &options, &l->progress, err);
    l->run = l->opening.run;
    return status;
}

static pgm__exit open_fleet(look *l) {
    static const pgm_summary run = {.command = PGM_COMMAND_STATUS};
    pgm_error err = {0};
    pgm_status status = pgm__output_check_reports(l->cli, PGM__REPORT_HISTORY, &err);
    bool reports = status == PGM_OK;
    if (status == PGM_OK) {
        status = open_run(l, &err);
    }
    if (status == PGM_OK) {
        return PGM__EXIT_OK;
    }
    return pgm__fleet_exit(&l->opening, pgm__refuse(l->cli, &run, reports, &err));
}

/* ---- looking ---- */

/* A target that is not reached is a result. False: the look as a whole came to nothing. */
static bool read_ledgers(look *l) {
    pgm__stop stop;
    pgm_error err = {0};
    pgm__watch_prepare(&l->progress, l->cli, l->run);
    pgm__watch_begin(l->cli, &l->progress, PGM__STAGE_LOOK);
    if (pgm__stop_start(&stop, l->cli, l->run, PGM__STOP_LOOKING, &err) != PGM_OK) {
        pgm__watch_end(l->cli);
        pgm__console_complain(l->cli, err.msg);
        return false;
    }
    bool complete = pgm_run_execute(l->run, &err) == PGM_OK;
    l->caught = pgm__stop_end(&stop);
    pgm__watch_end(l->cli);
    pgm__stop_fini(&stop);
    if (!complete) {
        pgm__console_complain(l->cli, err.msg);
    }
    return complete;
}

static bool collect(look *l) {
    size_t count = pgm_run_target_count(l->run);
    l->results = pgm__calloc(count, sizeof *l->results);
    if (l->results == NULL) {
        pgm__console_complain(l->cli, pgm_status_text(PGM_ENOMEM));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        l->results[i] = pgm_run_result(l->run, i);
    }
    l->report = (pgm__report){
        .summary = pgm_run_summary(l->run), .results = l->results, .result_count = count};
    return true;
}

/* ---- telling ---- */

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const look *l = data;
    const pgm__report_style style = {
        .colour = pgm__console_wants_colour(l->cli, l->cli->out_tty),
        .verbose = l->cli->settings.verbose,
        .quiet = l->cli->settings.quiet,
        .width = l->cli->columns,
    };
    const pgm__report_style whole = {0};
    return form->history(out, &l->report, filed ? &whole : &style, err);
}

/* A ledger that was not read may hold what nobody is told of. */
static pgm__exit exit_of(const look *l, bool complete) {
    if (l->caught != 0) {
        return pgm__exit_of_signal(l->caught);
    }
    for (size_t i = 0; i < l->report.result_count; i++) {
        complete = complete &&
                   pgm_result_verdict(l->report.summary, l->results[i]) == PGM_VERDICT_WELL;
    }
    return complete ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}

static pgm__exit show(look *l) {
    bool complete = read_ledgers(l);
    if (!collect(l)) {
        return PGM__EXIT_FAILED;
    }
    complete = pgm__output_all(l->cli, render, l) && complete;
    return exit_of(l, complete);
}

pgm__exit pgm__cmd_history(pgm__cli *cli, const pgm__cli_command *command) {
    look l = {.cli = cli, .progress = {.command = command->name, .looks = true}};
    pgm__exit code = open_fleet(&l);
    if (code == PGM__EXIT_OK) {
        code = show(&l);
    }
    pgm__progress_fini(&l.progress);
    cli->lingers = l.run != NULL && pgm_run_lingers(l.run);
    pgm_run_free(l.run);
    pgm__free((void *)l.results);
    return code;
}
