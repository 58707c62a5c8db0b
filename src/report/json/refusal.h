/**
 * @file refusal.h  The JSON of a command that could not begin: the documents that programs expect,
 * with nothing in them but why.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_REFUSAL_H
#define PGM_REPORT_JSON_REFUSAL_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the document. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__refusal_json(pgm__strbuf *out, const pgm__refusal *refusal,
                                            pgm_error *err);

#endif
