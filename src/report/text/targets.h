/**
 * @file targets.h  The section that has a line for every target.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_TARGETS_H
#define PGM_REPORT_TEXT_TARGETS_H

#include "report/page/page.h"

/**
 * One line per target; of a large fleet, those that ended well are counts, and so are
 * the others behind the first of them; where lines are short, none goes to a target that
 * never started. @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__section_targets(const pgm__page *page);

#endif
