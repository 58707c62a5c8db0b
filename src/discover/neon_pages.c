#include "discover/neon_pages.h"

#include <string.h>

#include "base/error.h"

/* A cursor that was there. A few hundred at most: a page has 400 projects, or 10,000 branches. */
struct pgm__neon_page {
    const char *cursor;
    struct pgm__neon_page *next;
};

pgm_status pgm__neon_pages_turn(pgm__neon_pages *pages, pgm__arena *arena, const char *next,
                                pgm_error *err) {
    if (next == NULL) {
        pages->cursor = NULL;
        return PGM_OK;
    }
    for (const struct pgm__neon_page *page = pages->seen; page != NULL; page = page->next) {
        if (strcmp(page->cursor, next) == 0) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "the API's list does not end: it names a next page that was read "
                                  "already");
        }
    }
    struct pgm__neon_page *page = pgm__arena_alloc(arena, sizeof *page);
    if (page == NULL) {
        return pgm__error_nomem(err);
    }
    *page = (struct pgm__neon_page){next, pages->seen};
    pages->seen = page;
    pages->cursor = next;
    return PGM_OK;
}
