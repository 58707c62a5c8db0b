/**
 * @file estimate.h  The section that says about how long a run would take.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_ESTIMATE_H
#define PGM_REPORT_TEXT_ESTIMATE_H

#include "report/page/page.h"

/** About how long, and judged by what; nothing where nothing was estimated. @return PGM_OK. */
PGM_MUST_CHECK pgm_status pgm__section_estimate(const pgm__page *page);

#endif
