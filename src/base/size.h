/**
 * @file size.h  Sizes as people write them: 512kB, 100MB, 1GB; and how large something is, as they
 * read it.
 *
 * A size is a whole number with one unit, for the reason that a duration is one (duration.h).
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_SIZE_H
#define PGM_BASE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/**
 * Reads "1GB": B, kB, MB, GB or TB, in either case of letters, each 1024 of the one before, as the
 * server's pg_size_pretty() has them. "0" needs no unit.
 *
 * @return False, and *bytes untouched, when `text` is no size or too large a one.
 */
bool pgm__size_parse(const char *text, int64_t *bytes);

/** Adds "7.4 MB"; what is negative counts as 0. */
void pgm__size_show(pgm__strbuf *out, int64_t bytes);

#endif
