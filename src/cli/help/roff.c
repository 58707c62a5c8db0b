#include "cli/help/roff.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 78 };

/* A hyphen and a backslash mean something to roff, and so do a dot and a quote in column 1. */
static void add_escaped(pgm__strbuf *out, const char *text, size_t len) {
    bool begins = out->len == 0 || out->text[out->len - 1] == '\n';
    if (begins && len > 0 && (*text == '.' || *text == '\'')) {
        pgm__strbuf_adds(out, "\\&");
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-') {
            pgm__strbuf_adds(out, "\\-");
        } else if (text[i] == '\\') {
            pgm__strbuf_adds(out, "\\e");
        } else {
            pgm__strbuf_addc(out, text[i]);
        }
    }
}

/* With the escapes, by which the line is measured. */
static size_t width_of(const char *text, size_t len) {
    size_t width = len;
    for (size_t i = 0; i < len; i++) {
        width += text[i] == '-' || text[i] == '\\' ? 1 : 0;
    }
    return width;
}

void pgm__roff_add(pgm__strbuf *out, const char *text) {
    add_escaped(out, text, strlen(text));
}

void pgm__roff_lines(pgm__strbuf *out, const char *text) {
    size_t column = 0;
    bool ended = false; /* the sentence */
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        size_t width = width_of(text, len);
        if (column > 0 && (ended || column + 1 + width > LONGEST)) {
            pgm__strbuf_addc(out, '\n');
            column = 0;
        } else if (column > 0) {
            pgm__strbuf_addc(out, ' ');
            column++;
        }
        add_escaped(out, text, len);
        column += width;
        ended = len > 1 && strchr(".?!", text[len - 1]) != NULL && text[len - 2] != '.';
        text += len;
        text += strspn(text, " ");
    }
    pgm__strbuf_addc(out, '\n');
}

void pgm__roff_section(pgm__strbuf *out, const char *title) {
    pgm__strbuf_addf(out, ".SH %s\n", title);
}
