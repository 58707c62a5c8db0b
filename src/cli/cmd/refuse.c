#include "cli/cmd/refuse.h"

#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "cli/display/console.h"
#include "cli/display/output.h"
#include "cli/options/run_options.h"
#include "report/form.h"

static bool goes_down(const pgm_summary *run) {
    return run != NULL && run->command == PGM_COMMAND_DOWN;
}

/* Is it why no run would begin? An error in what a file does is none, and a way down that cannot be
 * run stands in the way of `down` alone. */
static bool is_refusal(const pgm_finding *finding, const pgm_summary *run) {
    static const char *const codes[] = {"file-refused", "folder-refused", "file-unreadable"};
    if (goes_down(run) && strcmp(finding->code, "down-refused") == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(finding->code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* One message has room for a few names: the folder is gone through once more. NULL where that was
 * not what is wrong, or cannot be told. */
static pgm_validation *look_again(const pgm__cli *cli, const pgm_summary *run,
                                  const pgm_error *why) {
    pgm_options options;
    pgm__settings_options(&cli->settings, &options);
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.no_warnings = !goes_down(run);
    pgm_validation *validation = NULL;
    bool reads_folder = run == NULL || run->command != PGM_COMMAND_TARGETS;
    bool possible = reads_folder && (why->status == PGM_EPARSE || why->status == PGM_EIO);
    if (!possible || pgm_validate(&validation, &options, &validate, NULL) != PGM_OK) {
        return NULL;
    }
    return validation;
}

/* The refusals of it, where there is memory for them. */
static void fill_findings(pgm__refusal *refusal, const pgm_validation *validation,
                          const pgm_finding **findings) {
    refusal->findings = findings;
    size_t count = validation == NULL || findings == NULL ? 0 : pgm_validation_count(validation);
    for (size_t i = 0; i < count; i++) {
        const pgm_finding *finding = pgm_validation_finding(validation, i);
        if (is_refusal(finding, refusal->run)) {
            findings[refusal->finding_count++] = finding;
        }
    }
}

/* Who asks for more gets a line for each. */
static void complain_of_all(const pgm__cli *cli, const pgm__refusal *refusal) {
    for (size_t i = 0; i < refusal->finding_count; i++) {
        const pgm_finding *finding = refusal->findings[i];
        pgm__strbuf line = {0};
        if (finding->file != NULL) {
            pgm__strbuf_adds(&line, finding->file);
        }
        if (finding->file != NULL && finding->line > 0) {
            pgm__strbuf_addf(&line, ":%u", finding->line);
        }
        pgm__strbuf_addf(&line, "%s%s", finding->file == NULL ? "" : ": ", finding->message);
        const char *text = pgm__strbuf_text(&line);
        pgm__console_complain(cli, text == NULL ? finding->message : text);
        pgm__strbuf_fini(&line);
    }
}

static pgm_status render(const pgm__form *form, bool filed, pgm__strbuf *out, const void *data,
                         pgm_error *err) {
    bool told = form->for_people && !filed; /* on standard error */
    return told || form->refusal == NULL ? PGM_OK : form->refusal(out, data, err);
}

static void write_report(const pgm__cli *cli, const pgm__refusal *refusal, bool reports) {
    pgm__cli where = *cli;
    if (!reports) {
        where.settings.reports = (pgm__report_files){0};
    }
    bool printed = true;
    (void)pgm__output_report(&where, render, refusal, &printed);
    if (!printed) {
        pgm__console_complain(cli, "cannot write to standard output");
    }
}

pgm__exit pgm__refuse(const pgm__cli *cli, const pgm_summary *run, bool reports,
                      const pgm_error *why) {
    pgm_validation *validation = look_again(cli, run, why);
    size_t room = validation == NULL ? 0 : pgm_validation_count(validation);
    const pgm_finding **findings = pgm__calloc(room, sizeof *findings);
    pgm__refusal refusal = {.why = why->msg, .run = run};
    fill_findings(&refusal, validation, findings);
    pgm__console_complain(cli, why->msg);
    if (cli->settings.verbose) {
        complain_of_all(cli, &refusal);
    }
    write_report(cli, &refusal, reports);
    pgm__free((void *)findings);
    pgm_validation_free(validation);
    return pgm__exit_untouched(why->status);
}
