/**
 * @file history_json.h  The runs that ledgers remember, as JSON.
 *
 * Layer: report.
 */
#ifndef PGM_REPORT_HISTORY_HISTORY_JSON_H
#define PGM_REPORT_HISTORY_HISTORY_JSON_H

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Adds all of them, the latest first, with the names of their targets.
 *
 * @param report  Of `status`.
 * @param style   Not looked at.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__history_json(pgm__strbuf *out, const pgm__report *report,
                                            const pgm__report_style *style, pgm_error *err);

#endif
