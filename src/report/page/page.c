#include "report/page/page.h"

#include <string.h>

#include "base/mem.h"
#include "report/page/ranges.h"

enum { DEFAULT_WIDTH = 100, GROUPS = 20, BRIEF_GROUPS = 8, IN_ORDER = 10, NAME_LINES = 3 };

pgm__page pgm__page_of(pgm__strbuf *out, const pgm__report *report,
                       const pgm__report_style *style) {
    return (pgm__page){.out = out,
                       .begin = out->len,
                       .report = report,
                       .style = style,
                       .width = style->width == 0 ? DEFAULT_WIDTH : style->width};
}

pgm_status pgm__page_write(const pgm__page *page, const pgm__section_fn *sections, size_t count) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        status = sections[i](page);
    }
    return status;
}

void pgm__page_section(const pgm__page *page) {
    const pgm__strbuf *out = page->out;
    bool begun = out->len > page->begin;
    bool apart = begun && out->len > page->begin + 1 && out->text[out->len - 1] == '\n' &&
                 out->text[out->len - 2] == '\n';
    if (begun && !apart) {
        pgm__strbuf_addc(page->out, '\n');
    }
}

void pgm__page_mark(const pgm__page *page, const char *mark, pgm__colour colour) {
    pgm__paint_coloured(page->out, page->style->colour, colour, mark);
    pgm__strbuf_addc(page->out, ' ');
}

/* The columns of the line that was begun; with a colour's code in it a few too many. */
static size_t line_width(const pgm__page *page) {
    if (page->out->len == 0) {
        return 0;
    }
    const char *line = strrchr(page->out->text, '\n');
    return pgm__paint_width(line == NULL ? page->out->text : line + 1);
}

size_t pgm__page_room(const pgm__page *page) {
    size_t used = line_width(page);
    return used < page->width ? page->width - used : 0;
}

/* Never 0, which would be room for all of them. */
static size_t room_for_names(const pgm__page *page) {
    size_t room = pgm__page_room(page);
    return room > 0 ? room : 1;
}

/* All names that the room has place for, in the order in which people count. */
static pgm_status add_ranges(const pgm__page *page, pgm__strbuf *out, const pgm__group *group,
                             size_t columns) {
    const char **names = pgm__calloc(group->count, sizeof *names);
    if (names == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < group->count; i++) {
        names[i] = page->report->results[group->members[i]]->name;
    }
    pgm__ranges_sort(names, group->count);
    pgm__ranges_add(out, names, group->count, columns);
    pgm__free((void *)names);
    return PGM_OK;
}

void pgm__page_names(const pgm__page *page, const pgm__group *group) {
    pgm__groups_names(page->out, page->report, group,
                      page->style->verbose ? 0 : room_for_names(page));
}

pgm_status pgm__page_ranges(const pgm__page *page, const pgm__group *group) {
    if (group->count <= IN_ORDER || page->style->verbose) {
        pgm__page_names(page, group);
        return PGM_OK;
    }
    return add_ranges(page, page->out, group, room_for_names(page));
}

pgm_status pgm__page_name_lines(const pgm__page *page, const pgm__group *group, size_t indent) {
    size_t line = page->width > indent ? page->width - indent : 1;
    size_t columns = room_for_names(page) + (NAME_LINES - 1) * line;
    pgm__strbuf names = {0};
    pgm_status status = add_ranges(page, &names, group, page->style->verbose ? 0 : columns);
    if (status == PGM_OK && !names.failed) {
        size_t used = line_width(page);
        pgm__paint_wrapped(page->out, pgm__strbuf_text(&names), used, indent, page->width);
    }
    status = names.failed ? PGM_ENOMEM : status;
    pgm__strbuf_fini(&names);
    return status;
}

void pgm__page_paragraphs(const pgm__page *page, const char *text, size_t indent) {
    pgm__paint_paragraphs(page->out, text, line_width(page), indent, page->style->width);
}

void pgm__page_targets(const pgm__page *page, const pgm__group *group) {
    if (group->count > 1) {
        pgm__strbuf_addf(page->out, "%zu targets, ", group->count);
    }
    pgm__page_names(page, group);
}

void pgm__page_end_line(const pgm__page *page) {
    pgm__paint_end_line(page->out);
}

size_t pgm__page_cap(const pgm__page *page, size_t cap) {
    return page->style->verbose ? 0 : cap;
}

size_t pgm__page_shown(const pgm__page *page, const pgm__groups *groups) {
    size_t cap = pgm__page_cap(page, page->brief ? BRIEF_GROUPS : GROUPS);
    return cap == 0 || groups->count <= cap ? groups->count : cap;
}

/* Before the run there is no report yet; the same command can look once more. */
static const char *where_all_are(const pgm__page *page) {
    return page->brief ? "--dry-run --verbose" : "--verbose or --report FILE";
}

void pgm__page_rest(const pgm__page *page, const pgm__groups *groups, size_t shown,
                    const char *what, const char *where) {
    size_t targets = pgm__groups_targets(groups, shown);
    if (targets > 0) {
        pgm__page_section(page);
        pgm__strbuf_addf(page->out, "… and %zu more %s in ", groups->count - shown, what);
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_addf(page->out, ": see %s\n", where != NULL ? where : where_all_are(page));
    }
}
