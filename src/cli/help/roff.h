/**
 * @file roff.h  Text for manual pages, as man(7) wants it: escaped, a sentence a line, no long
 * lines.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_HELP_ROFF_H
#define PGM_CLI_HELP_ROFF_H

#include "base/strbuf.h"

/** Adds `text` as it stands, escaped; for the middle of a line. */
void pgm__roff_add(pgm__strbuf *out, const char *text);

/** Adds `text` escaped, as whole lines: broken between words, and behind every sentence. */
void pgm__roff_lines(pgm__strbuf *out, const char *text);

/** Adds ".SH TITLE". */
void pgm__roff_section(pgm__strbuf *out, const char *title);

#endif
