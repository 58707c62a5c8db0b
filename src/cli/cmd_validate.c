/* validate: what can be known before a run. */
#include <string.h>

#include "base/error.h"
#include "cli/output.h"
#include "report/validation.h"

static bool print(const pgm__cli *cli, const pgm__strbuf *text) {
    if (!pgm__cli_write(cli->out, text)) {
        pgm__cli_complain(cli, "cannot write to standard output");
        return false;
    }
    return true;
}

static bool print_text(const pgm__cli *cli, const pgm_validation *validation, pgm_error *err) {
    const pgm__validation_style style = {.colour = pgm__cli_wants_colour(cli, cli->out_tty),
                                         .verbose = cli->settings.verbose,
                                         .quiet = cli->settings.quiet};
    pgm__strbuf text = {0};
    bool made = pgm__validation_text(&text, validation, &style, err) == PGM_OK;
    if (!made) {
        pgm__cli_complain(cli, err->msg);
    }
    bool printed = made && print(cli, &text);
    pgm__strbuf_fini(&text);
    return printed;
}

static bool print_json(const pgm__cli *cli, const pgm_validation *validation, pgm_error *err) {
    pgm__strbuf text = {0};
    bool complete = pgm__validation_json(&text, validation, err) == PGM_OK;
    bool printed = true;
    if (complete && cli->settings.format == PGM__FORMAT_JSON) {
        printed = print(cli, &text);
    }
    if (complete && cli->settings.report != NULL) {
        complete = pgm__output_file(cli->settings.report, &text, err) == PGM_OK;
    }
    if (!complete) {
        pgm__error_context(err, "the report is missing");
        pgm__cli_complain(cli, err->msg);
    }
    pgm__strbuf_fini(&text);
    return complete && printed;
}

static pgm__exit exit_of(const pgm__cli *cli, const pgm_validation *validation) {
    const size_t *counts = pgm_validation_summary_of(validation)->counts;
    bool fails = counts[PGM_SEVERITY_ERROR] > 0 ||
                 (cli->settings.strict && counts[PGM_SEVERITY_WARNING] > 0);
    return fails ? PGM__EXIT_FAILED : PGM__EXIT_OK;
}

static pgm__exit report(const pgm__cli *cli, const pgm_validation *validation) {
    const pgm__settings *settings = &cli->settings;
    pgm_error err = {0};
    bool complete = settings->format == PGM__FORMAT_JSON || print_text(cli, validation, &err);
    if (settings->format == PGM__FORMAT_JSON || settings->report != NULL) {
        complete = print_json(cli, validation, &err) && complete;
    }
    return complete ? exit_of(cli, validation) : PGM__EXIT_FAILED;
}

pgm__exit pgm__cmd_validate(pgm__cli *cli) {
    const pgm__settings *settings = &cli->settings;
    pgm_error err = {0};
    if (settings->online && settings->url == NULL && settings->targets.count == 0) {
        pgm__cli_complain(cli, "--online needs a target: set DATABASE_URL, or give --url or "
                               "--targets");
        return PGM__EXIT_USAGE;
    }
    pgm_options options;
    pgm__settings_options(settings, &options);
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.online = settings->online;
    validate.no_warnings = settings->no_warnings;
    pgm_validation *validation = NULL;
    pgm_status status = settings->report == NULL ? PGM_OK
                                                 : pgm__output_check(settings->report, &err);
    if (status == PGM_OK) {
        status = pgm_validate(&validation, &options, &validate, &err);
    }
    if (status != PGM_OK) {
        pgm__cli_complain(cli, err.msg);
        return status == PGM_ENOMEM || status == PGM_EINTERNAL ? PGM__EXIT_FAILED : PGM__EXIT_USAGE;
    }
    pgm__exit code = report(cli, validation);
    pgm_validation_free(validation);
    return code;
}
