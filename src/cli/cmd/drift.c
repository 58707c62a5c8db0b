#include "cli/cmd/drift.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/cmd/attention.h"
#include "cli/cmd/fleet.h"
#include "cli/cmd/refuse.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"

/* What the command keeps from its beginning to its end. */
typedef struct look {
    pgm__attention attention;
    pgm__report_style style;
    char *against; /* the text of a file; or NULL */
    pgm_drift *drift;
} look;

/* ---- files ---- */

/* A target's name has no slash as a rule, and a file can always be given one. */
static bool is_file(const char *against) {
    size_t len = strlen(against);
    return strchr(against, '/') != NULL || (len > 5 && strcmp(against + len - 5, ".json") == 0);
}

static pgm_status take_against(look *l, pgm_drift_options *options, pgm_error *err) {
    const char *against = l->attention.cli->settings.against;
    size_t len = 0;
    if (against == NULL || !is_file(against)) {
        options->against_target = against;
        return PGM_OK;
    }
    pgm_status status = pgm__file_read(against, &l->against, &len, err);
    options->against_text = l->against;
    options->against_name = against;
    return status;
}

/* How a file begins that was saved here, and may be written again. */
static const char saved_begins[] = "{\n  \"pgmarch_catalog\"";

static bool is_ours(const char *path) {
    char begin[sizeof saved_begins] = "";
    FILE *in = fopen(path, "r");
    size_t len = in == NULL ? 0 : fread(begin, 1, sizeof begin - 1, in);
    if (in != NULL) {
        (void)fclose(in);
    }
    return len == sizeof begin - 1 && strcmp(begin, saved_begins) == 0;
}

static pgm_status check_save(const pgm__cli *cli, pgm_error *err) {
    const char *path = cli->settings.save;
    struct stat file;
    if (path == NULL) {
        return PGM_OK;
    }
    if (strcmp(path, "-") == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--save needs a file: standard output has the report");
    }
    pgm_status status = pgm__output_check(path, "--save", err);
    bool there = status == PGM_OK && stat(path, &file) == 0 && S_ISREG(file.st_mode) &&
                 file.st_size > 0;
    return there && !is_ours(path)
               ? pgm__error_set(err, PGM_EUSAGE,
                                "\"%s\" is there, and was not written by drift --save: it is not "
                                "overwritten. Name another file",
                                path)
               : status;
}

/* ---- looking ---- */

static void take_settings(const pgm__settings *settings, pgm_drift_options *options) {
    options->column_order = settings->strict;
    options->comments = settings->comments;
    options->owners = settings->owners;
    options->privileges = settings->privileges;
    options->ignore_names = settings->ignore_names;
    options->ignore_objects = settings->ignore_objects.items;
    options->ignore_object_count = settings->ignore_objects.count;
    options->keeps_norm = settings->save != NULL;
    options->against_migrations = settings->against_migrations;
}

static pgm_status find(look *l, pgm_error *err) {
    const pgm__settings *settings = &l->attention.cli->settings;
    const char *missing = pgm__fleet_missing(settings);
    pgm_options options;
    pgm_drift_options drift;
    if (missing != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing);
    }
    pgm__settings_options(settings, &options);
    options.observer = pgm__watch_event;
    options.observer_data = &l->attention.progress;
    pgm_drift_options_init(&drift);
    take_settings(settings, &drift);
    drift.watch = pgm__attention_watch;
    drift.watch_data = &l->attention;
    pgm_status status = take_against(l, &drift, err);
    return status == PGM_OK ? pgm_drift_find(&l->drift, &options, &drift, err) : status;
}

/* ---- telling ---- */

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    const look *l = data;
    const pgm__report_style whole = {0};
    return form->drift(out, l->drift, filed ? &whole : &l->style, err);
}

static bool save(const look *l) {
    const pgm__cli *cli = l->attention.cli;
    const char *text = NULL;
    pgm_error err = {0};
    pgm__strbuf file = {0};
    if (cli->settings.save == NULL) {
        return true;
    }
    pgm_status status = pgm_drift_baseline(l->drift, &text, &err);
    if (status == PGM_OK) {
        pgm__strbuf_adds(&file, text);
        status = pgm__output_file(cli->settings.save, &file, &err);
    }
    pgm__strbuf_fini(&file);
    if (status != PGM_OK) {
        pgm__error_context(&err, "nothing was saved");
        pgm__console_complain(cli, err.msg);
    }
    return status == PGM_OK;
}

/* Of a target that was not read, or whose norm could not be made, nobody knows whether it has
 * drifted. */
static pgm__exit exit_of(const look *l, bool complete) {
    const pgm_drift_summary *summary = pgm_drift_summary_of(l->drift);
    bool whole = complete && summary->unread_count == 0 && summary->unmade_count == 0;
    if (!whole) {
        return PGM__EXIT_FAILED;
    }
    return summary->drifted_count > 0 ? PGM__EXIT_BEHIND : PGM__EXIT_OK;
}

static pgm__exit report(look *l) {
    pgm__cli *cli = l->attention.cli;
    l->style = (pgm__report_style){.colour = pgm__console_wants_colour(cli, cli->out_tty),
                                   .verbose = cli->settings.verbose,
                                   .quiet = cli->settings.quiet,
                                   .width = cli->columns};
    cli->lingers = pgm_drift_summary_of(l->drift)->lingers;
    bool complete = pgm__output_all(cli, render, l);
    return exit_of(l, save(l) && complete);
}

/* What is left on a scratch server has to be known all the same. */
static void tell_left(const look *l, pgm_status status, const pgm_error *err) {
    const pgm__cli *cli = l->attention.cli;
    if (status != PGM_OK) {
        if (cli->settings.against_migrations != NULL) {
            pgm__console_complain(cli, err->msg);
        }
        return;
    }
    const pgm_drift_summary *summary = pgm_drift_summary_of(l->drift);
    for (size_t i = 0; i < summary->warning_count; i++) {
        pgm__console_complain(cli, summary->warnings[i]);
    }
}

static pgm__exit look_and_tell(look *l) {
    static const pgm_summary run = {.command = PGM_COMMAND_STATUS};
    pgm__cli *cli = l->attention.cli;
    pgm_error err = {0};
    pgm_status status = pgm__output_check_reports(cli, PGM__REPORT_DRIFT, &err);
    bool reports = status == PGM_OK;
    if (status == PGM_OK) {
        status = check_save(cli, &err);
    }
    if (status == PGM_OK) {
        status = find(l, &err);
    }
    /* Half a look is no report. */
    if (l->attention.caught != 0) {
        tell_left(l, status, &err);
        return pgm__exit_of_signal(l->attention.caught);
    }
    return status == PGM_OK ? report(l) : pgm__refuse(cli, &run, reports, &err);
}

pgm__exit pgm__cmd_drift(pgm__cli *cli, const pgm__cli_command *command) {
    look l = {.attention = {.cli = cli, .progress = {.command = command->name, .looks = true}}};
    pgm__exit code = look_and_tell(&l);
    pgm__progress_fini(&l.attention.progress);
    pgm_drift_free(l.drift);
    pgm__free(l.against);
    return code;
}
