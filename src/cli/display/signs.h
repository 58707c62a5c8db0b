/**
 * @file signs.h  The signs that are not ASCII, and what stands for them where a terminal or a log
 * cannot show them.
 *
 * Applied as the last step before people read a text; a report in a file keeps its signs.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_DISPLAY_SIGNS_H
#define PGM_CLI_DISPLAY_SIGNS_H

#include <stddef.h>

#include "base/strbuf.h"

/**
 * Adds `text` with every sign of ours replaced by one character of ASCII, so that columns stay
 * where they are. Other letters, of names and messages, are left as they are.
 */
void pgm__signs_add_ascii(pgm__strbuf *out, const char *text, size_t len);

#endif
