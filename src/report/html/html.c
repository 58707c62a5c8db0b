#include "report/html/html.h"

#include "base/error.h"
#include "report/html/failures.h"
#include "report/html/head.h"
#include "report/html/looks.h"
#include "report/html/mark.h"
#include "report/html/matrix.h"
#include "report/html/notes.h"
#include "report/html/rehearsal.h"
#include "report/html/targets.h"
#include "report/html/timeline.h"
#include "report/html/times.h"

/* In this order, behind the head. A new section is a row. */
static const struct {
    const char *id;
    const char *title;
    bool (*tells)(const pgm__html_sheet *sheet); /* is there something to say? */
    pgm_status (*write)(const pgm__html_sheet *sheet);
} sections[] = {
    {"failures", "What went wrong", pgm__html_failures_tell, pgm__html_failures},
    {"rehearsal", "What production would feel", pgm__html_rehearsal_tells, pgm__html_rehearsal},
    {"timeline", "Timeline", pgm__html_timeline_tells, pgm__html_timeline},
    {"times", "How long migrations took", pgm__html_times_tell, pgm__html_times},
    {"matrix", "Targets and migrations", pgm__html_matrix_tells, pgm__html_matrix},
    {"notes", "To be looked at", pgm__html_notes_tell, pgm__html_notes},
    {"targets", "Targets", pgm__html_targets_tell, pgm__html_targets},
};

enum { SECTIONS = sizeof sections / sizeof *sections };

static void begin(pgm__strbuf *out, const char *command) {
    pgm__strbuf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, "
                          "initial-scale=1\">\n");
    /* Nothing is asked for, whatever a text should bring in. */
    pgm__strbuf_adds(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                          "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    pgm__strbuf_addf(out, "<title>pgmarch %s</title>\n<style>\n", command);
    pgm__html_add_style(out);
    pgm__strbuf_adds(out, "</style>\n</head>\n<body>\n<div class=\"page\">\n");
}

static void end(pgm__strbuf *out) {
    pgm__strbuf_adds(out, "</div>\n<script>\n");
    pgm__html_add_script(out);
    pgm__strbuf_adds(out, "</script>\n</body>\n</html>\n");
}

static void add_contents(const pgm__html_sheet *sheet) {
    pgm__strbuf_adds(sheet->out, "<nav aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < SECTIONS; i++) {
        if (sections[i].tells(sheet)) {
            pgm__strbuf_addf(sheet->out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id,
                             sections[i].title);
        }
    }
    pgm__strbuf_adds(sheet->out, "</ul></nav>\n");
}

static pgm_status add_sections(const pgm__html_sheet *sheet) {
    pgm_status status = PGM_OK;
    pgm__strbuf_adds(sheet->out, "<main>\n");
    for (size_t i = 0; i < SECTIONS && status == PGM_OK; i++) {
        if (sections[i].tells(sheet)) {
            pgm__strbuf_addf(sheet->out,
                             "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n",
                             sections[i].id, sections[i].id, sections[i].title);
            status = sections[i].write(sheet);
            pgm__strbuf_adds(sheet->out, "</section>\n");
        }
    }
    pgm__strbuf_adds(sheet->out, "</main>\n");
    return status;
}

pgm_status pgm__html_run(pgm__strbuf *out, const pgm__report *report,
                         const pgm__report_style *style, pgm_error *err) {
    (void)style;
    pgm__html_sheet sheet = {0};
    pgm_status status = pgm__html_sheet_init(&sheet, out, report);
    if (status == PGM_OK) {
        begin(out, pgm_command_name(report->summary->command));
        status = pgm__html_head(&sheet);
    }
    if (status == PGM_OK) {
        add_contents(&sheet);
        status = add_sections(&sheet);
        end(out);
    }
    pgm__html_sheet_fini(&sheet);
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}

pgm_status pgm__html_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    const char *command = refusal->run == NULL ? "validate"
                                               : pgm_command_name(refusal->run->command);
    begin(out, command);
    pgm__strbuf_addf(out,
                     "<main>\n<h1><span class=\"t2\">✗</span> pgmarch %s</h1>\n"
                     "<p class=\"sentence\">nothing was begun</p>\n<pre class=\"said\">",
                     command);
    pgm__html_text(out, refusal->why);
    pgm__strbuf_adds(out, "</pre>\n</main>\n");
    end(out);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
