/**
 * @file versions.h  Versions on one line: "1_a, 2_b", or "1_a … 9_i" where there are too many.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_VERSIONS_H
#define PGM_REPORT_PAGE_VERSIONS_H

#include "report/page/page.h"

/** Do all of them fit on the line that was begun? */
bool pgm__versions_fit(const pgm__page *page, const char *const *versions, size_t count);

/** Adds ": 1_a, 2_b", whatever the room. */
void pgm__versions_add_all(const pgm__page *page, const char *const *versions, size_t count);

/** Adds ": 1_a … 9_i" where nothing of the folder is left out between, else those that fit:
 *  ": 1_a, 3_c and 5 more". */
void pgm__versions_add_short(const pgm__page *page, const char *const *versions, size_t count);

#endif
