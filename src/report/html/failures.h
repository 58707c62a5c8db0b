/**
 * @file failures.h  Why targets did not end well, by cause, and which did not start.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_FAILURES_H
#define PGM_REPORT_HTML_FAILURES_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_failures_tell(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_failures(const pgm__html_sheet *sheet);

#endif
