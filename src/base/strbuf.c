#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static bool reserve(pgm__strbuf *buf, size_t more) {
    /* Far from where doubling the capacity would overflow. */
    if (buf->failed || more >= SIZE_MAX / 4 - buf->len) {
        buf->failed = true;
        return false;
    }
    size_t wanted = buf->len + more + 1;
    if (wanted <= buf->capacity) {
        return true;
    }
    size_t capacity = buf->capacity == 0 ? 64 : buf->capacity;
    while (capacity < wanted) {
        capacity *= 2;
    }
    char *grown = pgm__realloc(buf->text, capacity);
    if (grown == NULL) {
        buf->failed = true;
        return false;
    }
    buf->text = grown;
    buf->capacity = capacity;
    return true;
}

void pgm__strbuf_add(pgm__strbuf *buf, const char *text, size_t len) {
    if (!reserve(buf, len)) {
        return;
    }
    if (len > 0) {
        memcpy(buf->text + buf->len, text, len);
    }
    buf->len += len;
    buf->text[buf->len] = '\0';
}

void pgm__strbuf_adds(pgm__strbuf *buf, const char *text) {
    pgm__strbuf_add(buf, text, strlen(text));
}

void pgm__strbuf_addc(pgm__strbuf *buf, char c) {
    pgm__strbuf_add(buf, &c, 1);
}

/* Measured first and written then; a list of arguments can be walked once, hence the copy. */
void pgm__strbuf_addf(pgm__strbuf *buf, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0 && reserve(buf, (size_t)len)) {
        (void)vsnprintf(buf->text + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

/* Adds the text with each of these characters written twice; what lies between them in one piece:
 * strings of SQL are mostly names and checksums. */
static void add_doubling(pgm__strbuf *buf, const char *text, const char *doubled) {
    size_t plain;
    while (text[plain = strcspn(text, doubled)] != '\0') {
        pgm__strbuf_add(buf, text, plain + 1);
        pgm__strbuf_addc(buf, text[plain]);
        text += plain + 1;
    }
    pgm__strbuf_add(buf, text, plain);
}

void pgm__strbuf_add_ident(pgm__strbuf *buf, const char *name) {
    pgm__strbuf_addc(buf, '"');
    add_doubling(buf, name, "\"");
    pgm__strbuf_addc(buf, '"');
}

void pgm__strbuf_add_literal(pgm__strbuf *buf, const char *text) {
    /* A plain literal reads backslashes by standard_conforming_strings; E'' always escapes. */
    pgm__strbuf_adds(buf, strchr(text, '\\') != NULL ? " E'" : "'");
    add_doubling(buf, text, "'\\");
    pgm__strbuf_addc(buf, '\'');
}

const char *pgm__strbuf_text(const pgm__strbuf *buf) {
    if (buf->failed) {
        return NULL;
    }
    return buf->text == NULL ? "" : buf->text;
}

void pgm__strbuf_clear(pgm__strbuf *buf) {
    buf->len = 0;
    buf->failed = false;
    if (buf->text != NULL) {
        buf->text[0] = '\0';
    }
}

void pgm__strbuf_fini(pgm__strbuf *buf) {
    pgm__free(buf->text);
    *buf = (pgm__strbuf){0};
}
