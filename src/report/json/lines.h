/**
 * @file lines.h  The ndjson form: a line of JSON for each thing that happens, while it happens.
 *
 * The first line is the run, the last one how it ended; between them events, of which the end of a
 * target holds all that a report says of it. A report of before has no other events than these.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_LINES_H
#define PGM_REPORT_JSON_LINES_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends all lines of a run that has ended; the style says nothing here. @return PGM_OK or
 * PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__lines_run(pgm__strbuf *out, const pgm__report *report,
                                         const pgm__report_style *style, pgm_error *err);

/** Appends the one line of a command that could not begin. */
PGM_MUST_CHECK pgm_status pgm__lines_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                             pgm_error *err);

/** Appends the first and the last line. */
PGM_MUST_CHECK pgm_status pgm__lines_begin(pgm__strbuf *out, const pgm_summary *summary,
                                           pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__lines_end(pgm__strbuf *out, const pgm_summary *summary,
                                         pgm_error *err);

/**
 * Appends the line of an event.
 *
 * @param ms  Since the run began.
 */
PGM_MUST_CHECK pgm_status pgm__lines_event(pgm__strbuf *out, const pgm_summary *summary,
                                           const pgm_event *event, int64_t ms, pgm_error *err);

#endif
