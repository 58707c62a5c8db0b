/**
 * @file timeline.h  When each target was marched: a bar for each.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_TIMELINE_H
#define PGM_REPORT_HTML_TIMELINE_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_timeline_tells(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_timeline(const pgm__html_sheet *sheet);

#endif
