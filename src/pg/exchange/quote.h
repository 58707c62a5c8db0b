/**
 * @file quote.h  Texts that become SQL literals: pieces of a file, and names that were just put
 * together.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_QUOTE_H
#define PGM_PG_EXCHANGE_QUOTE_H

#include <stddef.h>

#include "base/strbuf.h"

/** Adds what is in `text` as a literal, and frees it. Where it is not complete for want of memory,
 *  neither is `sql`. */
void pgm__quote_take(pgm__strbuf *sql, pgm__strbuf *text);

/** Adds `len` bytes of a text as a literal. */
void pgm__quote_add_part(pgm__strbuf *sql, const char *text, size_t len);

#endif
