/**
 * @file catalogs.h  The section of what comparing the targets' catalogs has brought.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_CATALOGS_H
#define PGM_REPORT_TEXT_CATALOGS_H

#include "report/page/page.h"

/** Nothing where they were not compared; with `quiet` only what somebody has to look at. */
PGM_MUST_CHECK pgm_status pgm__section_catalogs(const pgm__page *page);

#endif
