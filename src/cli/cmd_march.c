/* up, down, status, baseline, repair and adopt: open the run, say what will be touched, confirm,
 * execute, report. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cli/confirm.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "report/paint.h"
#include "report/report.h"

enum { LEAST_COLUMNS = 40, NAME_WIDTH = 40 };

typedef struct march {
    pgm__cli *cli;
    pgm_command command;
    pgm_run *run;
    pgm__progress progress;
    const pgm_result **results;
    pgm_migration_info *migrations;
    pgm__report report;
    bool write_failed; /* standard output is gone or full */
} march;

static bool is_json(const march *m) {
    return m->cli->settings.format == PGM__FORMAT_JSON;
}

/* Everything but the report itself: with JSON, standard output is the report's alone. */
static FILE *chat(const march *m) {
    return is_json(m) ? m->cli->err : m->cli->out;
}

static bool wants_colour(const march *m) {
    return pgm__cli_wants_colour(m->cli, is_json(m) ? m->cli->err_tty : m->cli->out_tty);
}

/* ---- before ---- */

static pgm_command command_of(const pgm__settings *settings) {
    static const pgm_command all[] = {
#define XX(name, text) PGM_COMMAND_##name,
        PGM_COMMAND_MAP(XX)
#undef XX
    };
    const char *name = settings->words.items[0];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(name, pgm_command_name(all[i])) == 0) {
            return all[i];
        }
    }
    return PGM_COMMAND_UP;
}

/* The version that bounds the run. */
static const char *bound_of(const march *m) {
    const pgm__settings *settings = &m->cli->settings;
    if (m->command == PGM_COMMAND_BASELINE) {
        return settings->words.items[1];
    }
    bool marches = m->command == PGM_COMMAND_UP || m->command == PGM_COMMAND_DOWN;
    return marches ? settings->to : NULL;
}

static void fill_options(march *m, pgm_options *options) {
    const pgm__settings *settings = &m->cli->settings;
    pgm__settings_options(settings, options);
    options->command = m->command;
    options->to = bound_of(m);
    options->dry_run = m->command != PGM_COMMAND_STATUS && settings->dry_run;
    options->observer = pgm__progress_event;
    options->observer_data = &m->progress;
}

static pgm__exit open_run(march *m) {
    const pgm__settings *settings = &m->cli->settings;
    pgm_error err = {0};
    if (settings->url == NULL && settings->targets.count == 0) {
        pgm__cli_complain(m->cli, "no target: set DATABASE_URL, or give --url or --targets");
        return PGM__EXIT_USAGE;
    }
    pgm_options options;
    fill_options(m, &options);
    pgm_status status = settings->report == NULL ? PGM_OK
                                                 : pgm__output_check(settings->report, &err);
    if (status == PGM_OK) {
        status = pgm_run_open(&m->run, &options, &err);
    }
    if (status == PGM_OK) {
        return PGM__EXIT_OK;
    }
    pgm__cli_complain(m->cli, err.msg);
    return status == PGM_ENOMEM || status == PGM_EINTERNAL ? PGM__EXIT_FAILED : PGM__EXIT_USAGE;
}

static void prepare_progress(march *m) {
    const pgm__settings *settings = &m->cli->settings;
    size_t count = pgm_run_target_count(m->run);
    m->progress =
        (pgm__progress){.out = chat(m),
                        .colour = wants_colour(m),
                        .quiet = settings->quiet,
                        .verbose = settings->verbose,
                        .asked = {.command = m->command,
                                  .dry_run = m->command != PGM_COMMAND_STATUS && settings->dry_run},
                        .target_count = count,
                        .now_ms = pgm__progress_clock,
                        .last_ms = pgm__progress_clock()};
    for (size_t i = 0; i < count; i++) {
        size_t width = pgm__paint_width(pgm_run_target(m->run, i).name);
        if (width > m->progress.name_width && width <= NAME_WIDTH) {
            m->progress.name_width = width;
        }
    }
}

static void announce_target(const march *m, pgm__strbuf *text, size_t index) {
    pgm_target_info target = pgm_run_target(m->run, index);
    pgm__strbuf_adds(text, "  ");
    pgm__paint_padded(text, target.name, m->progress.name_width);
    pgm__strbuf_adds(text, "  ");
    pgm__paint_line(text, target.server);
    if (target.production) {
        pgm__strbuf_adds(text, "  ");
        pgm__paint_coloured(text, m->progress.colour, PGM__COLOUR_YELLOW, "production");
    }
    pgm__strbuf_addc(text, '\n');
}

static void announce(march *m) {
    const pgm__settings *settings = &m->cli->settings;
    if (settings->quiet || m->command == PGM_COMMAND_STATUS) {
        return;
    }
    pgm__strbuf text = {0};
    size_t count = pgm_run_target_count(m->run);
    pgm__strbuf_addf(&text, "%s%s: ", pgm_command_name(m->command),
                     settings->dry_run ? ", dry run" : "");
    pgm__paint_count(&text, count, "target");
    pgm__strbuf_adds(&text, ", ");
    pgm__paint_count(&text, pgm_run_migration_count(m->run), "migration");
    pgm__strbuf_adds(&text, " in \"");
    pgm__paint_line(&text, settings->dir == NULL ? "migrations" : settings->dir);
    pgm__strbuf_adds(&text, "\"\n");
    for (size_t i = 0; i < count; i++) {
        announce_target(m, &text, i);
    }
    pgm__strbuf_addc(&text, '\n');
    m->write_failed = !pgm__cli_write(chat(m), &text);
    pgm__strbuf_fini(&text);
}

/* ---- after ---- */

static pgm_status collect(march *m, pgm_error *err) {
    size_t targets = pgm_run_target_count(m->run);
    size_t migrations = pgm_run_migration_count(m->run);
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

static bool print_text(march *m) {
    const pgm__cli *cli = m->cli;
    pgm__report_style style = {.colour = m->progress.colour,
                               .verbose = cli->settings.verbose,
                               .quiet = cli->settings.quiet,
                               .warnings_shown = pgm__progress_shows_warnings(&m->progress),
                               .width = cli->columns};
    if (style.width != 0 && style.width < LEAST_COLUMNS) {
        style.width = LEAST_COLUMNS;
    }
    pgm__strbuf text = {0};
    pgm_error err = {0};
    bool after_progress = m->command != PGM_COMMAND_STATUS && !cli->settings.quiet &&
                          m->progress.line.capacity > 0;
    pgm__strbuf_adds(&text, after_progress ? "\n" : "");
    pgm_status status = pgm__report_text(&text, &m->report, &style, &err);
    if (status != PGM_OK) {
        pgm__cli_complain(cli, err.msg);
    } else if (!pgm__cli_write(cli->out, &text)) {
        m->write_failed = true;
    }
    pgm__strbuf_fini(&text);
    return status == PGM_OK;
}

static bool print_json(march *m) {
    const pgm__cli *cli = m->cli;
    pgm__strbuf text = {0};
    pgm_error err = {0};
    bool complete = pgm__report_json(&text, &m->report, &err) == PGM_OK;
    if (complete && is_json(m) && !pgm__cli_write(cli->out, &text)) {
        m->write_failed = true;
    }
    if (complete && cli->settings.report != NULL) {
        complete = pgm__output_file(cli->settings.report, &text, &err) == PGM_OK;
    }
    if (!complete) {
        pgm__error_context(&err, "the report is missing");
        pgm__cli_complain(cli, err.msg);
    }
    pgm__strbuf_fini(&text);
    return complete;
}

static bool print_reports(march *m) {
    pgm_error err = {0};
    if (collect(m, &err) != PGM_OK) {
        pgm__cli_complain(m->cli, err.msg);
        return false;
    }
    bool complete = is_json(m) || print_text(m);
    if (is_json(m) || m->cli->settings.report != NULL) {
        complete = print_json(m) && complete;
    }
    if (!is_json(m) && m->progress.write_failed) {
        m->write_failed = true;
    }
    if (m->write_failed) {
        pgm__cli_complain(m->cli, "cannot write to standard output: the output is not complete, "
                                  "the run went on");
    }
    return complete && !m->write_failed;
}

static bool is_well(const march *m, const pgm_result *result) {
    switch (result->outcome) {
    case PGM_OUTCOME_APPLIED:
    case PGM_OUTCOME_UP_TO_DATE:
    case PGM_OUTCOME_SKIPPED:
        return true;
    case PGM_OUTCOME_NOT_RUN:
        return m->command == PGM_COMMAND_STATUS || m->progress.asked.dry_run;
    case PGM_OUTCOME_FAILED:
    case PGM_OUTCOME_UNKNOWN:
    case PGM_OUTCOME_CANCELLED:
    case PGM_OUTCOME_COUNT:
        break;
    }
    return false;
}

static pgm__exit exit_of(const march *m, int caught, bool complete) {
    if (caught != 0) {
        return caught == SIGINT ? PGM__EXIT_INTERRUPTED : PGM__EXIT_TERMINATED;
    }
    for (size_t i = 0; i < m->report.result_count; i++) {
        if (!is_well(m, m->results[i])) {
            return PGM__EXIT_FAILED;
        }
    }
    return complete ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}

/* ---- the whole ---- */

static pgm__exit execute(march *m) {
    pgm__stop stop;
    pgm_error err = {0};
    if (pgm__stop_start(&stop, m->cli, m->run, &err) != PGM_OK) {
        pgm__cli_complain(m->cli, err.msg);
        return PGM__EXIT_FAILED;
    }
    bool complete = pgm_run_execute(m->run, &err) == PGM_OK;
    int caught = pgm__stop_end(&stop);
    if (!complete) {
        pgm__cli_complain(m->cli, err.msg);
    }
    complete = print_reports(m) && complete;
    pgm__exit code = exit_of(m, caught, complete);
    pgm__stop_fini(&stop);
    return code;
}

pgm__exit pgm__cmd_march(pgm__cli *cli) {
    march m = {.cli = cli, .command = command_of(&cli->settings)};
    pgm__exit code = open_run(&m);
    if (code == PGM__EXIT_OK) {
        prepare_progress(&m);
        announce(&m);
        bool touches = m.command != PGM_COMMAND_STATUS && !cli->settings.dry_run;
        code = !touches || pgm__confirm_production(cli, m.run) ? execute(&m) : PGM__EXIT_USAGE;
    }
    pgm__progress_fini(&m.progress);
    pgm_run_free(m.run);
    pgm__free((void *)m.results);
    pgm__free(m.migrations);
    return code;
}
