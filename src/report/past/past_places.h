/**
 * @file past_places.h  What a report says by places in a list, and in lists beside each other → the
 * ledger, what is pending, and the times of what was done.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PAST_PLACES_H
#define PGM_REPORT_PAST_PAST_PLACES_H

#include "report/past/past_report.h"

/** Fills the results of all targets. @return PGM_OK; PGM_EPARSE: places that there are not, or
 * lists that are not as long as each other; PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__past_places(pgm__past_report *report, pgm_error *err);

#endif
