/**
 * @file plan.h  What a rollout of the fleet would do, in which order: a row for each wave.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FLEET_PLAN_H
#define PGM_REPORT_FLEET_PLAN_H

#include "report/page/page.h"

/** Adds it as a section. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__fleet_plan(const pgm__page *page, const pgm__fleet_report *report);

#endif
