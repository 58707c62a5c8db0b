/**
 * @file rehearsal.h  What a rehearsal measured: one table, the worst first, and all of it as text.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_REHEARSAL_H
#define PGM_REPORT_HTML_REHEARSAL_H

#include "report/html/sheet.h"

/** Was something rehearsed? */
bool pgm__html_rehearsal_tells(const pgm__html_sheet *sheet);

/** @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_rehearsal(const pgm__html_sheet *sheet);

#endif
