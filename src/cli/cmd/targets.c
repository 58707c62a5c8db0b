#include "cli/cmd/targets.h"

#include "base/error.h"
#include "base/mem.h"
#include "cli/cmd/fleet.h"
#include "cli/cmd/refuse.h"
#include "cli/cmd/retry_failed.h"
#include "cli/cmd/save_targets.h"
#include "cli/cmd/stop.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/display/progress.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"

typedef struct listing {
    pgm__cli *cli;
    pgm__fleet_opening opening;
    pgm_run *run; /* that was opened */
    pgm__retry_failed retry;
    pgm__progress progress;
    const pgm_result **results;
    const pgm_target_details **targets;
    pgm__fleet_report report;
    int caught; /* a signal; 0 = none */
} listing;

/* ---- opening ---- */

/* Said as a run would say it. */
static pgm_status check_retry(const listing *l, pgm_error *err) {
    pgm__strbuf lines = {0};
    pgm_status status = pgm__retry_failed_check(&l->retry, l->run, &lines, err);
    if (status == PGM_OK && !l->cli->settings.quiet) {
        (void)pgm__console_tell(l->cli, &lines);
    }
    pgm__strbuf_fini(&lines);
    return status;
}

static pgm_status open_run(listing *l, pgm_error *err) {
    const pgm__settings *settings = &l->cli->settings;
    const char *missing = pgm__fleet_missing(settings);
    if (missing != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing);
    }
    pgm_status status = pgm__retry_failed_open(&l->retry, settings->retry_failed,
                                               PGM_COMMAND_TARGETS, true, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm_options options;
    pgm__settings_options(settings, &options);
    options.command = PGM_COMMAND_TARGETS;
    options.observer = pgm__watch_event;
    options.observer_data = &l->progress;
    pgm__retry_failed_fill(&l->retry, &options);
    status = pgm__fleet_open(&l->opening, l->cli, &options, &l->progress, err);
    l->run = l->opening.run;
    return status == PGM_OK ? check_retry(l, err) : status;
}

/* Before anything is connected: what is found there does not change who the targets are. */
static pgm_status save(const listing *l, pgm_error *err) {
    pgm__strbuf lines = {0};
    pgm_status status = pgm__save_targets(l->cli, l->run, &lines, err);
    if (status == PGM_OK && !l->cli->settings.quiet) {
        (void)pgm__console_tell(l->cli, &lines);
    }
    pgm__strbuf_fini(&lines);
    return status;
}

static pgm__exit open_fleet(listing *l) {
    static const pgm_summary run = {.command = PGM_COMMAND_TARGETS};
    pgm_error err = {0};
    pgm_status status = pgm__output_check_reports(l->cli, PGM__REPORT_FLEET, &err);
    if (status == PGM_OK) {
        status = pgm__retry_failed_keeps(&l->cli->settings, &err);
    }
    bool reports = status == PGM_OK;
    if (status == PGM_OK) {
        status = pgm__save_targets_check(l->cli, &err);
    }
    if (status == PGM_OK) {
        status = open_run(l, &err);
    }
    if (status == PGM_OK) {
        status = save(l, &err);
    }
    if (status == PGM_OK) {
        return PGM__EXIT_OK;
    }
    return pgm__fleet_exit(&l->opening, pgm__refuse(l->cli, &run, reports, &err));
}

static bool collect(listing *l) {
    size_t count = pgm_run_target_count(l->run);
    l->results = pgm__calloc(count, sizeof *l->results);
    l->targets = pgm__calloc(count, sizeof *l->targets);
    if (l->results == NULL || l->targets == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        l->results[i] = pgm_run_result(l->run, i);
        l->targets[i] = pgm_run_target_details(l->run, i);
    }
    l->report = (pgm__fleet_report){
        .run = {.summary = pgm_run_summary(l->run), .results = l->results, .result_count = count},
        .fleet = pgm_run_fleet(l->run),
        .targets = l->targets,
        .pinged = l->cli->settings.ping,
        .planned = l->cli->settings.plan,
        .pauses = l->cli->settings.pause && !l->cli->settings.yes_to_waves,
        .wave_delay = l->cli->settings.wave_delay,
        .check = l->cli->settings.check,
    };
    return true;
}

/* ---- looking ---- */

/* A target that is not reached is a result. False: the look as a whole came to nothing. */
static bool ping(listing *l) {
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

/* ---- telling ---- */

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const listing *l = data;
    const pgm__report_style style = {
        .colour = pgm__console_wants_colour(l->cli, l->cli->out_tty),
        .verbose = l->cli->settings.verbose,
        .quiet = l->cli->settings.quiet,
        .width = l->cli->columns,
    };
    const pgm__report_style whole = {0};
    return form->fleet(out, &l->report, filed ? &whole : &style, err);
}

/* A flaw ends every run of this fleet before it begins, which is worse news than a server that may
 * be back in a minute. */
static pgm__exit exit_of(const listing *l) {
    if (l->caught != 0) {
        return pgm__exit_of_signal(l->caught);
    }
    if (l->report.fleet->flaw_count > 0) {
        return PGM__EXIT_USAGE;
    }
    for (size_t i = 0; i < l->report.run.result_count && l->report.pinged; i++) {
        if (pgm_result_verdict(l->report.run.summary, l->results[i]) != PGM_VERDICT_WELL) {
            return PGM__EXIT_FAILED;
        }
    }
    return PGM__EXIT_OK;
}

static pgm__exit show(listing *l) {
    bool complete = !l->cli->settings.ping || ping(l);
    if (!collect(l)) {
        pgm__console_complain(l->cli, pgm_status_text(PGM_ENOMEM));
        return PGM__EXIT_FAILED;
    }
    complete = pgm__output_all(l->cli, render, l) && complete;
    pgm__exit code = exit_of(l);
    return code == PGM__EXIT_OK && !complete ? PGM__EXIT_FAILED : code;
}

pgm__exit pgm__cmd_targets(pgm__cli *cli, const pgm__cli_command *command) {
    listing l = {.cli = cli, .progress = {.command = command->name, .looks = true}};
    pgm__exit code = open_fleet(&l);
    if (code == PGM__EXIT_OK) {
        code = show(&l);
    }
    pgm__progress_fini(&l.progress);
    cli->lingers = l.run != NULL && pgm_run_lingers(l.run);
    pgm_run_free(l.run);
    pgm__free((void *)l.results);
    pgm__free((void *)l.targets);
    pgm__retry_failed_fini(&l.retry);
    return code;
}
