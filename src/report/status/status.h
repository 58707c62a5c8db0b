/**
 * @file status.h  The sections of status: what is applied and what is pending, target by target.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_STATUS_H
#define PGM_REPORT_STATUS_STATUS_H

#include "report/page/page.h"

/** The list of one target's migrations (verbose: of each); of a fleet the matrix, or where that has
 *  no room the states that its targets are in. */
PGM_MUST_CHECK pgm_status pgm__section_status(const pgm__page *page);

/** The last line for one target: "dev in 12 ms: 2 applied, 1 pending". Never fails by itself. */
PGM_MUST_CHECK pgm_status pgm__section_status_closing(const pgm__page *page);

#endif
