/**
 * @file targets.h  Every target as text: how it ended, when, how long, how often.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_TARGETS_H
#define PGM_REPORT_HTML_TARGETS_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_targets_tell(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_targets(const pgm__html_sheet *sheet);

#endif
