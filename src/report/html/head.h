/**
 * @file head.h  What happened in a sentence, the shares of the endings, and the facts of the run.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_HEAD_H
#define PGM_REPORT_HTML_HEAD_H

#include "report/html/sheet.h"

/** Adds what stands below the headline, and that. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_head(const pgm__html_sheet *sheet);

#endif
