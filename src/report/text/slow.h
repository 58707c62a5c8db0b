/**
 * @file slow.h  The section of what took long, and what it waited for.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_SLOW_H
#define PGM_REPORT_TEXT_SLOW_H

#include "report/page/page.h"

/** What took longer than --slow, the slowest first. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_slow(const pgm__page *page);

#endif
