/**
 * @file tap.h  The TAP form (version 13): a line a test, for harnesses that read the Test Anything
 * Protocol. What is a test is as in junit.h.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_TAP_H
#define PGM_REPORT_FORMS_TAP_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the lines; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__tap_run(pgm__strbuf *out, const pgm__report *report,
                                       const pgm__report_style *style, pgm_error *err);

/** Appends those of a command that could not begin. */
PGM_MUST_CHECK pgm_status pgm__tap_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                           pgm_error *err);

#endif
