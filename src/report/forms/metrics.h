/**
 * @file metrics.h  The metrics form: a run as gauges, for the textfile collector of Prometheus'
 * node_exporter.
 *
 * Gauges only, without times of their own, which that collector would refuse: so the text is
 * Prometheus' and OpenMetrics' alike. One series for each outcome and each migration, and for each
 * target only that failed: a fleet of thousands would else be a hundred thousand series.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_METRICS_H
#define PGM_REPORT_FORMS_METRICS_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the text; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__metrics_run(pgm__strbuf *out, const pgm__report *report,
                                           const pgm__report_style *style, pgm_error *err);

/** Appends that of a command that could not begin. */
PGM_MUST_CHECK pgm_status pgm__metrics_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                               pgm_error *err);

#endif
