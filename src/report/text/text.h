/**
 * @file text.h  The text form: what became of a run, for people.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_TEXT_H
#define PGM_REPORT_TEXT_TEXT_H

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Appends the text report to `out`.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_text(pgm__strbuf *out, const pgm__report *report,
                                           const pgm__report_style *style, pgm_error *err);

/**
 * Adds what a run would do, by its survey: identical lists once, and what could not be looked at.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_ahead(pgm__strbuf *out, const pgm__report *report,
                                            const pgm__report_style *style, pgm_error *err);

/**
 * Adds the waves in which a run will go, and how many of each can fail; nothing where all targets
 * go together and any number may fail.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_rollout(pgm__strbuf *out, const pgm__report *report,
                                              const pgm__report_style *style, pgm_error *err);

/**
 * Appends the text report's warnings alone, for who reads the JSON report's beside it; nothing when
 * there are none.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_warnings(pgm__strbuf *out, const pgm__report *report,
                                               const pgm__report_style *style, pgm_error *err);

#endif
