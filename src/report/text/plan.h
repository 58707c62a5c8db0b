/**
 * @file plan.h  What would be done, over the whole fleet: the same for `plan`, a dry run and the
 * question before production.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_PLAN_H
#define PGM_REPORT_TEXT_PLAN_H

#include "report/page/page.h"

/**
 * Targets put together by what would happen to them: those on which the same would be done, the
 * most first; those that would stop, by why; and those on which there is nothing to do.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__section_plan(const pgm__page *page);

#endif
