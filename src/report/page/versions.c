#include "report/page/versions.h"

#include <string.h>

bool pgm__versions_fit(const pgm__page *page, const char *const *versions, size_t count) {
    size_t needed = 0;
    for (size_t i = 0; i < count; i++) {
        needed += pgm__paint_width(versions[i]) + 2;
    }
    return needed <= pgm__page_room(page);
}

void pgm__versions_add_all(const pgm__page *page, const char *const *versions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_adds(page->out, i == 0 ? ": " : ", ");
        pgm__paint_line(page->out, versions[i]);
    }
}

/* Is nothing left out between the first and the last? In the folder's order, or against it. */
static bool follow_each_other(const pgm__report *report, const char *const *versions,
                              size_t count) {
    size_t first = 0;
    while (first < report->migration_count &&
           strcmp(report->migrations[first].version, versions[0]) != 0) {
        first++;
    }
    bool up = first + count <= report->migration_count;
    bool down = first < report->migration_count && first + 1 >= count;
    for (size_t i = 1; i < count && (up || down); i++) {
        up = up && strcmp(report->migrations[first + i].version, versions[i]) == 0;
        down = down && strcmp(report->migrations[first - i].version, versions[i]) == 0;
    }
    return up || down;
}

/* On a terminal, on the next line where this one has no room for both. */
static void add_ends(const pgm__page *page, const char *first, const char *last) {
    size_t columns = pgm__paint_width(first) + pgm__paint_width(last) + 5;
    bool breaks = page->style->width > 0 && columns > pgm__page_room(page);
    pgm__strbuf_adds(page->out, breaks ? ":\n    " : ": ");
    pgm__paint_line(page->out, first);
    pgm__strbuf_adds(page->out, " … ");
    pgm__paint_line(page->out, last);
}

/* "1_a … 9_i", or what there is room for. */
void pgm__versions_add_short(const pgm__page *page, const char *const *versions, size_t count) {
    if (count > 1 && follow_each_other(page->report, versions, count)) {
        add_ends(page, versions[0], versions[count - 1]);
        return;
    }
    enum { AND_MORE = 14 };
    size_t shown = 1;
    size_t needed = pgm__paint_width(versions[0]) + 2 + AND_MORE;
    size_t room = pgm__page_room(page);
    while (shown < count && needed + pgm__paint_width(versions[shown]) + 2 <= room) {
        needed += pgm__paint_width(versions[shown]) + 2;
        shown++;
    }
    pgm__versions_add_all(page, versions, shown);
    if (shown < count) {
        pgm__strbuf_addf(page->out, " and %zu more", count - shown);
    }
}
