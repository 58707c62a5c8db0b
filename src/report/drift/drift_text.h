/**
 * @file drift_text.h  What differs over a fleet, for people.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_DRIFT_DRIFT_TEXT_H
#define PGM_REPORT_DRIFT_DRIFT_TEXT_H

#include "base/strbuf.h"
#include "pgmarch/drift.h"
#include "report/report.h"

/** Appends it to `out`. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_text(pgm__strbuf *out, const pgm_drift *drift,
                                          const pgm__report_style *style, pgm_error *err);

#endif
