/**
 * @file markdown_rehearsal.h  A rehearsal for the pull request: one table, the worst first, and
 * below it, folded, all that was measured.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_MARKDOWN_REHEARSAL_H
#define PGM_REPORT_FORMS_MARKDOWN_REHEARSAL_H

#include "base/strbuf.h"
#include "report/report.h"

/** @param start  Where the document began in `out`. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__markdown_rehearsal(pgm__strbuf *out, const pgm__report *report,
                                                  size_t start);

#endif
