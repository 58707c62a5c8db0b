/**
 * @file refusal.h  The text of a command that could not begin: in a file, so that it does not tell
 * of the run before.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_REFUSAL_H
#define PGM_REPORT_TEXT_REFUSAL_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends why, and a line for each finding. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__refusal_text(pgm__strbuf *out, const pgm__refusal *refusal,
                                            pgm_error *err);

#endif
