/**
 * @file validation.h  What pgm_validate() has found, as text for people and as JSON for programs.
 *
 * Both are described in docs/report.md.
 *
 * Layer: report. Includes the public headers, base/ and jansson. No I/O: the caller prints.
 */
#ifndef PGM_REPORT_VALIDATION_H
#define PGM_REPORT_VALIDATION_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"

typedef struct pgm__validation_style {
    bool colour;
    bool verbose; /* nothing folded */
    bool quiet;   /* errors and the closing sentence only */
} pgm__validation_style;

/** Appends the text report. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__validation_text(pgm__strbuf *out, const pgm_validation *validation,
                                               const pgm__validation_style *style, pgm_error *err);

/** Appends the JSON report. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__validation_json(pgm__strbuf *out, const pgm_validation *validation,
                                               pgm_error *err);

#endif
