/**
 * @file not_run.h  The section of targets that never started, and why.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_NOT_RUN_H
#define PGM_REPORT_TEXT_NOT_RUN_H

#include "report/page/page.h"

/** One line for each reason, with the names. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_not_run(const pgm__page *page);

#endif
