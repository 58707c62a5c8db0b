/**
 * @file paint.h  Words, marks and columns of everything that is shown to people.
 *
 * Every text that is not our own goes through here: control characters are dropped, so that a
 * server's message can neither steer the terminal nor break a line in two.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_PAINT_H
#define PGM_REPORT_PAGE_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/** Five are enough: more would have to be explained, and marks say the same without any. */
typedef enum pgm__colour {
    PGM__COLOUR_PLAIN,
    PGM__COLOUR_GREEN,
    PGM__COLOUR_RED,
    PGM__COLOUR_YELLOW,
    PGM__COLOUR_DIM
} pgm__colour;

/** Adds `text` on one line: line breaks and tabs become spaces. */
void pgm__paint_line(pgm__strbuf *out, const char *text);

/** Adds `text`, keeping its line breaks; lines after the first begin with `indent` spaces. */
void pgm__paint_block(pgm__strbuf *out, const char *text, size_t indent);

/**
 * Adds `text` broken between words, with `indent` spaces before every line but the one that was
 * begun.
 *
 * @param used  Columns of that line so far.
 */
void pgm__paint_wrapped(pgm__strbuf *out, const char *text, size_t used, size_t indent,
                        size_t width);

/**
 * Adds `text`, keeping its line breaks; lines after the first begin with `indent` spaces, and lines
 * that are too long are broken between words.
 *
 * @param used   Columns of the line that was begun.
 * @param width  0: no line is broken.
 */
void pgm__paint_paragraphs(pgm__strbuf *out, const char *text, size_t used, size_t indent,
                           size_t width);

/** Adds `text` on one line and spaces up to `width` columns. Longer texts are not cut. */
void pgm__paint_padded(pgm__strbuf *out, const char *text, size_t width);

/** Adds `text` on one line, cut with "…" to at most `width` columns, and pads it. */
void pgm__paint_cell(pgm__strbuf *out, const char *text, size_t width);

/** Columns that pgm__paint_line() will fill. */
size_t pgm__paint_width(const char *text);

/** Adds so many spaces. */
void pgm__paint_spaces(pgm__strbuf *out, size_t count);

/** Adds `text` as it is, coloured when `on`. For our own texts. */
void pgm__paint_coloured(pgm__strbuf *out, bool on, pgm__colour colour, const char *text);

/** Takes away spaces at the end of the line and ends it: a padded last column leaves none behind.
 */
void pgm__paint_end_line(pgm__strbuf *out);

/** Adds "45 ms", "1.2 s", "2 min 05 s" or "1 h 02 min". */
void pgm__paint_duration(pgm__strbuf *out, int64_t ms);

/** Adds "1 target", "2 targets". */
void pgm__paint_count(pgm__strbuf *out, size_t count, const char *noun);

#endif
