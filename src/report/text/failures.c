/* Why targets failed: one block for each cause, and the first target's words in it. */
#include "report/text/failures.h"

#include <string.h>

#include "report/cause.h"
#include "report/outcome.h"
#include "report/page/excerpt.h"

/* Somebody who reads a plan is told of so many kinds in full; all of them have a line above. */
enum { LABEL = 10, INDENT = 4, BRIEF_KINDS = 3 };

static void label(const pgm__page *page, const char *name) {
    pgm__paint_spaces(page->out, INDENT);
    pgm__strbuf_addf(page->out, "%-*s", LABEL, name);
}

/* A long error, or one of several lines, goes on under its first word. */
static void field(const pgm__page *page, const char *name, const char *text) {
    if (text != NULL && *text != '\0') {
        label(page, name);
        pgm__page_paragraphs(page, text, INDENT + LABEL);
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* As compilers print it, which editors and terminals know how to open. */
static void place(const pgm__page *page, const pgm_failure *failure) {
    label(page, "file");
    pgm__paint_line(page->out, failure->file);
    if (failure->line > 0) {
        pgm__strbuf_addf(page->out, ":%u", failure->line);
    }
    if (failure->column > 0) {
        pgm__strbuf_addf(page->out, ":%u", failure->column);
    }
    pgm__strbuf_addc(page->out, '\n');
    if (failure->excerpt != NULL) {
        pgm__excerpt_add(page->out, failure->excerpt, failure->caret, INDENT + LABEL, page->width);
    }
}

static void place_and_message(const pgm__page *page, const pgm_failure *failure) {
    if (failure->file == NULL) {
        field(page, "migration", failure->version);
    } else {
        place(page, failure);
    }
    field(page, "phase", failure->phase);
    field(page, "sqlstate", failure->sqlstate);
    field(page, "error", failure->message);
    field(page, "detail", failure->detail);
    field(page, "hint", failure->hint);
    field(page, "context", failure->context);
}

/* ---- of a large fleet ---- */

/* "23505: could not create unique index", and of an error of several lines the first one. */
static void short_error(const pgm__page *page, const pgm_failure *failure) {
    const char *message = failure->message == NULL ? "" : failure->message;
    size_t len = strcspn(message, "\n");
    pgm__strbuf text = {0};
    if (failure->sqlstate[0] != '\0') {
        pgm__strbuf_addf(&text, "%s: ", failure->sqlstate);
    }
    pgm__strbuf_add(&text, message, len);
    pgm__strbuf_adds(&text, message[len] == '\0' ? "" : " …");
    const char *line = pgm__strbuf_text(&text);
    page->out->failed = page->out->failed || line == NULL;
    field(page, "error", line);
    pgm__strbuf_fini(&text);
}

/* Where many causes have to stand on a screen: all that leads to the mistake, and no line for what
 * another one says as well. */
static void in_short(const pgm__page *page, const pgm_failure *failure) {
    bool within = failure->excerpt != NULL; /* the place says what the context would */
    if (failure->file == NULL) {
        field(page, "migration", failure->version);
    } else {
        place(page, failure);
    }
    short_error(page, failure);
    field(page, "detail", failure->detail);
    field(page, "hint", failure->hint);
    field(page, "context", within ? NULL : failure->context);
}

/* ---- causes ---- */

/* "✗ 3 targets failed: a, b, c"; one that failed where no file is at fault says in which phase. */
static pgm_status title(const pgm__page *page, const pgm__group *group, bool folds) {
    const pgm_result *first = page->report->results[group->members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(page->report->summary, first));
    const char *phase = first->failure == NULL ? NULL : first->failure->phase;
    bool says_phase = folds && phase != NULL && strcmp(phase, "migrate") != 0;
    pgm__page_mark(page, look.mark, look.colour);
    if (group->count == 1) {
        pgm__paint_line(page->out, first->name);
    } else {
        pgm__paint_count(page->out, group->count, "target");
    }
    pgm__strbuf_addf(page->out, " %s", look.word);
    if (says_phase) {
        pgm__strbuf_addf(page->out, " (%s)", phase);
    }
    pgm_status status = PGM_OK;
    if (group->count > 1) {
        pgm__strbuf_addc(page->out, ':');
        status = pgm__page_name_lines(page, group, INDENT);
    }
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

/* One target is named in full, with its server; of many, their names must do. */
static pgm_status show_cause(const pgm__page *page, const pgm__group *group) {
    const pgm_result *first = page->report->results[group->members[0]];
    bool folds = pgm__report_folds(page->report->result_count, page->style->verbose);
    pgm__page_section(page);
    pgm_status status = title(page, group, folds);
    if (group->count == 1 && !folds) {
        field(page, "server", first->server);
    }
    if (first->failure != NULL && folds) {
        in_short(page, first->failure);
    } else if (first->failure != NULL) {
        place_and_message(page, first->failure);
    }
    return status;
}

pgm_status pgm__section_failures(const pgm__page *page) {
    pgm__groups causes = {0};
    pgm_status status = pgm__causes_find(page->report, &causes);
    size_t shown = status == PGM_OK ? pgm__page_shown(page, &causes) : 0;
    shown = page->brief && shown > BRIEF_KINDS ? BRIEF_KINDS : shown;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        status = show_cause(page, &causes.items[i]);
    }
    if (status == PGM_OK) {
        pgm__page_rest(page, &causes, shown, "kinds of failure", NULL);
    }
    pgm__groups_fini(&causes);
    return status;
}
