/* What took long. Each has a line of its own: what they waited for is the same for hardly any two.
 */
#include "report/text/slow.h"

#include <stdlib.h>

#include "base/arena.h"

enum { LINES = 20, INDENT = 4 };

typedef struct slow_item {
    const pgm_result *result;
    const pgm_slow *slow;
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
            items[next] = (slow_item){result, &result->slow[j], next};
        }
    }
    if (items != NULL) {
        qsort(items, count, sizeof *items, by_time);
    }
    return items;
}

/* "tenant_07: slow: 2_index, 45.0 s at 2_index.sql:3; last seen: waits for pid 7 (psql, …)" */
static void add_text(pgm__strbuf *out, const slow_item *item) {
    const pgm_slow *slow = item->slow;
    pgm__paint_line(out, item->result->name);
    pgm__strbuf_adds(out, ": slow: ");
    pgm__paint_line(out, slow->version != NULL ? slow->version : slow->phase);
    pgm__strbuf_adds(out, ", ");
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

static void show(const pgm__page *page, const slow_item *item) {
    pgm__strbuf line = {0};
    add_text(&line, item);
    const char *text = pgm__strbuf_text(&line);
    page->out->failed = page->out->failed || text == NULL;
    pgm__page_mark(page, "…", PGM__COLOUR_YELLOW);
    pgm__page_paragraphs(page, text == NULL ? "" : text, INDENT);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&line);
}

/* One line more costs no more than the line that would say that it is missing. */
pgm_status pgm__section_slow(const pgm__page *page) {
    size_t count = count_of(page->report);
    size_t cap = pgm__page_cap(page, LINES);
    size_t shown = cap == 0 || count <= cap + 1 ? count : cap;
    pgm__arena arena = {0};
    if (count == 0 || page->style->quiet) {
        return PGM_OK;
    }
    const slow_item *items = sorted(&arena, page->report, count);
    if (items != NULL) {
        pgm__page_section(page);
    }
    for (size_t i = 0; i < shown && items != NULL; i++) {
        show(page, &items[i]);
    }
    if (items != NULL && shown < count) {
        pgm__strbuf_addf(page->out,
                         "… and %zu more that were slow: see --verbose or --report FILE\n",
                         count - shown);
    }
    pgm__arena_clear(&arena);
    return items != NULL ? PGM_OK : PGM_ENOMEM;
}
