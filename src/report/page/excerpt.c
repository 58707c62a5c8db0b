#include "report/page/excerpt.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "report/page/paint.h"

/* Columns that are shown before the caret at least, where the line is cut, and those of a narrow
 * page. */
enum { BEFORE = 20, NARROW = 24 };

/* The columns of text[0, len). */
static size_t columns_of(const char *text, size_t len) {
    size_t columns = 0;
    uint32_t code;
    for (size_t at = 0; at < len;) {
        size_t bytes = pgm__utf8_next(text + at, &code);
        if (bytes == 0) {
            break;
        }
        /* A tab is shown as one blank, so that the caret stands under what is meant. */
        columns += code == '\t' ? 1 : pgm__utf8_columns(code);
        at += bytes;
    }
    return columns;
}

/* The byte where a character begins, 0-based; the end of the text when it has fewer. */
static size_t byte_of(const char *text, size_t number) {
    size_t at = 0;
    uint32_t code;
    for (size_t seen = 0; seen < number; seen++) {
        size_t bytes = pgm__utf8_next(text + at, &code);
        if (bytes == 0) {
            break;
        }
        at += bytes;
    }
    return at;
}

/* The first byte behind `from` with so many columns between, at a whole character. */
static size_t forward(const char *text, size_t from, size_t columns) {
    size_t at = from;
    uint32_t code;
    for (size_t used = 0;;) {
        size_t bytes = pgm__utf8_next(text + at, &code);
        used += code == '\t' ? 1 : pgm__utf8_columns(code);
        if (bytes == 0 || used > columns) {
            return at;
        }
        at += bytes;
    }
}

/* What is left out in front, so that the caret has its place: bytes. */
static size_t cut_in_front(const char *text, size_t caret, size_t room) {
    size_t before = columns_of(text, caret);
    size_t kept = room / 2 > BEFORE ? room / 2 : BEFORE;
    if (before + 1 < room || columns_of(text, strlen(text)) <= room) {
        return 0;
    }
    return forward(text, 0, before > kept ? before - kept : 0);
}

void pgm__excerpt_add(pgm__strbuf *out, const char *text, unsigned caret, size_t indent,
                      size_t width) {
    size_t room = width > indent + NARROW ? width - indent : NARROW;
    size_t at = caret > 0 ? byte_of(text, caret - 1) : 0;
    size_t blanks = strspn(text, " \t");
    blanks = caret > 0 && blanks > at ? at : blanks;
    text += blanks;
    at -= caret > 0 ? blanks : 0;
    size_t front = cut_in_front(text, at, room);
    size_t len = strlen(text + front);
    size_t marks = front > 0 ? 1 : 0;
    bool cut = columns_of(text + front, len) + marks > room;
    len = cut ? forward(text, front, room - marks - 1) - front : len;
    pgm__strbuf shown = {0};
    pgm__strbuf_adds(&shown, front > 0 ? "…" : "");
    pgm__strbuf_add(&shown, text + front, len);
    pgm__strbuf_adds(&shown, cut ? "…" : "");
    const char *line = pgm__strbuf_text(&shown);
    out->failed = out->failed || line == NULL;
    pgm__paint_spaces(out, indent);
    pgm__paint_line(out, line == NULL ? "" : line);
    pgm__paint_end_line(out);
    if (caret > 0) {
        pgm__paint_spaces(out, indent + marks + columns_of(text + front, at - front));
        pgm__strbuf_adds(out, "^\n");
    }
    pgm__strbuf_fini(&shown);
}
