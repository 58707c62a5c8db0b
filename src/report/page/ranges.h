/**
 * @file ranges.h  Many names in few words: "t_0000 … t_2999".
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_RANGES_H
#define PGM_REPORT_PAGE_RANGES_H

#include <stddef.h>

#include "base/strbuf.h"

/** Puts names into the order in which people count: t_2 before t_10. */
void pgm__ranges_sort(const char **names, size_t count);

/**
 * Adds names, of three or more that follow each other the first and the last: "a_1 … a_9, b". Each
 * once, however often it is there.
 *
 * @param names    Sorted.
 * @param columns  Room for them; the first piece is always shown, and those that have no place are
 *                 counted: " and 5 more". 0 = all, whatever the room.
 */
void pgm__ranges_add(pgm__strbuf *out, const char *const *names, size_t count, size_t columns);

#endif
