/* Open the run, say what will be touched, confirm, execute, report. */
#include "cli/cmd/march.h"

#include "base/error.h"
#include "base/mem.h"
#include "cli/cmd/clean.h"
#include "cli/cmd/fleet.h"
#include "cli/cmd/gate.h"
#include "cli/cmd/refuse.h"
#include "cli/cmd/retry_failed.h"
#include "cli/cmd/stop.h"
#include "cli/display/actions.h"
#include "cli/display/ahead.h"
#include "cli/display/announce.h"
#include "cli/display/confirm.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/display/progress.h"
#include "cli/display/stream.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"
#include "report/rehearsal/words.h"
#include "report/text/text.h"

enum { LEAST_COLUMNS = 40 };

typedef struct march {
    pgm__cli *cli;
    pgm_command command;
    bool looks; /* `plan` */
    pgm__fleet_opening opening;
    pgm_run *run; /* that was opened */
    pgm__cli_gate gate;
    pgm__retry_failed retry;
    pgm__progress progress;
    pgm__stream stream;
    const pgm_result **results;
    pgm_migration_info *migrations;
    pgm__report report;
    bool ended_ahead; /* nothing was done: the report is the survey's */
} march;

/* Does a program read the report? Then what people should know is said beside it. */
static bool is_for_program(const march *m) {
    return !m->cli->settings.form->for_people;
}

/* ---- before ---- */

/* The version that bounds the run. */
static const char *bound_of(const march *m) {
    const pgm__settings *settings = &m->cli->settings;
    if (m->command == PGM_COMMAND_BASELINE || m->command == PGM_COMMAND_SQUASH) {
        return settings->words.items[1];
    }
    if (m->command == PGM_COMMAND_REPAIR && settings->words.count > 1) {
        return settings->words.items[1];
    }
    bool marches = m->command == PGM_COMMAND_UP || m->command == PGM_COMMAND_DOWN ||
                   m->command == PGM_COMMAND_REHEARSE;
    return marches ? settings->to : NULL;
}

/* status never changes anything: --dry-run says nothing new there. */
static bool is_dry(const march *m) {
    return m->command != PGM_COMMAND_STATUS && (m->looks || m->cli->settings.dry_run);
}

/* For people, and for the files that are streams. */
static void on_event(const pgm_event *event, void *data) {
    march *m = data;
    pgm__watch_event(event, &m->progress);
    pgm__stream_event(&m->stream, event);
}

/* Who may still be refused, or asked, is not connected to before. */
static pgm_early early_of(const march *m) {
    bool agreed = m->command == PGM_COMMAND_STATUS || is_dry(m) ||
                  (m->cli->settings.yes && m->command != PGM_COMMAND_REHEARSE);
    return agreed ? PGM_EARLY_ALL : PGM_EARLY_NO_PRODUCTION;
}

/* What --dry-run and the bound mean depends on the command; all else is the same for every run. */
static void fill_options(march *m, pgm_options *options) {
    const pgm__settings *settings = &m->cli->settings;
    pgm__settings_options(settings, options);
    options->command = m->command;
    options->to = bound_of(m);
    options->dry_run = is_dry(m);
    options->drift = settings->drift;
    options->early = early_of(m);
    options->observer = on_event;
    options->observer_data = m;
    pgm__cli_gate_init(&m->gate, m->cli, options);
    pgm__retry_failed_fill(&m->retry, options);
}

/*
 * What cannot be meant, whatever targets and files there are; NULL: nothing of that kind.
 *
 * `down` of several targets looks whether all of them have the same newest migration. A shard
 * cannot look at the others' targets, and each of them would take back what it finds.
 */
static const char *misuse_of(const march *m) {
    const pgm__settings *settings = &m->cli->settings;
    const char *missing = pgm__fleet_missing(settings);
    if (missing != NULL || m->command != PGM_COMMAND_DOWN) {
        return missing;
    }
    if (settings->to != NULL && settings->each) {
        return "--to and --each exclude one another: one goes back to a version, the other takes "
               "one migration off each target";
    }
    if (settings->shard.count > 0 && settings->to == NULL && !settings->each) {
        return "a shard does not know whether the newest migration is the same one in the other "
               "shards: say --to VERSION, or --each for the newest of each target; nothing was "
               "touched";
    }
    return NULL;
}

/* What of the report is taken up, and what has changed since. Said before anything is announced:
 * somebody who sees the targets knows why it is these. */
static pgm_status check_retry(march *m, pgm_error *err) {
    pgm__strbuf lines = {0};
    pgm_status status = pgm__retry_failed_check(&m->retry, m->run, &lines, err);
    if (status == PGM_OK && !m->cli->settings.quiet) {
        (void)pgm__console_tell(m->cli, &lines);
    }
    pgm__strbuf_fini(&lines);
    return status;
}

/* All that can be known to be wrong without a connection, and first what needs no file to be read.
 */
static pgm_status open_run(march *m, pgm_error *err) {
    const char *misuse = misuse_of(m);
    if (misuse != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", misuse);
    }
    pgm_status status = pgm__retry_failed_open(&m->retry, m->cli->settings.retry_failed, m->command,
                                               is_dry(m), err);
    if (status != PGM_OK) {
        return status;
    }
    pgm_options options;
    fill_options(m, &options);
    status = pgm__fleet_open(&m->opening, m->cli, &options, &m->progress, err);
    m->run = m->opening.run;
    return status == PGM_OK ? check_retry(m, err) : status;
}

/* A report that cannot be written is no place to say it in, and nor is the one that is retried. */
static pgm__exit begin(march *m) {
    pgm_error err = {0};
    pgm_status status = pgm__output_check_reports(m->cli, PGM__REPORT_RUN, &err);
    if (status == PGM_OK) {
        status = pgm__retry_failed_keeps(&m->cli->settings, &err);
    }
    bool reports = status == PGM_OK;
    if (status == PGM_OK) {
        status = open_run(m, &err);
    }
    if (status == PGM_OK) {
        return PGM__EXIT_OK;
    }
    const pgm_summary run = {.command = m->command, .dry_run = is_dry(m)};
    return pgm__fleet_exit(&m->opening, pgm__refuse(m->cli, &run, reports, &err));
}

/* Once it is opened, after the survey and after the run: results of the one do not outlive the
 * next. */
static pgm_status collect(march *m, pgm_error *err) {
    size_t targets = pgm_run_target_count(m->run);
    size_t migrations = pgm_run_migration_count(m->run);
    pgm__free((void *)m->results);
    pgm__free(m->migrations);
    m->results = pgm__calloc(targets, sizeof *m->results);
    m->migrations = pgm__calloc(migrations, sizeof *m->migrations);
    if (m->results == NULL || m->migrations == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < targets; i++) {
        m->results[i] = pgm_run_result(m->run, i);
    }
    for (size_t i = 0; i < migrations; i++) {
        m->migrations[i] = pgm_run_migration(m->run, i);
    }
    m->report = (pgm__report){.summary = pgm_run_summary(m->run),
                              .results = m->results,
                              .result_count = targets,
                              .migrations = m->migrations,
                              .migration_count = migrations};
    return PGM_OK;
}

/* In fewer columns nothing can be laid out any more: the lines may as well be broken by the
 * terminal. */
static size_t width_of(size_t columns) {
    return columns != 0 && columns < LEAST_COLUMNS ? LEAST_COLUMNS : columns;
}

static bool were_warnings_shown(const march *m) {
    return !m->ended_ahead && pgm__progress_shows_warnings(&m->progress);
}

/* Of what is said on standard error. */
static pgm__report_style chat_style(const march *m) {
    const pgm__cli *cli = m->cli;
    return (pgm__report_style){.colour = m->progress.colour,
                               .verbose = cli->settings.verbose,
                               .quiet = cli->settings.quiet,
                               .warnings_shown = were_warnings_shown(m),
                               .width = width_of(cli->err_columns)};
}

/* Of the report. A warning that stands above it in the same log need not be said again; wherever
 * else it goes, it is read by itself. */
static pgm__report_style style_of(const march *m) {
    const pgm__cli *cli = m->cli;
    return (pgm__report_style){.colour = pgm__console_wants_colour(cli, cli->out_tty),
                               .verbose = cli->settings.verbose,
                               .quiet = cli->settings.quiet,
                               .pending_only = m->command == PGM_COMMAND_STATUS &&
                                               cli->settings.pending,
                               .warnings_shown = cli->together && were_warnings_shown(m),
                               .width = width_of(cli->columns)};
}

/* In which order they go is of interest where there is one, and is then said in a few lines; of a
 * plan it is a part. */
static void add_rollout(const march *m, pgm__strbuf *text) {
    pgm__report_style style = chat_style(m);
    pgm_error err = {0};
    size_t before = text->len;
    if (pgm__report_rollout(text, &m->report, &style, &err) != PGM_OK) {
        pgm__console_complain(m->cli, err.msg);
    }
    pgm__strbuf_adds(text, text->len > before ? "\n" : "");
}

/* status touches nothing, and shows its targets itself; where there are none, that was said. */
static void announce(const march *m) {
    bool tells = m->command != PGM_COMMAND_STATUS && !pgm__retry_failed_is_empty(&m->retry);
    if (!m->cli->settings.quiet && tells) {
        pgm__strbuf text = {0};
        pgm__announce(&text, m->cli, m->run, m->command, &m->progress);
        if (!is_dry(m)) {
            add_rollout(m, &text);
        }
        (void)pgm__console_tell(m->cli, &text);
        pgm__strbuf_fini(&text);
    }
}

/* ---- after ---- */

static void print_warnings(const march *m) {
    pgm__report_style style = chat_style(m);
    pgm__strbuf text = {0};
    pgm_error err = {0};
    if (pgm__report_warnings(&text, &m->report, &style, &err) != PGM_OK) {
        pgm__console_complain(m->cli, err.msg);
    } else {
        (void)pgm__console_tell(m->cli, &text);
    }
    pgm__strbuf_fini(&text);
}

/* An empty line parts what was said while it ran from what is said of it: beside the report, whose
 * first line is its own. */
static void part_from_progress(const march *m) {
    if (m->command != PGM_COMMAND_STATUS && m->progress.line.capacity > 0) {
        (void)fputc('\n', m->cli->err);
        (void)fflush(m->cli->err);
    }
}

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const march *m = data;
    const pgm__report_style whole = {0};
    pgm__report_style style = filed ? whole : style_of(m);
    return form->run(out, &m->report, &style, err);
}

/* The report is written whatever happened to the run: it says what is known. */
static bool print_reports(march *m) {
    pgm_error err = {0};
    if (collect(m, &err) != PGM_OK) {
        pgm__console_complain(m->cli, err.msg);
        return false;
    }
    if (is_for_program(m)) {
        print_warnings(m);
    } else {
        part_from_progress(m);
    }
    bool printed = true;
    bool complete = pgm__output_report(m->cli, render, m, &printed);
    pgm__actions_report(m->cli, &m->report);
    if (!printed) {
        pgm__console_complain(m->cli, "cannot write to standard output: the report there is not "
                                      "complete, the run went on to its end");
    }
    return complete && printed;
}

/* Is there something to do: pending, half done, or a row of a ledger that no file explains? */
static bool is_behind(const march *m) {
    for (size_t i = 0; i < m->report.result_count; i++) {
        const pgm_result *result = m->results[i];
        bool behind = result->pending_count > 0 || result->half_done_count > 0 ||
                      result->finding_count > 0;
        for (size_t j = 0; j < result->ledger_count && !behind; j++) {
            behind = !result->ledger[j].known;
        }
        if (behind) {
            return true;
        }
    }
    return false;
}

/* A signal decides before the outcomes: a script must be able to tell that somebody stopped it. */
static pgm__exit exit_of(const march *m, int caught, bool complete) {
    if (caught != 0) {
        return pgm__exit_of_signal(caught);
    }
    for (size_t i = 0; i < m->report.result_count; i++) {
        if (pgm_result_verdict(m->report.summary, m->results[i]) != PGM_VERDICT_WELL) {
            return PGM__EXIT_FAILED;
        }
    }
    if (!complete) {
        return PGM__EXIT_FAILED;
    }
    bool asked = m->command == PGM_COMMAND_STATUS && m->cli->settings.exit_code;
    bool passed = pgm__rehearsal_passed(&m->report) > 0;
    return passed || (asked && is_behind(m)) ? PGM__EXIT_BEHIND : PGM__EXIT_OK;
}

/* ---- the whole ---- */

/* Whoever wants to hear only what failed hears of no warnings; but what a rehearsal has left costs
 * money until somebody removes it. */
static void tell_left(const march *m) {
    for (size_t i = 0; i < pgm_run_branch_count(m->run) && m->cli->settings.quiet; i++) {
        const pgm_branch branch = pgm_run_branch(m->run, i);
        pgm__strbuf text = {0};
        pgm__strbuf_addf(&text,
                         "branch %s (%s) of project %s was not deleted: %s; `pgmarch rehearse "
                         "--neon --clean` removes it",
                         branch.name, branch.id == NULL ? "it may not be there" : branch.id,
                         branch.project, branch.why == NULL ? "out of memory" : branch.why);
        pgm__console_complain(m->cli, text.failed ? "a branch was not deleted" : text.text);
        pgm__strbuf_fini(&text);
    }
}

/* Signals are listened to until the report is out, and what comes meanwhile is dropped. */
static pgm__exit execute(march *m) {
    pgm__stop stop;
    pgm_error err = {0};
    bool looks = is_dry(m) || m->command == PGM_COMMAND_STATUS;
    pgm__watch_begin(m->cli, &m->progress, looks ? PGM__STAGE_LOOK : PGM__STAGE_RUN);
    if (pgm__stop_start(&stop, m->cli, m->run, PGM__STOP_MARCHING, &err) != PGM_OK) {
        pgm__watch_end(m->cli);
        pgm__console_complain(m->cli, err.msg);
        return PGM__EXIT_FAILED;
    }
    pgm__cli_gate_run(&m->gate, m->run, &m->report);
    pgm__stream_open(&m->stream, m->cli, pgm_run_summary(m->run));
    bool complete = pgm_run_execute(m->run, &err) == PGM_OK;
    pgm__cli_gate_fini(&m->gate);
    int caught = pgm__stop_end(&stop);
    pgm__watch_end(m->cli);
    if (!complete) {
        pgm__console_complain(m->cli, err.msg);
    }
    complete = pgm__stream_close(&m->stream) && complete;
    complete = print_reports(m) && complete;
    tell_left(m);
    pgm__exit code = exit_of(m, caught, complete);
    pgm__stop_fini(&stop);
    /* A dry run says what the run would say. */
    bool refused = code == PGM__EXIT_OK && is_dry(m) &&
                   pgm__ahead_refuses_uneven(m->cli, &m->report);
    return refused ? PGM__EXIT_USAGE : code;
}

/* Nothing is done: what the survey found is the report. */
static bool end_ahead(march *m, int caught, pgm__exit *code) {
    m->ended_ahead = true;
    bool complete = print_reports(m);
    *code = exit_of(m, caught, complete);
    return false;
}

/* Looks at the fleet. False: the command ends with `*code`. */
static bool survey(march *m, pgm__exit *code) {
    pgm__stop stop;
    pgm_error err = {0};
    *code = PGM__EXIT_FAILED;
    pgm__watch_begin(m->cli, &m->progress, PGM__STAGE_LOOK);
    bool started = pgm__stop_start(&stop, m->cli, m->run, PGM__STOP_MARCHING, &err) == PGM_OK;
    bool complete = started && pgm_run_survey(m->run, &err) == PGM_OK && collect(m, &err) == PGM_OK;
    int caught = started ? pgm__stop_end(&stop) : 0;
    pgm__watch_end(m->cli);
    if (started) {
        pgm__stop_fini(&stop);
    }
    if (!complete) {
        pgm__console_complain(m->cli, err.msg);
        return false;
    }
    if (caught != 0) {
        pgm__console_complain(m->cli, "stopped while looking; nothing was touched");
        return end_ahead(m, caught, code);
    }
    pgm__ahead ahead = pgm__ahead_judge(&m->report);
    if (ahead == PGM__AHEAD_HALF_KNOWN) {
        (void)end_ahead(m, 0, code);
        pgm__ahead_complain(m->cli, &m->report);
        return false;
    }
    if (pgm__ahead_refuses_uneven(m->cli, &m->report)) {
        *code = PGM__EXIT_USAGE;
        return false;
    }
    if (ahead == PGM__AHEAD_NOTHING) {
        return end_ahead(m, 0, code);
    }
    return true;
}

/* Nobody is asked: who rehearses on production has said so, and sees the plan and what it holds. */
static bool may_rehearse(march *m, pgm__exit *code) {
    *code = PGM__EXIT_USAGE;
    size_t production = pgm__confirm_rehearsal(m->cli, m->run);
    if (production == SIZE_MAX) {
        return false;
    }
    if (production > 0 && !survey(m, code)) {
        return false;
    }
    if (production > 0) {
        pgm__confirm_show_rehearsal(m->cli, &m->report, production);
    }
    return true;
}

/* Everything that may keep the command from being carried out. False: it ends with `*code`. */
static bool may_begin(march *m, pgm__exit *code) {
    if (m->command == PGM_COMMAND_REHEARSE) {
        return may_rehearse(m, code);
    }
    bool asks = pgm__confirm_asks(m->cli, m->run);
    bool refuses = pgm__confirm_refuses(m->cli, m->run);
    if (!pgm__cli_gate_possible(m->cli)) {
        *code = PGM__EXIT_USAGE;
        return false;
    }
    bool looks = !refuses && pgm__ahead_wanted(m->cli, m->run, m->command, asks);
    if (looks && !survey(m, code)) {
        return false;
    }
    *code = PGM__EXIT_USAGE;
    return pgm__confirm_production(m->cli, m->run, looks ? &m->report : NULL);
}

pgm__exit pgm__cmd_march(pgm__cli *cli, const pgm__cli_command *command) {
    if (command->command == PGM_COMMAND_REHEARSE && cli->settings.clean) {
        return pgm__cmd_clean(cli, command->name);
    }
    march m = {.cli = cli,
               .command = command->command,
               .looks = command->looks,
               .progress = {.command = command->name}};
    pgm__exit code = begin(&m);
    pgm_error err = {0};
    if (code == PGM__EXIT_OK && collect(&m, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        code = PGM__EXIT_FAILED;
    }
    if (code == PGM__EXIT_OK) {
        pgm__watch_prepare(&m.progress, cli, m.run);
        announce(&m);
        bool touches = m.command != PGM_COMMAND_STATUS && !is_dry(&m);
        if (!touches || may_begin(&m, &code)) {
            code = execute(&m);
        }
    }
    pgm__progress_fini(&m.progress);
    cli->lingers = pgm_run_lingers(m.run);
    pgm_run_free(m.run);
    pgm__free((void *)m.results);
    pgm__free(m.migrations);
    pgm__retry_failed_fini(&m.retry);
    return code;
}
