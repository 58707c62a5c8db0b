/**
 * @file past_check.h  What a report has to be as a whole, beyond its single fields.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PAST_CHECK_H
#define PGM_REPORT_PAST_PAST_CHECK_H

#include "report/past/past_report.h"

/**
 * Sorts the targets by name, finds the run of each, and refuses a report that contradicts itself:
 * who has edited one by hand, or cut it, does not have what the run wrote.
 *
 * @param report  As its fields were read.
 * @return PGM_OK, PGM_EPARSE, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__past_check(pgm__past_report *report, pgm_error *err);

#endif
