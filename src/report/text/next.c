/* Written for somebody who reads it at night: nothing that is said here can do harm. */
#include "report/text/next.h"

#include <string.h>

#include "report/cause.h"

enum { INDENT = 4 };

/* As --only takes it, and a shell leaves it: else nobody types it from here. */
static bool is_plain(const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return name[0] != '-' && name[strspn(name, plain)] == '\0';
}

/* One to look at: where it is not known what happened before one that failed. */
static const pgm_result *example(const pgm__report *report) {
    const pgm_result *found = NULL;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        if (!pgm__cause_is_told(report->summary, result) || !is_plain(result->name)) {
            continue;
        }
        if (result->outcome == PGM_OUTCOME_UNKNOWN) {
            return result;
        }
        found = found == NULL ? result : found;
    }
    return found;
}

static bool all_well(const pgm__report *report) {
    for (size_t i = 0; i < report->result_count; i++) {
        if (pgm_result_verdict(report->summary, report->results[i]) != PGM_VERDICT_WELL) {
            return false;
        }
    }
    return true;
}

/* What `up` has done is done; a second `down` may take back one more. */
static void add_way_on(pgm__strbuf *out, pgm_command command) {
    if (command == PGM_COMMAND_UP) {
        pgm__strbuf_adds(out, "; mended, the same command goes on where each stopped "
                              "(--retry-failed REPORT.json: only those)");
    }
}

pgm_status pgm__section_next(const pgm__page *page) {
    const pgm__report *report = page->report;
    pgm_command command = report->summary->command;
    bool looks = report->summary->dry_run || command == PGM_COMMAND_STATUS;
    if (looks || page->style->quiet || all_well(report) ||
        !pgm__report_folds(report->result_count, false)) {
        return PGM_OK;
    }
    const pgm_result *one = example(report);
    pgm__strbuf text = {0};
    bool rehearses = command == PGM_COMMAND_REHEARSE; /* the ledger would say nothing of it */
    pgm__strbuf_adds(&text, rehearses ? "`pgmarch rehearse --verbose" : "`pgmarch status");
    if (one != NULL) {
        pgm__strbuf_addf(&text, " --only %s", one->name);
    }
    pgm__strbuf_adds(&text, one != NULL ? "` shows one" : "` shows them");
    add_way_on(&text, command);
    const char *line = pgm__strbuf_text(&text);
    if (line != NULL) {
        pgm__page_section(page);
        pgm__page_mark(page, "→", PGM__COLOUR_PLAIN);
        pgm__page_paragraphs(page, line, INDENT);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__strbuf_fini(&text);
    return line == NULL ? PGM_ENOMEM : PGM_OK;
}
