/**
 * @file times.h  How long each migration took over the fleet.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_TIMES_H
#define PGM_REPORT_HTML_TIMES_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_times_tell(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_times(const pgm__html_sheet *sheet);

#endif
