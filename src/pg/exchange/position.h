/**
 * @file position.h  Where an error is: the server counts characters, files are bytes of UTF-8.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_POSITION_H
#define PGM_PG_EXCHANGE_POSITION_H

#include <stddef.h>

/** How many characters these bytes are. */
size_t pgm__position_chars(const char *text, size_t len);

/** The byte where the character with this number begins, 0-based; `len` when there are fewer. */
size_t pgm__position_byte(const char *text, size_t len, size_t number);

/** So many bytes of the text, at most `most`, that no character is cut in two. */
size_t pgm__position_cut(const char *text, size_t len, size_t most);

#endif
