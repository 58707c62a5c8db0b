#include "cli/display/fit.h"

#include <string.h>

#include "base/utf8.h"
#include "report/page/paint.h"

enum { LEAST_COLUMNS = 20, INDENT = 4 };

/* A part of a line. */
typedef struct piece {
    const char *text;
    size_t len;
} piece;

/* Bytes of the sequence of colour at `at`; 0: there is none. */
static size_t colour_at(const char *at, const char *end) {
    if (end - at < 2 || at[0] != '\033' || at[1] != '[') {
        return 0;
    }
    const char *last = memchr(at, 'm', (size_t)(end - at));
    return last == NULL ? 0 : (size_t)(last - at) + 1;
}

static size_t width_of(piece part) {
    const char *end = part.text + part.len;
    size_t width = 0;
    uint32_t code;
    for (const char *at = part.text; at < end;) {
        size_t skipped = colour_at(at, end);
        if (skipped == 0) {
            skipped = pgm__utf8_next(at, &code);
            width += skipped == 0 ? 0 : pgm__utf8_columns(code);
        }
        at += skipped == 0 ? 1 : skipped;
    }
    return width;
}

static size_t count_blanks(const char *at, const char *end) {
    size_t count = 0;
    while (at + count < end && at[count] == ' ') {
        count++;
    }
    return count;
}

/* Up to the next blank. */
static piece word_at(const char *at, const char *end) {
    const char *blank = memchr(at, ' ', (size_t)(end - at));
    return (piece){at, (size_t)((blank == NULL ? end : blank) - at)};
}

/* Where it goes on: behind the first gap of two blanks that follows a word. */
static size_t indent_of(piece line, size_t columns) {
    const char *end = line.text + line.len;
    const char *at = line.text + count_blanks(line.text, end);
    for (piece word = word_at(at, end); word.len > 0; word = word_at(at, end)) {
        at += word.len;
        size_t gap = count_blanks(at, end);
        at += gap;
        if (gap >= 2) {
            size_t used = width_of((piece){line.text, (size_t)(at - line.text)});
            return used <= columns / 2 ? used : INDENT;
        }
    }
    return INDENT;
}

static size_t widest_word(piece line) {
    const char *end = line.text + line.len;
    size_t widest = 0;
    for (const char *at = line.text; at < end;) {
        piece word = word_at(at, end);
        size_t width = width_of(word);
        widest = width > widest ? width : widest;
        at = word.text + word.len + count_blanks(word.text + word.len, end);
    }
    return widest;
}

static void add_broken(pgm__strbuf *out, piece line, size_t columns) {
    const char *end = line.text + line.len;
    size_t indent = indent_of(line, columns);
    indent = indent + widest_word(line) > columns ? INDENT : indent;
    size_t used = 0;
    for (const char *at = line.text; at < end;) {
        size_t blanks = count_blanks(at, end);
        piece word = word_at(at + blanks, end);
        size_t width = width_of(word);
        if (used > indent && used + blanks + width > columns) {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
            used = indent;
        } else {
            pgm__paint_spaces(out, blanks);
            used += blanks;
        }
        pgm__strbuf_add(out, word.text, word.len);
        used += width;
        at = word.text + word.len;
    }
}

void pgm__fit_add(pgm__strbuf *out, const char *text, size_t len, size_t columns) {
    const char *end = text + len;
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        piece line = {at, (size_t)((stop == NULL ? end : stop) - at)};
        if (columns < LEAST_COLUMNS || width_of(line) <= columns) {
            pgm__strbuf_add(out, line.text, line.len);
        } else {
            add_broken(out, line, columns);
        }
        pgm__strbuf_adds(out, stop == NULL ? "" : "\n");
        at = stop == NULL ? end : stop + 1;
    }
}
