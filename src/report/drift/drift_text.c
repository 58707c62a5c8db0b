#include "report/drift/drift_text.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/drift/drift_words.h"
#include "report/page/paint.h"

/* Before "and 7 more", where not all is asked for. */
enum { GROUPS_SHOWN = 8, DIFFERENCES_SHOWN = 12, LINES_SHOWN = 16, MENTIONS_SHOWN = 3 };

enum { INDENT = 4, DEEPER = 8, CHANGE_WIDTH = 11, DEFAULT_WIDTH = 100, LEAST_WIDTH = 24 };

/* Columns of a mark and the blank behind it. */
enum { SIGN = 2 };

typedef struct look {
    const char *mark;
    pgm__colour colour;
} look;

static const look well = {"✓", PGM__COLOUR_GREEN};
static const look bad = {"✗", PGM__COLOUR_RED};
static const look aside = {"!", PGM__COLOUR_YELLOW};

typedef struct page {
    pgm__strbuf *out;
    const pgm_drift *drift;
    const pgm__report_style *style;
    size_t width;   /* of a list of names, which is cut there */
    size_t wrap_at; /* of all else; 0: never, where no terminal is, and a line may be looked for */
    size_t begin;
} page;

static void section(const page *p) {
    pgm__strbuf_adds(p->out, p->out->len > p->begin ? "\n" : "");
}

static size_t cap(const page *p, size_t most, size_t count) {
    return p->style->verbose || count <= most + 1 ? count : most;
}

/* One text, which was put together elsewhere; broken between words where it does not fit. */
static void wrap(const page *p, const pgm__strbuf *text, size_t used, size_t indent) {
    pgm__paint_paragraphs(p->out, text->len == 0 ? "" : text->text, used, indent, p->wrap_at);
    p->out->failed = p->out->failed || text->failed;
}

/* Those of a line of their own. */
static size_t columns_for_names(const page *p) {
    return p->style->verbose ? 0 : p->width - INDENT;
}

static void names(const page *p, pgm__strbuf *list, const char *const *items, size_t count) {
    pgm__drift_names(list, items, count, columns_for_names(p));
}

/* "✗ 3 targets differ: a, b, c"; names that do not fit behind the words stand below them. */
static void title(const page *p, const look *sign, const pgm__strbuf *words,
                  const pgm__strbuf *list) {
    size_t used = SIGN + (words->len == 0 ? 0 : pgm__paint_width(words->text));
    size_t more = list->len == 0 ? 0 : 1 + pgm__paint_width(list->text);
    section(p);
    pgm__paint_coloured(p->out, p->style->colour, sign->colour, sign->mark);
    pgm__strbuf_addc(p->out, ' ');
    wrap(p, words, SIGN, INDENT);
    if (used + more > p->width) {
        pgm__strbuf_addc(p->out, '\n');
        pgm__paint_spaces(p->out, INDENT);
    } else if (more > 0) {
        pgm__strbuf_addc(p->out, ' ');
    }
    wrap(p, list, used + more > p->width ? INDENT : used + 1, INDENT);
    pgm__strbuf_addc(p->out, '\n');
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
        p->out->failed = p->out->failed || one.failed;
        pgm__strbuf_fini(&one);
        shown++;
        text += text[len] == '\n' ? len + 1 : len;
    }
}

static void mentioned(const page *p, const pgm_drift_difference *difference) {
    size_t count = difference->mentioned_count;
    size_t shown = cap(p, MENTIONS_SHOWN, count);
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, count == 0 ? "no migration of the folder names it" : "mentioned in ");
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(&text, i == 0 ? "" : ", ");
        pgm__paint_line(&text, difference->mentioned[count - shown + i]);
    }
    if (shown < count) {
        pgm__strbuf_addf(&text, " and %zu earlier", count - shown);
    }
    pgm__paint_spaces(p->out, DEEPER);
    wrap(p, &text, DEEPER, DEEPER);
    pgm__strbuf_addc(p->out, '\n');
    pgm__strbuf_fini(&text);
}

static void difference(const page *p, const pgm_drift_difference *from) {
    pgm__strbuf text = {0};
    pgm__paint_line(&text, from->kind);
    pgm__strbuf_addc(&text, ' ');
    pgm__paint_line(&text, from->name);
    if (from->parts > 0) {
        pgm__strbuf_adds(&text, ", with ");
        pgm__paint_count(&text, from->parts, "part");
    }
    pgm__paint_spaces(p->out, INDENT);
    pgm__strbuf_addf(p->out, "%-*s", CHANGE_WIDTH, pgm_drift_change_name(from->change));
    wrap(p, &text, INDENT + CHANGE_WIDTH, INDENT + CHANGE_WIDTH);
    pgm__strbuf_addc(p->out, '\n');
    pgm__strbuf_fini(&text);
    if (from->change == PGM_DRIFT_DIFFERENT) {
        lines(p, from);
    } else {
        definition(p, from);
    }
    mentioned(p, from);
}

/* ---- a group ---- */

static void unknown(const page *p, const pgm_drift_group *group) {
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "what differs is not known: ");
    pgm__paint_line(&text, group->failure == NULL || group->failure->message == NULL
                               ? "its objects, or those of the norm, could not be read; run it "
                                 "again"
                               : group->failure->message);
    pgm__paint_spaces(p->out, INDENT);
    wrap(p, &text, INDENT, INDENT);
    pgm__strbuf_addc(p->out, '\n');
    pgm__strbuf_fini(&text);
}

static void group_title(const page *p, const pgm_drift_group *from) {
    pgm__strbuf words = {0};
    pgm__strbuf list = {0};
    pgm__paint_count(&words, from->target_count, "target");
    pgm__strbuf_adds(&words, from->target_count == 1 ? " differs from the norm:"
                                                     : " differ from the norm, all alike:");
    names(p, &list, from->targets, from->target_count);
    title(p, &bad, &words, &list);
    pgm__strbuf_fini(&list);
    pgm__strbuf_fini(&words);
}

static void group(const page *p, const pgm_drift_group *from) {
    group_title(p, from);
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
        return count < 2 ? " is what the migrations make (" : " are what the migrations make (";
    }
    return count == 0   ? " is like the norm ("
           : count == 1 ? " is the norm ("
                        : " are alike, the norm (";
}

/* A file is the norm also where no target is like it. */
static void norm(const page *p, const pgm_drift_cohort *cohort) {
    const pgm_drift_group *first = &cohort->groups[0];
    pgm__strbuf words = {0};
    pgm__strbuf list = {0};
    if (first->target_count == 0) {
        pgm__strbuf_adds(&words, "no target");
    } else {
        pgm__paint_count(&words, first->target_count, "target");
    }
    pgm__strbuf_adds(&words, what_they_are(p, first->target_count));
    pgm__paint_count(&words, first->object_count, "object");
    pgm__strbuf_adds(&words, ", ");
    pgm__drift_where(&words, cohort);
    pgm__strbuf_adds(&words, first->target_count > 0 ? "):" : ")");
    names(p, &list, first->targets, first->target_count);
    title(p, first->target_count == 0 ? &aside : &well, &words, &list);
    pgm__strbuf_fini(&list);
    pgm__strbuf_fini(&words);
}

static void all_names(const page *p, pgm__strbuf *list, const pgm_drift_cohort *cohort) {
    const char **found = pgm__calloc(cohort->target_count + 1, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < cohort->group_count && found != NULL; i++) {
        const pgm_drift_group *from = &cohort->groups[i];
        for (size_t j = 0; j < from->target_count; j++) {
            found[count++] = from->targets[j];
        }
    }
    names(p, list, found, count);
    list->failed = list->failed || found == NULL;
    pgm__free((void *)found);
}

static void apart(const page *p, const pgm_drift_cohort *cohort) {
    pgm__strbuf words = {0};
    pgm__strbuf list = {0};
    pgm__paint_count(&words, cohort->target_count, "target");
    pgm__strbuf_adds(&words, " not compared, ");
    pgm__drift_where(&words, cohort);
    pgm__strbuf_addc(&words, ':');
    all_names(p, &list, cohort);
    title(p, &aside, &words, &list);
    pgm__strbuf_clear(&list);
    pgm__paint_line(&list, cohort->not_compared);
    pgm__paint_spaces(p->out, INDENT);
    wrap(p, &list, INDENT, INDENT);
    pgm__strbuf_addc(p->out, '\n');
    pgm__strbuf_fini(&list);
    pgm__strbuf_fini(&words);
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

static void why_unread(const page *p, const pgm_drift_unread *from) {
    pgm__paint_spaces(p->out, INDENT);
    pgm__paint_paragraphs(p->out, pgm__drift_message(from), INDENT, INDENT, p->wrap_at);
    if (from->failure != NULL && from->failure->hint != NULL) {
        pgm__strbuf_adds(p->out, "\n    → ");
        pgm__paint_paragraphs(p->out, from->failure->hint, INDENT + SIGN, INDENT + SIGN,
                              p->wrap_at);
    }
    pgm__strbuf_addc(p->out, '\n');
}

/* All with the same message: "✗ 3 targets could not be read: a, b, c" and why. */
static void unread(const page *p, size_t index) {
    pgm__strbuf words = {0};
    pgm__strbuf list = {0};
    size_t count = pgm__drift_unread_names(&list, p->drift, index, columns_for_names(p));
    if (count > 0) {
        pgm__paint_count(&words, count, "target");
        pgm__strbuf_adds(&words, " could not be read:");
        title(p, &bad, &words, &list);
        why_unread(p, pgm_drift_unread_at(p->drift, index));
    }
    p->out->failed = p->out->failed || list.failed;
    pgm__strbuf_fini(&list);
    pgm__strbuf_fini(&words);
}

/* ---- the whole ---- */

/* Of what is left on a scratch server; not quieted. */
static void warnings(const page *p, const pgm_drift_summary *summary) {
    for (size_t i = 0; i < summary->warning_count; i++) {
        pgm__strbuf text = {0};
        pgm__strbuf_adds(&text, summary->warnings[i]);
        section(p);
        pgm__paint_coloured(p->out, p->style->colour, aside.colour, aside.mark);
        pgm__strbuf_addc(p->out, ' ');
        wrap(p, &text, SIGN, INDENT);
        pgm__strbuf_addc(p->out, '\n');
        pgm__strbuf_fini(&text);
    }
}

static void closing(const page *p) {
    const pgm_drift_summary *summary = pgm_drift_summary_of(p->drift);
    pgm__strbuf text = {0};
    warnings(p, summary);
    section(p);
    pgm__drift_sentence(&text, summary);
    if (!p->style->quiet && summary->compared_count > 0) {
        pgm__strbuf_adds(&text, "\nThe norm is ");
        pgm__drift_norm(&text, p->drift);
        pgm__strbuf_addc(&text, '\n');
        pgm__drift_counted(&text, summary);
    }
    wrap(p, &text, 0, 0);
    pgm__strbuf_addc(p->out, '\n');
    pgm__strbuf_fini(&text);
}

static size_t width_of(const pgm__report_style *style) {
    size_t width = style->width == 0 ? DEFAULT_WIDTH : style->width;
    return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

pgm_status pgm__drift_text(pgm__strbuf *out, const pgm_drift *drift, const pgm__report_style *style,
                           pgm_error *err) {
    size_t width = width_of(style);
    const page p = {.out = out,
                    .drift = drift,
                    .style = style,
                    .width = width,
                    .wrap_at = style->width == 0 ? 0 : width,
                    .begin = out->len};
    for (size_t i = 0; i < pgm_drift_cohort_count(drift); i++) {
        cohort(&p, pgm_drift_cohort_at(drift, i));
    }
    for (size_t i = 0; i < pgm_drift_unread_count(drift); i++) {
        unread(&p, i);
    }
    closing(&p);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
