/**
 * @file utf8.h  Text of unknown origin, read code point by code point.
 *
 * Names and messages come from servers, files from editors: they may hold any byte.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_UTF8_H
#define PGM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/**
 * Reads one code point.
 *
 * @param[out] code  U+FFFD for a byte that is no UTF-8, 0 at the end.
 * @return Bytes read: 1 for a bad byte, 0 at the end.
 */
size_t pgm__utf8_next(const char *text, uint32_t *code);

/**
 * How many bytes from the start are UTF-8 without surrogates and overlong forms: `len`, or where
 * the first byte stands that is not. NUL bytes count as characters.
 */
size_t pgm__utf8_prefix(const char *text, size_t len);

/** Are all these bytes UTF-8? */
bool pgm__utf8_is_valid(const char *text, size_t len);

/** Adds `text` as valid UTF-8: every bad byte becomes U+FFFD. */
void pgm__utf8_add(pgm__strbuf *out, const char *text);

/**
 * Columns that a code point takes on a terminal: 0, 1 or 2; 0 for control characters. A guess:
 * terminals differ in what they make of several code points that are drawn as one (families, flags,
 * skin colours), and no table is right for all of them.
 */
unsigned pgm__utf8_columns(uint32_t code);

/**
 * Is it one that steers a terminal (C0, C1, DEL), turns the reading order (bidi), or cannot be seen
 * (ignorable characters, variation selectors, tags)? The joiners U+200C and U+200D are none.
 */
int pgm__utf8_is_control(uint32_t code);

#endif
