#include "report/drift/drift_markdown.h"

#include <string.h>

#include "base/error.h"
#include "report/drift/drift_words.h"
#include "report/forms/markdown_text.h"
#include "report/forms/told.h"

/* A comment of GitHub has 65,536 characters at most. */
enum { MOST = 60000, NAMES_ROOM = 120, FENCE = 3 };

/* ---- texts that are not ours ---- */

static void add_cell(pgm__strbuf *out, const char *text) {
    pgm__markdown_cell(out, text);
}

static void add_names(pgm__strbuf *out, const char *const *names, size_t count) {
    pgm__strbuf text = {0};
    pgm__drift_names(&text, names, count, NAMES_ROOM);
    add_cell(out, text.len == 0 ? "" : text.text);
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

/* Longer than any run of its signs in the text, which may hold whatever it likes. */
static size_t fence_for(const char *text) {
    size_t longest = FENCE - 1;
    for (const char *at = text; *at != '\0';) {
        size_t run = strspn(at, "`");
        longest = run > longest ? run : longest;
        at += run == 0 ? 1 : run;
    }
    return longest + 1;
}

static void add_fence(pgm__strbuf *out, size_t len, const char *word) {
    for (size_t i = 0; i < len; i++) {
        pgm__strbuf_addc(out, '`');
    }
    pgm__strbuf_addf(out, "%s\n", word);
}

static void add_diff(pgm__strbuf *out, const pgm__strbuf *lines) {
    if (lines->len == 0) {
        return;
    }
    size_t fence = fence_for(lines->text);
    pgm__strbuf_addc(out, '\n');
    add_fence(out, fence, "diff");
    pgm__strbuf_adds(out, lines->text);
    add_fence(out, fence, "");
}

/* ---- an object ---- */

static void add_line(pgm__strbuf *lines, char sign, const char *text, size_t len) {
    pgm__strbuf one = {0};
    pgm__strbuf_add(&one, text, len);
    pgm__strbuf_addf(lines, "%c ", sign);
    pgm__told_plain(lines, one.len == 0 ? "" : one.text);
    pgm__strbuf_addc(lines, '\n');
    lines->failed = lines->failed || one.failed;
    pgm__strbuf_fini(&one);
}

static void add_lines(pgm__strbuf *lines, const pgm_drift_difference *from) {
    for (size_t i = 0; i < from->line_count; i++) {
        if (pgm__drift_line_shows(from, i)) {
            add_line(lines, from->lines[i].mark, from->lines[i].text, strlen(from->lines[i].text));
        }
    }
    const char *text = from->line_count > 0 ? NULL : pgm__drift_definition(from);
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");
        add_line(lines, from->change == PGM_DRIFT_MISSING ? '-' : '+', text, len);
        text += text[len] == '\n' ? len + 1 : len;
    }
}

static void add_difference(pgm__strbuf *out, const pgm_drift_difference *from) {
    pgm__strbuf lines = {0};
    pgm__strbuf_addf(out, "\n**%s** ", pgm_drift_change_name(from->change));
    add_cell(out, from->kind);
    pgm__strbuf_addc(out, ' ');
    add_cell(out, from->name);
    if (from->parts > 0) {
        pgm__strbuf_addf(out, ", with %zu part%s", from->parts, from->parts == 1 ? "" : "s");
    }
    if (from->mentioned_count > 0) {
        pgm__strbuf_adds(out, ", mentioned in ");
        add_cell(out, from->mentioned[from->mentioned_count - 1]);
    }
    pgm__strbuf_addc(out, '\n');
    add_lines(&lines, from);
    add_diff(out, &lines);
    out->failed = out->failed || lines.failed;
    pgm__strbuf_fini(&lines);
}

/* ---- groups and cohorts ---- */

/* What goes beyond the room is taken back, and so is all behind it. */
static bool fits(pgm__strbuf *out, size_t before, size_t start, size_t most) {
    if (out->failed || out->len - start <= most) {
        return !out->failed;
    }
    out->len = before;
    out->text[before] = '\0';
    return false;
}

static bool add_group(pgm__strbuf *out, const pgm_drift_group *from, size_t start) {
    pgm__strbuf_addf(out, "\n### %zu target%s: ", from->target_count,
                     from->target_count == 1 ? " differs" : "s differ, all alike");
    add_names(out, from->targets, from->target_count);
    pgm__strbuf_addc(out, '\n');
    for (size_t i = 0; i < from->difference_count; i++) {
        size_t before = out->len;
        add_difference(out, &from->differences[i]);
        if (!fits(out, before, start, MOST)) {
            pgm__strbuf_addf(out, "\n… and %zu more objects\n", from->difference_count - i);
            return false;
        }
    }
    if (from->difference_count == 0) {
        pgm__strbuf_adds(out, "\nWhat differs is not known: the objects could not be read.\n");
    }
    return true;
}

static void add_row(pgm__strbuf *out, const pgm_drift_cohort *cohort, const pgm_drift_group *from) {
    pgm__strbuf where = {0};
    pgm__drift_where(&where, cohort);
    pgm__strbuf_addf(out, "| %zu | ", from->target_count);
    add_names(out, from->targets, from->target_count);
    pgm__strbuf_addf(out, " | %zu | ", from->object_count);
    add_cell(out, where.len == 0 ? "" : where.text);
    pgm__strbuf_adds(out, " | ");
    add_cell(out, cohort->not_compared != NULL ? cohort->not_compared
                  : from->is_norm              ? "norm"
                                               : "differs");
    pgm__strbuf_adds(out, " |\n");
    out->failed = out->failed || where.failed;
    pgm__strbuf_fini(&where);
}

/* Where there is no room for more. */
static void add_rest(pgm__strbuf *out, const pgm_drift *drift, size_t cohort, size_t first) {
    size_t kinds = 0;
    for (size_t i = cohort; i < pgm_drift_cohort_count(drift); i++) {
        kinds += pgm_drift_cohort_at(drift, i)->group_count;
    }
    if (kinds > first) {
        pgm__strbuf_addf(out, "\n… and %zu more kinds of catalogs\n", kinds - first);
    }
}

static void add_table(pgm__strbuf *out, const pgm_drift *drift, size_t start) {
    pgm__strbuf_adds(out, "\n| targets | names | objects | where | |\n"
                          "|---:|---|---:|---|---|\n");
    for (size_t i = 0; i < pgm_drift_cohort_count(drift); i++) {
        const pgm_drift_cohort *cohort = pgm_drift_cohort_at(drift, i);
        for (size_t j = 0; j < cohort->group_count; j++) {
            size_t before = out->len;
            add_row(out, cohort, &cohort->groups[j]);
            if (!fits(out, before, start, MOST / 2)) {
                add_rest(out, drift, i, j);
                return;
            }
        }
    }
}

static void add_groups(pgm__strbuf *out, const pgm_drift *drift, size_t start) {
    for (size_t i = 0; i < pgm_drift_cohort_count(drift); i++) {
        const pgm_drift_cohort *cohort = pgm_drift_cohort_at(drift, i);
        for (size_t j = 1; j < cohort->group_count && cohort->not_compared == NULL; j++) {
            if (!add_group(out, &cohort->groups[j], start)) {
                add_rest(out, drift, i, j + 1);
                return;
            }
        }
    }
}

/* "- a, b and 7 more: connection refused", each reason once. */
static void add_unread_item(pgm__strbuf *out, const pgm_drift *drift, size_t index) {
    pgm__strbuf names = {0};
    if (pgm__drift_unread_names(&names, drift, index, NAMES_ROOM) > 0) {
        pgm__strbuf_adds(out, index == 0 ? "\n### Could not be read\n\n- " : "- ");
        add_cell(out, names.len == 0 ? "" : names.text);
        pgm__strbuf_adds(out, ": ");
        add_cell(out, pgm__drift_message(pgm_drift_unread_at(drift, index)));
        pgm__strbuf_addc(out, '\n');
    }
    out->failed = out->failed || names.failed;
    pgm__strbuf_fini(&names);
}

static void add_unread(pgm__strbuf *out, const pgm_drift *drift, size_t start) {
    size_t count = pgm_drift_unread_count(drift);
    for (size_t i = 0; i < count; i++) {
        size_t before = out->len;
        add_unread_item(out, drift, i);
        if (!fits(out, before, start, MOST)) {
            pgm__strbuf_addf(out, "\n… and %zu more\n", count - i);
            return;
        }
    }
}

/* What the comparison was with, in words. */
static void add_norm(pgm__strbuf *out, const pgm_drift *drift) {
    const pgm_drift_summary *summary = pgm_drift_summary_of(drift);
    pgm__strbuf text = {0};
    if (summary->compared_count == 0) {
        return;
    }
    pgm__strbuf_adds(&text, "The norm is ");
    pgm__drift_norm(&text, drift);
    pgm__strbuf_adds(&text, summary->counted_count > 0 ? ". " : ".");
    pgm__drift_counted(&text, summary);
    pgm__strbuf_addc(out, '\n');
    add_cell(out, text.len == 0 ? "" : text.text);
    pgm__strbuf_adds(out, summary->counted_count > 0 ? ".\n" : "\n");
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

static void add_warnings(pgm__strbuf *out, const pgm_drift_summary *summary) {
    for (size_t i = 0; i < summary->warning_count; i++) {
        pgm__strbuf_adds(out, "\n⚠️ ");
        add_cell(out, summary->warnings[i]);
        pgm__strbuf_addc(out, '\n');
    }
}

pgm_status pgm__drift_markdown(pgm__strbuf *out, const pgm_drift *drift,
                               const pgm__report_style *style, pgm_error *err) {
    (void)style;
    size_t start = out->len;
    const pgm_drift_summary *summary = pgm_drift_summary_of(drift);
    bool well = summary->drifted_count == 0 && summary->unread_count == 0 &&
                summary->unmade_count == 0;
    pgm__strbuf_addf(out, "## %s drift: ", well ? "✅" : "❌");
    pgm__drift_sentence(out, summary);
    pgm__strbuf_addc(out, '\n');
    add_norm(out, drift);
    add_warnings(out, summary);
    add_table(out, drift, start);
    add_groups(out, drift, start);
    add_unread(out, drift, start);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
