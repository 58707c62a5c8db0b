/**
 * @file fit.h  Lines that are longer than a terminal is wide, broken between words.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_DISPLAY_FIT_H
#define PGM_CLI_DISPLAY_FIT_H

#include <stddef.h>

#include "base/strbuf.h"

/**
 * Adds lines so that they fit. What is broken goes on below the text behind the line's first wide
 * gap, which is where a name in front ends, or four columns in where a word would not fit there.
 * Sequences of colour are kept, and take no columns; a word that is too long by itself is left to
 * the terminal.
 *
 * @param columns  Of the terminal; 0, or fewer than anything fits in: lines are left as they are.
 */
void pgm__fit_add(pgm__strbuf *out, const char *text, size_t len, size_t columns);

#endif
