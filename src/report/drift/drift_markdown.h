/**
 * @file drift_markdown.h  What differs over a fleet, for an issue or a pull request.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_DRIFT_DRIFT_MARKDOWN_H
#define PGM_REPORT_DRIFT_DRIFT_MARKDOWN_H

#include "base/strbuf.h"
#include "pgmarch/drift.h"
#include "report/report.h"

/** Appends it to `out`, in at most as many bytes as GitHub takes. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_markdown(pgm__strbuf *out, const pgm_drift *drift,
                                              const pgm__report_style *style, pgm_error *err);

#endif
