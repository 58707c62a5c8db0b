/**
 * @file validation_json.h  What pgm_validate() has found, for programs.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_VALIDATION_VALIDATION_JSON_H
#define PGM_REPORT_VALIDATION_VALIDATION_JSON_H

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Appends the findings to `out`, and in the end how many there are. The style says nothing here.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__validation_json(pgm__strbuf *out, const pgm_validation *validation,
                                               const pgm__report_style *style, pgm_error *err);

#endif
