/* What took long. Each has a line of its own; of a large fleet, what was slow in one place shares
 * one.
 */
#include "report/text/slow.h"

#include <stdlib.h>

#include "base/arena.h"

enum { LINES = 20, GROUPS = 5, INDENT = 4 };

typedef struct slow_item {
    const pgm_result *result;
    const pgm_slow *slow;
    size_t index; /* of the result */
    size_t place; /* qsort() keeps no order of its own */
} slow_item;

static int by_time(const void *a, const void *b) {
    const slow_item *left = a;
    const slow_item *right = b;
    if (left->slow->took_ms != right->slow->took_ms) {
        return left->slow->took_ms > right->slow->took_ms ? -1 : 1;
    }
    return left->place < right->place ? -1 : left->place > right->place;
}

static size_t count_of(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        count += report->results[i]->slow_count;
    }
    return count;
}

/* NULL: no memory. */
static slow_item *sorted(pgm__arena *arena, const pgm__report *report, size_t count) {
    slow_item *items = pgm__arena_calloc(arena, count, sizeof *items);
    size_t next = 0;
    for (size_t i = 0; i < report->result_count && items != NULL; i++) {
        const pgm_result *result = report->results[i];
        for (size_t j = 0; j < result->slow_count; j++, next++) {
            items[next] = (slow_item){result, &result->slow[j], i, next};
        }
    }
    if (items != NULL) {
        qsort(items, count, sizeof *items, by_time);
    }
    return items;
}

/* "tenant_07: slow: 2_index, 45.0 s at 2_index.sql:3; last seen: waits for pid 7 (psql, …)" */
static void add_text(pgm__strbuf *out, const slow_item *item, size_t targets) {
    const pgm_slow *slow = item->slow;
    if (targets == 1) {
        pgm__paint_line(out, item->result->name);
    } else {
        pgm__paint_count(out, targets, "target");
    }
    pgm__strbuf_adds(out, ": slow: ");
    pgm__paint_line(out, slow->version != NULL ? slow->version : slow->phase);
    pgm__strbuf_adds(out, targets == 1 ? ", " : ", up to ");
    pgm__paint_duration(out, slow->took_ms);
    if (slow->file != NULL && slow->line > 0) {
        pgm__strbuf_adds(out, " at ");
        pgm__paint_line(out, slow->file);
        pgm__strbuf_addf(out, ":%u", slow->line);
    }
    if (slow->last_seen != NULL) {
        pgm__strbuf_adds(out, "; last seen: ");
        pgm__paint_line(out, slow->last_seen);
    }
}

static void show(const pgm__page *page, const slow_item *item, size_t targets) {
    pgm__strbuf line = {0};
    add_text(&line, item, targets);
    const char *text = pgm__strbuf_text(&line);
    page->out->failed = page->out->failed || text == NULL;
    pgm__page_mark(page, "…", PGM__COLOUR_YELLOW);
    pgm__page_paragraphs(page, text == NULL ? "" : text, INDENT);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&line);
}

/* One line more costs no more than the line that would say that it is missing. */
static pgm_status show_each(const pgm__page *page, const slow_item *items, size_t count) {
    size_t cap = pgm__page_cap(page, LINES);
    size_t shown = cap == 0 || count <= cap + 1 ? count : cap;
    for (size_t i = 0; i < shown; i++) {
        show(page, &items[i], 1);
    }
    if (shown < count) {
        pgm__strbuf_addf(page->out,
                         "… and %zu more that were slow: see --verbose or --report FILE\n",
                         count - shown);
    }
    return PGM_OK;
}

/* ---- of a large fleet ---- */

/* What was slow in the same place, and was seen at the same. */
static void add_key(pgm__strbuf *key, const pgm_slow *slow) {
    pgm__strbuf_clear(key);
    pgm__strbuf_addf(key, "%u ", slow->line);
    pgm__groups_key(key, slow->phase);
    pgm__groups_key(key, slow->version);
    pgm__groups_key(key, slow->last_seen);
}

/* firsts[i] is the slowest of group i. */
static pgm_status group(const slow_item *items, size_t count, pgm__groups *groups,
                        const slow_item **firsts) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        size_t before = groups->count;
        add_key(&key, items[i].slow);
        status = key.failed ? PGM_ENOMEM
                            : pgm__groups_add(groups, key.text, key.len, items[i].index);
        if (groups->count > before) {
            firsts[before] = &items[i];
        }
    }
    pgm__strbuf_fini(&key);
    return status;
}

static pgm_status show_group(const pgm__page *page, const pgm__group *same,
                             const slow_item *first) {
    show(page, first, same->count);
    if (same->count == 1) {
        return PGM_OK;
    }
    pgm__paint_spaces(page->out, INDENT);
    pgm_status status = pgm__page_name_lines(page, same, INDENT);
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

static pgm_status show_groups(const pgm__page *page, pgm__arena *arena, const slow_item *items,
                              size_t count) {
    pgm__groups groups = {0};
    const slow_item **firsts = pgm__arena_calloc(arena, count, sizeof *firsts);
    pgm_status status = firsts == NULL ? PGM_ENOMEM : group(items, count, &groups, firsts);
    size_t shown = groups.count <= GROUPS + 1 ? groups.count : GROUPS;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        status = show_group(page, &groups.items[i], firsts[i]);
    }
    if (status == PGM_OK && shown < groups.count) {
        pgm__strbuf_addf(page->out,
                         "… and %zu more that were slow: see --verbose or --report FILE\n",
                         pgm__groups_targets(&groups, shown));
    }
    pgm__groups_fini(&groups);
    return status;
}

pgm_status pgm__section_slow(const pgm__page *page) {
    size_t count = count_of(page->report);
    bool folds = pgm__report_folds(page->report->result_count, page->style->verbose);
    pgm__arena arena = {0};
    if (count == 0 || page->style->quiet) {
        return PGM_OK;
    }
    const slow_item *items = sorted(&arena, page->report, count);
    pgm_status status = items == NULL ? PGM_ENOMEM : PGM_OK;
    if (status == PGM_OK) {
        pgm__page_section(page);
        status = folds ? show_groups(page, &arena, items, count) : show_each(page, items, count);
    }
    pgm__arena_clear(&arena);
    return status;
}
