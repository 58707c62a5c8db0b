/**
 * @file excerpt.h  A line of a file, and a caret under the character that is meant.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_EXCERPT_H
#define PGM_REPORT_PAGE_EXCERPT_H

#include <stddef.h>

#include "base/strbuf.h"

/**
 * Adds the line as it is shown, from its first word on, and below it the caret. A line that is too
 * long is cut with "…" around the caret. Both lines end with a line break.
 *
 * @param text    The line, or a part of it.
 * @param caret   Which of its characters is meant, 1-based, also one behind the last; 0: none.
 * @param indent  Spaces before both.
 * @param width   Columns of the page.
 */
void pgm__excerpt_add(pgm__strbuf *out, const char *text, unsigned caret, size_t indent,
                      size_t width);

#endif
