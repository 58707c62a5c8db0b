/**
 * @file drift_json.h  What differs over a fleet, as JSON (docs/report.schema.json).
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_DRIFT_DRIFT_JSON_H
#define PGM_REPORT_DRIFT_DRIFT_JSON_H

#include "base/strbuf.h"
#include "pgmarch/drift.h"
#include "report/report.h"

/** Appends the document to `out`. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__drift_json(pgm__strbuf *out, const pgm_drift *drift,
                                          const pgm__report_style *style, pgm_error *err);

#endif
