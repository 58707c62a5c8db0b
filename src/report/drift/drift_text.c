#include "report/drift/drift_text.h"

#include <string.h>

#include "base/error.h"
#include "report/drift/drift_words.h"
#include "report/page/paint.h"

/* Before "and 7 more", where not all is asked for. */
enum { GROUPS_SHOWN = 8, DIFFERENCES_SHOWN = 12, LINES_SHOWN = 16, MENTIONS_SHOWN = 3 };

enum { INDENT = 4, DEEPER = 8, CHANGE_WIDTH = 11, DEFAULT_WIDTH = 100 };

typedef struct page {
    pgm__strbuf *out;
    const pgm_drift *drift;
    const pgm__report_style *style;
    size_t width;
    size_t begin;
} page;

static void section(const page *p) {
    pgm__strbuf_adds(p->out, p->out->len > p->begin ? "\n" : "");
}

static size_t cap(const page *p, size_t most, size_t count) {
    return p->style->verbose || count <= most + 1 ? count : most;
}

static void mark(const page *p, const char *sign, pgm__colour colour) {
    pgm__paint_coloured(p->out, p->style->colour, colour, sign);
    pgm__strbuf_addc(p->out, ' ');
}

/* As many as have a place on the line that was begun. */
static void names(const page *p, size_t used, const char *const *list, size_t count) {
    size_t room = p->width > used + 20 ? p->width - used : 20;
    pgm__drift_names(p->out, list, count, p->style->verbose ? 0 : room);
}

/* ---- an object ---- */

static void line(const page *p, char sign, const char *text) {
    pgm__strbuf whole = {0};
    pgm__strbuf_addf(&whole, "%c ", sign);
    pgm__paint_line(&whole, text);
    pgm__paint_spaces(p->out, DEEPER);
    pgm__paint_coloured(p->out, p->style->colour && sign != ' ',
                        sign == '-'   ? PGM__COLOUR_RED
                        : sign == '+' ? PGM__COLOUR_GREEN
                                      : PGM__COLOUR_PLAIN,
                        whole.failed ? "" : whole.text);
    p->out->failed = p->out->failed || whole.failed;
    pgm__strbuf_fini(&whole);
    pgm__paint_end_line(p->out);
}

static void left_out(const page *p, size_t count, const char *noun) {
    pgm__paint_spaces(p->out, DEEPER);
    pgm__strbuf_adds(p->out, "… and ");
    pgm__paint_count(p->out, count, noun);
    pgm__strbuf_adds(p->out, " more: see --verbose\n");
}

static void lines(const page *p, const pgm_drift_difference *difference) {
    size_t shown = 0;
    bool gap = false;
    for (size_t i = 0; i < difference->line_count; i++) {
        if (!p->style->verbose && !pgm__drift_line_shows(difference, i)) {
            gap = shown > 0;
            continue;
        }
        if (!p->style->verbose && shown == LINES_SHOWN) {
            left_out(p, difference->line_count - i, "line");
            return;
        }
        if (gap) {
            line(p, ' ', "…");
            gap = false;
        }
        line(p, difference->lines[i].mark, difference->lines[i].text);
        shown++;
    }
}

/* Of what is there on one side only, all lines have that side's mark. */
static void definition(const page *p, const pgm_drift_difference *difference) {
    const char *text = pgm__drift_definition(difference);
    char sign = difference->change == PGM_DRIFT_MISSING ? '-' : '+';
    size_t shown = 0;
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");
        if (!p->style->verbose && shown == LINES_SHOWN) {
            pgm__paint_spaces(p->out, DEEPER);
            pgm__strbuf_adds(p->out, "… see --verbose\n");
            return;
        }
        pgm__strbuf one = {0};
        pgm__strbuf_add(&one, text, len);
        line(p, sign, one.len == 0 ? "" : one.text);
        pgm__strbuf_fini(&one);
        shown++;
        text += text[len] == '\n' ? len + 1 : len;
    }
}

static void mentioned(const page *p, const pgm_drift_difference *difference) {
    size_t count = difference->mentioned_count;
    size_t shown = cap(p, MENTIONS_SHOWN, count);
    pgm__paint_spaces(p->out, DEEPER);
    if (count == 0) {
        pgm__strbuf_adds(p->out, "no migration of the folder names it\n");
        return;
    }
    pgm__strbuf_adds(p->out, "mentioned in ");
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(p->out, i == 0 ? "" : ", ");
        pgm__paint_line(p->out, difference->mentioned[count - shown + i]);
    }
    if (shown < count) {
        pgm__strbuf_addf(p->out, " and %zu earlier", count - shown);
    }
    pgm__strbuf_addc(p->out, '\n');
}

static void difference(const page *p, const pgm_drift_difference *from) {
    pgm__paint_spaces(p->out, INDENT);
    pgm__strbuf_addf(p->out, "%-*s", CHANGE_WIDTH, pgm_drift_change_name(from->change));
    pgm__paint_line(p->out, from->kind);
    pgm__strbuf_addc(p->out, ' ');
    pgm__paint_line(p->out, from->name);
    if (from->parts > 0) {
        pgm__strbuf_adds(p->out, ", with ");
        pgm__paint_count(p->out, from->parts, "part");
    }
    pgm__strbuf_addc(p->out, '\n');
    if (from->change == PGM_DRIFT_DIFFERENT) {
        lines(p, from);
    } else {
        definition(p, from);
    }
    mentioned(p, from);
}

/* ---- a group ---- */

static void unknown(const page *p, const pgm_drift_group *group) {
    pgm__paint_spaces(p->out, INDENT);
    pgm__strbuf_adds(p->out, "what differs is not known: ");
    pgm__paint_line(p->out, group->failure == NULL || group->failure->message == NULL
                                ? "its objects, or those of the norm, could not be read; run it "
                                  "again"
                                : group->failure->message);
    pgm__strbuf_addc(p->out, '\n');
}

static void group(const page *p, const pgm_drift_group *from) {
    section(p);
    size_t before = p->out->len;
    mark(p, "✗", PGM__COLOUR_RED);
    pgm__paint_count(p->out, from->target_count, "target");
    pgm__strbuf_adds(p->out, from->target_count == 1 ? " differs from the norm: "
                                                     : " differ from the norm, all alike: ");
    names(p, p->out->len - before, from->targets, from->target_count);
    pgm__strbuf_addc(p->out, '\n');
    size_t shown = cap(p, DIFFERENCES_SHOWN, from->difference_count);
    for (size_t i = 0; i < shown; i++) {
        difference(p, &from->differences[i]);
    }
    if (shown < from->difference_count) {
        pgm__paint_spaces(p->out, INDENT);
        pgm__strbuf_addf(p->out, "… and %zu more objects: see --verbose\n",
                         from->difference_count - shown);
    }
    if (from->difference_count == 0) {
        unknown(p, from);
    }
}

/* ---- a cohort ---- */

/* Of so many targets, what they are. */
static const char *what_they_are(const page *p, size_t count) {
    if (pgm_drift_summary_of(p->drift)->norm == PGM_DRIFT_NORM_MIGRATIONS) {
        return count == 1 ? " is what the migrations make (" : " are what the migrations make (";
    }
    return count == 1 ? " is the norm (" : " are alike, the norm (";
}

static void norm(const page *p, const pgm_drift_cohort *cohort) {
    const pgm_drift_group *first = &cohort->groups[0];
    size_t before = p->out->len;
    bool none = first->target_count == 0;
    section(p);
    mark(p, none ? "!" : "✓", none ? PGM__COLOUR_YELLOW : PGM__COLOUR_GREEN);
    pgm__paint_count(p->out, first->target_count, "target");
    pgm__strbuf_adds(p->out, what_they_are(p, first->target_count));
    pgm__paint_count(p->out, first->object_count, "object");
    pgm__strbuf_adds(p->out, ", ");
    pgm__drift_where(p->out, cohort);
    pgm__strbuf_adds(p->out, ")");
    if (first->target_count > 0) {
        pgm__strbuf_adds(p->out, ": ");
        names(p, p->out->len - before, first->targets, first->target_count);
    }
    pgm__strbuf_addc(p->out, '\n');
}

static void apart(const page *p, const pgm_drift_cohort *cohort) {
    section(p);
    size_t before = p->out->len;
    mark(p, "!", PGM__COLOUR_YELLOW);
    pgm__paint_count(p->out, cohort->target_count, "target");
    pgm__strbuf_adds(p->out, " not compared, ");
    pgm__drift_where(p->out, cohort);
    pgm__strbuf_adds(p->out, ": ");
    for (size_t i = 0; i < cohort->group_count; i++) {
        const pgm_drift_group *from = &cohort->groups[i];
        pgm__strbuf_adds(p->out, i == 0 ? "" : "; ");
        names(p, p->out->len - before, from->targets, from->target_count);
    }
    pgm__strbuf_adds(p->out, "\n    ");
    pgm__paint_paragraphs(p->out, cohort->not_compared, INDENT, INDENT, p->style->width);
    pgm__strbuf_addc(p->out, '\n');
}

static void cohort(const page *p, const pgm_drift_cohort *from) {
    if (from->not_compared != NULL) {
        apart(p, from);
        return;
    }
    if (!p->style->quiet) {
        norm(p, from);
    }
    size_t shown = 1 + cap(p, GROUPS_SHOWN, from->group_count - 1);
    for (size_t i = 1; i < shown; i++) {
        group(p, &from->groups[i]);
    }
    size_t rest = 0;
    for (size_t i = shown; i < from->group_count; i++) {
        rest += from->groups[i].target_count;
    }
    if (rest > 0) {
        section(p);
        pgm__strbuf_addf(p->out, "… and %zu more kinds of catalogs, of ",
                         from->group_count - shown);
        pgm__paint_count(p->out, rest, "target");
        pgm__strbuf_adds(p->out, ": see --verbose\n");
    }
}

/* ---- what could not be read ---- */

static const char *message_of(const pgm_drift_unread *unread) {
    const pgm_failure *failure = unread->failure;
    return failure == NULL || failure->message == NULL ? "stopped on request" : failure->message;
}

static bool was_told(const pgm_drift *drift, size_t index) {
    bool told = false;
    for (size_t i = 0; i < index && !told; i++) {
        told = strcmp(message_of(pgm_drift_unread_at(drift, i)),
                      message_of(pgm_drift_unread_at(drift, index))) == 0;
    }
    return told;
}

/* "✗ 3 targets could not be read: a, b and 1 more" and why. */
static void unread(const page *p, size_t index) {
    const pgm_drift_unread *first = pgm_drift_unread_at(p->drift, index);
    size_t count = 0;
    for (size_t i = index; i < pgm_drift_unread_count(p->drift); i++) {
        count += strcmp(message_of(pgm_drift_unread_at(p->drift, i)), message_of(first)) == 0;
    }
    section(p);
    mark(p, "✗", PGM__COLOUR_RED);
    pgm__paint_count(p->out, count, "target");
    pgm__strbuf_adds(p->out, " could not be read: ");
    pgm__paint_line(p->out, first->target);
    if (count > 1) {
        pgm__strbuf_addf(p->out, " and %zu more", count - 1);
    }
    pgm__strbuf_adds(p->out, "\n    ");
    pgm__paint_paragraphs(p->out, message_of(first), INDENT, INDENT, p->style->width);
    if (first->failure != NULL && first->failure->hint != NULL) {
        pgm__strbuf_adds(p->out, "\n    → ");
        pgm__paint_paragraphs(p->out, first->failure->hint, 6, 6, p->style->width);
    }
    pgm__strbuf_addc(p->out, '\n');
}

/* ---- the whole ---- */

static void counted(const page *p, const pgm_drift_summary *summary) {
    for (size_t i = 0; i < summary->counted_count; i++) {
        pgm__strbuf_adds(p->out, i == 0 ? "Compared with: " : ", ");
        pgm__paint_line(p->out, summary->counted[i]);
    }
    pgm__strbuf_adds(p->out, summary->counted_count > 0 ? "\n" : "");
}

/* Of what is left on a scratch server; not quieted. */
static void warnings(const page *p, const pgm_drift_summary *summary) {
    for (size_t i = 0; i < summary->warning_count; i++) {
        section(p);
        mark(p, "!", PGM__COLOUR_YELLOW);
        pgm__paint_paragraphs(p->out, summary->warnings[i], INDENT, 2, p->style->width);
        pgm__strbuf_addc(p->out, '\n');
    }
}

static void closing(const page *p) {
    const pgm_drift_summary *summary = pgm_drift_summary_of(p->drift);
    warnings(p, summary);
    section(p);
    pgm__drift_sentence(p->out, summary);
    pgm__strbuf_addc(p->out, '\n');
    if (!p->style->quiet && summary->compared_count > 0) {
        pgm__strbuf_adds(p->out, "The norm is ");
        pgm__drift_norm(p->out, p->drift);
        pgm__strbuf_addc(p->out, '\n');
        counted(p, summary);
    }
}

pgm_status pgm__drift_text(pgm__strbuf *out, const pgm_drift *drift, const pgm__report_style *style,
                           pgm_error *err) {
    const page p = {.out = out,
                    .drift = drift,
                    .style = style,
                    .width = style->width == 0 ? DEFAULT_WIDTH : style->width,
                    .begin = out->len};
    for (size_t i = 0; i < pgm_drift_cohort_count(drift); i++) {
        cohort(&p, pgm_drift_cohort_at(drift, i));
    }
    for (size_t i = 0; i < pgm_drift_unread_count(drift); i++) {
        if (!was_told(drift, i)) {
            unread(&p, i);
        }
    }
    closing(&p);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
