/**
 * @file keyword.h  Which connection keywords there are.
 *
 * Layer: pg, conninfo. Asks libpq.
 */
#ifndef PGM_PG_CONNINFO_KEYWORD_H
#define PGM_PG_CONNINFO_KEYWORD_H

#include <stdbool.h>

/** Does this libpq know the connection keyword? A pgm__keyword_fn. False, too, when out of memory:
 * then it is refused as one that is not known, and nothing runs without it. */
bool pgm__conninfo_is_keyword(const char *keyword);

/** Room for the longest of them. */
enum { PGM__KEYWORD_MAX = 64 };

/** The keyword that is spelt nearly so, copied to `near`. False when none is, or memory ran out. */
bool pgm__conninfo_nearest(const char *keyword, char near[PGM__KEYWORD_MAX]);

#endif
