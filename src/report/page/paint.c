#include "report/page/paint.h"

#include <string.h>

#include "base/duration.h"
#include "base/utf8.h"

/* What would end a line or move the cursor: one blank, so that words do not run together. */
static bool is_blank(uint32_t code) {
    return code == '\n' || code == '\r' || code == '\t' || code == 0x2028 || code == 0x2029;
}

/* Adds what may be shown of the code point that starts at `at`. */
static void add_shown(pgm__strbuf *out, const char *at, size_t len, uint32_t code) {
    if (is_blank(code)) {
        pgm__strbuf_addc(out, ' ');
    } else if (code == 0xFFFD) {
        pgm__strbuf_adds(out, "\xEF\xBF\xBD");
    } else if (!pgm__utf8_is_control(code)) {
        pgm__strbuf_add(out, at, len);
    }
}

/* Of a terminal. A character that is not shown takes none, a wide one two. */
static size_t columns(uint32_t code) {
    return is_blank(code) ? 1 : pgm__utf8_columns(code);
}

void pgm__paint_line(pgm__strbuf *out, const char *text) {
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        add_shown(out, text, len, code);
        text += len;
    }
}

void pgm__paint_block(pgm__strbuf *out, const char *text, size_t indent) {
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
    }
    const char *stop = text + end;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0 && text < stop;
         len = pgm__utf8_next(text, &code)) {
        if (code == '\n') {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
        } else if (code != '\r') {
            add_shown(out, text, len, code);
        }
        text += len;
    }
}

/* What is longer than a line has one of its own, and is left to the terminal. */
void pgm__paint_wrapped(pgm__strbuf *out, const char *text, size_t used, size_t indent,
                        size_t width) {
    pgm__strbuf word = {0};
    size_t column = used;
    bool begun = used > indent; /* something stands on the line: a blank or a break comes next */
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        pgm__strbuf_clear(&word);
        pgm__strbuf_add(&word, at, len);
        const char *shown = pgm__strbuf_text(&word);
        size_t columns = shown == NULL ? 0 : pgm__paint_width(shown);
        bool fits = column + 1 + columns <= width;
        if (begun && !fits) {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
            column = indent;
        } else if (begun) {
            pgm__strbuf_addc(out, ' ');
            column++;
        }
        pgm__paint_line(out, shown == NULL ? "" : shown);
        out->failed = out->failed || shown == NULL;
        column += columns;
        begun = true;
        at += len;
    }
    pgm__strbuf_fini(&word);
}

/* One of the text's own lines. What fits keeps its blanks: somebody put them there. */
static void add_paragraph(pgm__strbuf *out, const char *line, size_t used, size_t indent,
                          size_t width) {
    if (width == 0 || used + pgm__paint_width(line) <= width) {
        pgm__paint_line(out, line);
        return;
    }
    size_t blanks = strspn(line, " \t");
    pgm__paint_spaces(out, blanks);
    used += blanks;
    /* Behind what stands on the line already, a first word brings its blank itself. */
    if (used > indent && out->len > 0 && out->text[out->len - 1] == ' ') {
        out->text[--out->len] = '\0';
        used--;
    }
    pgm__paint_wrapped(out, line + blanks, used, indent, width);
}

void pgm__paint_paragraphs(pgm__strbuf *out, const char *text, size_t used, size_t indent,
                           size_t width) {
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
    }
    pgm__strbuf line = {0};
    for (const char *at = text; at < text + end;) {
        size_t len = strcspn(at, "\n");
        size_t shown = len > 0 && at[len - 1] == '\r' ? len - 1 : len;
        pgm__strbuf_clear(&line);
        pgm__strbuf_add(&line, at, at + shown < text + end ? shown : (size_t)(text + end - at));
        if (at > text) {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
        }
        const char *whole = pgm__strbuf_text(&line);
        add_paragraph(out, whole == NULL ? "" : whole, at > text ? indent : used, indent, width);
        out->failed = out->failed || whole == NULL;
        at += len + 1;
    }
    pgm__strbuf_fini(&line);
}

size_t pgm__paint_width(const char *text) {
    size_t width = 0;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        width += columns(code);
        text += len;
    }
    return width;
}

void pgm__paint_spaces(pgm__strbuf *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addc(out, ' ');
    }
}

void pgm__paint_padded(pgm__strbuf *out, const char *text, size_t width) {
    size_t used = pgm__paint_width(text);
    pgm__paint_line(out, text);
    pgm__paint_spaces(out, used < width ? width - used : 0);
}

void pgm__paint_cell(pgm__strbuf *out, const char *text, size_t width) {
    if (pgm__paint_width(text) <= width) {
        pgm__paint_padded(out, text, width);
        return;
    }
    size_t used = 0;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        if (used + columns(code) + 1 > width) {
            break;
        }
        add_shown(out, text, len, code);
        used += columns(code);
        text += len;
    }
    pgm__strbuf_adds(out, "…");
    pgm__paint_spaces(out, used + 1 < width ? width - used - 1 : 0);
}

void pgm__paint_coloured(pgm__strbuf *out, bool on, pgm__colour colour, const char *text) {
    static const char *const codes[] = {[PGM__COLOUR_PLAIN] = "",
                                        [PGM__COLOUR_GREEN] = "\033[32m",
                                        [PGM__COLOUR_RED] = "\033[31m",
                                        [PGM__COLOUR_YELLOW] = "\033[33m",
                                        [PGM__COLOUR_DIM] = "\033[2m"};
    bool coloured = on && colour != PGM__COLOUR_PLAIN;
    if (coloured) {
        pgm__strbuf_adds(out, codes[colour]);
    }
    pgm__strbuf_adds(out, text);
    if (coloured) {
        pgm__strbuf_adds(out, "\033[0m");
    }
}

void pgm__paint_end_line(pgm__strbuf *out) {
    while (out->len > 0 && out->text[out->len - 1] == ' ') {
        out->text[--out->len] = '\0';
    }
    pgm__strbuf_addc(out, '\n');
}

void pgm__paint_duration(pgm__strbuf *out, int64_t ms) {
    pgm__duration_show(out, ms);
}

void pgm__paint_count(pgm__strbuf *out, size_t count, const char *noun) {
    pgm__strbuf_addf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}
