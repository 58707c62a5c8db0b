/**
 * @file targets.h  The section that has a line for every target.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_TARGETS_H
#define PGM_REPORT_TEXT_TARGETS_H

#include "report/page/page.h"

/**
 * One line per target; of a large fleet, counts of those that ended well. Who never started, and in
 * a large fleet who did not end well, is told of by sections of their own (not_run.h, failures.h).
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__section_targets(const pgm__page *page);

#endif
