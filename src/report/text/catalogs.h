/**
 * @file catalogs.h  What comparing the targets' catalogs has brought, as a line.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_CATALOGS_H
#define PGM_REPORT_TEXT_CATALOGS_H

#include "report/page/page.h"

/** "catalogs: 4 compared, 1 differs", without an end of line. */
void pgm__catalogs_add(pgm__strbuf *out, const pgm_catalogs *catalogs);

/** Nothing where they were not compared; with `quiet` only what somebody has to look at. */
PGM_MUST_CHECK pgm_status pgm__section_catalogs(const pgm__page *page);

#endif
