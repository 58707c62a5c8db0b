/**
 * @file html.h  The HTML form: one file that a person opens, and that asks for nothing else.
 *
 * It says the same without its script, dark and light, on paper, and to who listens to it. Within
 * 2 MB for 5,000 targets of 100 migrations.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_HTML_H
#define PGM_REPORT_HTML_HTML_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the document; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_run(pgm__strbuf *out, const pgm__report *report,
                                        const pgm__report_style *style, pgm_error *err);

/** Appends that of a command that could not begin. */
PGM_MUST_CHECK pgm_status pgm__html_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                            pgm_error *err);

#endif
