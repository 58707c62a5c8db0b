/**
 * @file neon_pages.h  Page after page of a list of the Neon API, until it ends.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_PAGES_H
#define PGM_DISCOVER_NEON_PAGES_H

#include "base/arena.h"
#include "pgmarch/error.h"

/** Zeroed = nothing was asked yet. */
typedef struct pgm__neon_pages {
    struct pgm__neon_page *seen; /* newest first */
    const char *cursor; /* the next page is asked with; NULL: the first one, or none more */
} pgm__neon_pages;

/**
 * A page was read.
 *
 * @param arena  Lives as long as the pages.
 * @param next   The cursor behind it, of the arena; NULL: it was the last one.
 * @return PGM_OK, and pages->cursor says whether there is more; PGM_EPARSE: this cursor was there
 *         before, and the list would never end; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__neon_pages_turn(pgm__neon_pages *pages, pgm__arena *arena,
                                               const char *next, pgm_error *err);

#endif
