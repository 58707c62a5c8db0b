/**
 * @file next.h  The section that says what to do next.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_NEXT_H
#define PGM_REPORT_TEXT_NEXT_H

#include "report/page/page.h"

/** Of a large fleet in which not all ended well: how to look, and how to go on. @return PGM_OK or
 *  PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_next(const pgm__page *page);

#endif
