/**
 * @file failures.h  The section that says why targets failed.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_FAILURES_H
#define PGM_REPORT_TEXT_FAILURES_H

#include "report/page/page.h"

/** Why targets failed or are unknown: identical failures once. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_failures(const pgm__page *page);

#endif
