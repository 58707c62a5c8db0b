/**
 * @file strbuf.h  A growing text.
 *
 * Running out of memory is remembered: later calls do nothing, and the end is where it is checked.
 * SQL and reports are put together of hundreds of pieces, and a check behind each would hide what
 * is being written.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_STRBUF_H
#define PGM_BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"

/** Zeroed = empty and usable. Read `text` only when len > 0; it is always NUL-terminated then. */
typedef struct pgm__strbuf {
    char *text;
    size_t len;
    size_t capacity;
    bool failed; /* out of memory: the text is not complete */
} pgm__strbuf;

void pgm__strbuf_add(pgm__strbuf *buf, const char *text, size_t len);
void pgm__strbuf_adds(pgm__strbuf *buf, const char *text);
void pgm__strbuf_addc(pgm__strbuf *buf, char c);
void pgm__strbuf_addf(pgm__strbuf *buf, const char *format, ...) PGM_PRINTF(2, 3);

/** Adds `name` as an SQL identifier, always in double quotes. */
void pgm__strbuf_add_ident(pgm__strbuf *buf, const char *name);

/** Adds `text` as an SQL literal that means the same under either standard_conforming_strings. */
void pgm__strbuf_add_literal(pgm__strbuf *buf, const char *text);

/** The text, "" when empty; NULL when memory ran out. Borrowed until the next change. */
const char *pgm__strbuf_text(const pgm__strbuf *buf);

/** Empty and reusable, memory kept / memory freed. */
void pgm__strbuf_clear(pgm__strbuf *buf);
void pgm__strbuf_fini(pgm__strbuf *buf);

#endif
