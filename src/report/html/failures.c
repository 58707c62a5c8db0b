/* Why targets did not end well: a cause each, with the line of SQL that is meant. */
#include "report/html/failures.h"

#include "report/cause.h"
#include "report/forms/told.h"
#include "report/html/mark.h"
#include "report/html/timeline.h"
#include "report/outcome.h"
#include "report/page/excerpt.h"
#include "report/page/paint.h"
#include "report/text/not_run.h"

/* What is beyond is counted: nobody reads a thousand causes. Bytes; columns. */
enum { CAUSES_MOST = 400 * 1024, NAMES_ROOM = 70, EXCERPT_WIDTH = 100 };

static void field(pgm__strbuf *out, const char *name, const char *text) {
    if (text != NULL && text[0] != '\0') {
        pgm__strbuf_addf(out, "<div><dt>%s</dt><dd>", name);
        pgm__html_text(out, text);
        pgm__strbuf_adds(out, "</dd></div>\n");
    }
}

static void place(pgm__strbuf *out, const pgm_failure *failure) {
    if (failure->file == NULL) {
        return;
    }
    pgm__strbuf_adds(out, "<p class=\"place\"><code>");
    pgm__html_text(out, failure->file);
    if (failure->line > 0) {
        pgm__strbuf_addf(out, ":%u", failure->line);
    }
    if (failure->line > 0 && failure->column > 0) {
        pgm__strbuf_addf(out, ":%u", failure->column);
    }
    pgm__strbuf_adds(out, "</code></p>\n");
}

static void excerpt(pgm__strbuf *out, const pgm_failure *failure) {
    if (failure->excerpt == NULL) {
        return;
    }
    pgm__strbuf text = {0};
    pgm__excerpt_add(&text, failure->excerpt, failure->caret, 0, EXCERPT_WIDTH);
    pgm__strbuf_adds(out, "<pre tabindex=\"0\" class=\"sql\">");
    pgm__html_take(out, &text);
    pgm__strbuf_adds(out, "</pre>\n");
}

static void add_failure(pgm__strbuf *out, const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    pgm__strbuf_adds(out, "<p class=\"message\">");
    pgm__html_text(out, pgm__told_message(result));
    pgm__strbuf_adds(out, "</p>\n");
    if (failure == NULL) {
        return;
    }
    place(out, failure);
    excerpt(out, failure);
    pgm__strbuf_adds(out, "<dl class=\"fields\">\n");
    field(out, "phase", failure->phase);
    field(out, "migration", failure->version);
    field(out, "SQLSTATE", failure->sqlstate);
    field(out, "detail", failure->detail);
    field(out, "hint", failure->hint);
    field(out, "context", failure->context);
    field(out, "server", result->server);
    pgm__strbuf_adds(out, "</dl>\n");
}

/* Where the first of them failed, so that a script can show it in the timeline. */
static void add_where(const pgm__html_sheet *sheet, const pgm__group *group) {
    int64_t began = pgm__html_began(sheet, group->members[0]);
    if (began >= 0 && pgm__html_timeline_tells(sheet)) {
        pgm__strbuf_adds(sheet->out, " data-at=\"");
        pgm__html_share(sheet->out, began + sheet->report->results[group->members[0]]->duration_ms,
                        sheet->span_ms);
        pgm__strbuf_addf(sheet->out, "\" data-target=\"%zu\"", group->members[0]);
    }
}

static void add_cause(const pgm__html_sheet *sheet, const pgm__group *group) {
    pgm__strbuf *out = sheet->out;
    const pgm_result *first = sheet->report->results[group->members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(sheet->report->summary, first));
    pgm__strbuf_adds(out, "<article class=\"cause\"");
    add_where(sheet, group);
    pgm__strbuf_addf(out, ">\n<h3><span class=\"t%d\">%s</span> ", (int)look.colour, look.mark);
    pgm__paint_count(out, group->count, "target");
    pgm__strbuf_addf(out, " %s", look.word);
    if (first->failure != NULL && first->failure->version != NULL) {
        pgm__strbuf_adds(out, " at ");
        pgm__html_text(out, first->failure->version);
    }
    pgm__strbuf_adds(out, "</h3>\n");
    add_failure(out, first);
    if (group->count == 1) {
        pgm__strbuf_adds(out, "<p>");
        pgm__html_text(out, first->name);
        pgm__strbuf_adds(out, "</p>\n");
    } else {
        pgm__strbuf_adds(out, "<details><summary>");
        pgm__html_names(out, sheet->report, group, NAMES_ROOM);
        pgm__strbuf_adds(out, "</summary><p>");
        pgm__html_names(out, sheet->report, group, 0);
        pgm__strbuf_adds(out, "</p></details>\n");
    }
    pgm__strbuf_adds(out, "</article>\n");
}

static void add_causes(const pgm__html_sheet *sheet, const pgm__groups *causes) {
    size_t start = sheet->out->len;
    for (size_t i = 0; i < causes->count; i++) {
        if (sheet->out->len - start > CAUSES_MOST) {
            pgm__strbuf_addf(
                sheet->out, "<p>… and %zu more causes on %zu targets: the JSON form has them</p>\n",
                causes->count - i, pgm__groups_targets(causes, i));
            return;
        }
        add_cause(sheet, &causes->items[i]);
    }
}

static pgm_status add_not_run(const pgm__html_sheet *sheet) {
    const pgm__report_style style = {0};
    pgm__strbuf text = {0};
    const pgm__page page = pgm__page_of(&text, sheet->report, &style);
    pgm_status status = pgm__section_not_run(&page);
    bool some = text.len > 0;
    pgm__strbuf_adds(sheet->out, some ? "<pre class=\"said\">" : "");
    pgm__html_take(sheet->out, &text);
    pgm__strbuf_adds(sheet->out, some ? "</pre>\n" : "");
    return status;
}

bool pgm__html_failures_tell(const pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    for (size_t i = 0; i < report->result_count; i++) {
        if (pgm__cause_is_told(report->summary, report->results[i]) ||
            pgm__outcome_ending(report->summary, report->results[i]) == PGM__ENDING_NOT_RUN) {
            return true;
        }
    }
    return false;
}

pgm_status pgm__html_failures(const pgm__html_sheet *sheet) {
    pgm__groups causes = {0};
    pgm_status status = pgm__causes_find(sheet->report, &causes);
    if (status == PGM_OK) {
        add_causes(sheet, &causes);
        status = add_not_run(sheet);
    }
    pgm__groups_fini(&causes);
    return status;
}
