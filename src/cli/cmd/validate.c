#include "cli/cmd/validate.h"

#include "base/error.h"
#include "cli/cmd/attention.h"
#include "cli/cmd/refuse.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"

/* What the report is made of. */
typedef struct found {
    const pgm_validation *validation;
    pgm__report_style style;
} found;

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const found *f = data;
    const pgm__report_style whole = {0};
    return form->validation(out, f->validation, filed ? &whole : &f->style, err);
}

/* Warnings pass unless --strict: a folder with a history may have many that nobody can mend any
 * more. */
static pgm__exit exit_of(const pgm__cli *cli, const pgm_validation *validation) {
    const size_t *counts = pgm_validation_summary_of(validation)->counts;
    bool fails = counts[PGM_SEVERITY_ERROR] > 0 ||
                 (cli->settings.strict && counts[PGM_SEVERITY_WARNING] > 0);
    return fails ? PGM__EXIT_FAILED : PGM__EXIT_OK;
}

/* A report that nobody could read must not end as if all were well. */
static pgm__exit report(const pgm__cli *cli, const pgm_validation *validation) {
    const found f = {.validation = validation,
                     .style = {.colour = pgm__console_wants_colour(cli, cli->out_tty),
                               .verbose = cli->settings.verbose,
                               .quiet = cli->settings.quiet}};
    return pgm__output_all(cli, render, &f) ? exit_of(cli, validation) : PGM__EXIT_FAILED;
}

/* Said before anything is read: what --pending asks for, no file knows. */
static const char *missing_for(const pgm__settings *settings) {
    if (settings->pending && !settings->online) {
        return "--pending needs --online: what is pending only the targets' ledgers say";
    }
    bool targets = settings->url != NULL || settings->targets.count > 0;
    return settings->online && !targets
               ? "--online needs a target: set DATABASE_URL, or give --url or --targets"
               : NULL;
}

static pgm_status look(pgm__attention *watched, pgm_validation **out, pgm_error *err) {
    const pgm__settings *settings = &watched->cli->settings;
    const char *missing = missing_for(settings);
    if (missing != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing);
    }
    pgm_options options;
    pgm__settings_options(settings, &options);
    options.observer = pgm__watch_event;
    options.observer_data = &watched->progress;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.online = settings->online;
    validate.no_warnings = settings->no_warnings;
    validate.since = settings->since;
    validate.pending = settings->pending;
    validate.watch = pgm__attention_watch;
    validate.watch_data = watched;
    return pgm_validate(out, &options, &validate, err);
}

pgm__exit pgm__cmd_validate(pgm__cli *cli, const pgm__cli_command *command) {
    pgm_error err = {0};
    pgm_validation *validation = NULL;
    pgm__attention watched = {.cli = cli, .progress = {.command = command->name, .looks = true}};
    pgm_status status = pgm__output_check_reports(cli, PGM__REPORT_VALIDATION, &err);
    bool reports = status == PGM_OK;
    if (status == PGM_OK) {
        status = look(&watched, &validation, &err);
    }
    pgm__progress_fini(&watched.progress);
    /* Half a look is no report. */
    if (watched.caught != 0) {
        pgm_validation_free(validation);
        return pgm__exit_of_signal(watched.caught);
    }
    if (status != PGM_OK) {
        return pgm__refuse(cli, NULL, reports, &err);
    }
    pgm__exit code = report(cli, validation);
    pgm_validation_free(validation);
    return code;
}
