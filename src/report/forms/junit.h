/**
 * @file junit.h  The JUnit form: what CI servers show as tests. A test is a migration on a target.
 *
 * There is no standard; it is written so that it is valid by the schema that Jenkins publishes, and
 * within what GitLab takes: no more than 250,000 objects.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_JUNIT_H
#define PGM_REPORT_FORMS_JUNIT_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the document; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__junit_run(pgm__strbuf *out, const pgm__report *report,
                                         const pgm__report_style *style, pgm_error *err);

/** Appends that of a command that could not begin: one test, which is an error. */
PGM_MUST_CHECK pgm_status pgm__junit_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                             pgm_error *err);

#endif
