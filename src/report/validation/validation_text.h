/**
 * @file validation_text.h  What pgm_validate() has found, for people.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_VALIDATION_VALIDATION_TEXT_H
#define PGM_REPORT_VALIDATION_VALIDATION_TEXT_H

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Appends the findings to `out`, and in the end how many there are.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__validation_text(pgm__strbuf *out, const pgm_validation *validation,
                                               const pgm__report_style *style, pgm_error *err);

#endif
