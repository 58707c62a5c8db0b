/**
 * @file history_text.h  The runs that ledgers remember, as text.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HISTORY_HISTORY_TEXT_H
#define PGM_REPORT_HISTORY_HISTORY_TEXT_H

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Adds a row for each run, the latest first, then why ledgers could not be read.
 *
 * @param report  Of `status`.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__history_text(pgm__strbuf *out, const pgm__report *report,
                                            const pgm__report_style *style, pgm_error *err);

#endif
