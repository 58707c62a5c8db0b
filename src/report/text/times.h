/**
 * @file times.h  The section that says where a fleet's time went.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_TIMES_H
#define PGM_REPORT_TEXT_TIMES_H

#include "report/page/page.h"

/**
 * The slowest targets of a large fleet, with what of their time was waiting, and the slowest
 * migrations, with the time in the middle of the fleet. Nothing of what took less than a second.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__section_times(const pgm__page *page);

#endif
