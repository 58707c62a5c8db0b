/**
 * @file json.h  The JSON form: what became of a run, for programs.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_JSON_H
#define PGM_REPORT_JSON_JSON_H

#include "base/strbuf.h"
#include "report/json/writer.h"
#include "report/report.h"

/** The object "run"; a run that was not begun has no id, and no time. */
json_t *pgm__json_run(pgm__json_writer *w, const pgm_summary *summary);

/**
 * Appends the JSON report to `out`. Bytes that are no UTF-8 become U+FFFD; the
 * style says nothing here.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_json(pgm__strbuf *out, const pgm__report *report,
                                           const pgm__report_style *style, pgm_error *err);

/** The run as a whole, its waves, where its targets were found, and what went wrong on one target
 * (null for NULL): the same in every report.
 */
json_t *pgm__json_run(pgm__json_writer *w, const pgm_summary *summary);
json_t *pgm__json_waves(pgm__json_writer *w, const pgm_summary *summary);
json_t *pgm__json_sources(pgm__json_writer *w, const pgm_summary *summary);
/** A target of the report; versions of `status` by their names. */
json_t *pgm__json_target(pgm__json_writer *w, const pgm__report *report, size_t index);
json_t *pgm__json_failure(pgm__json_writer *w, const pgm_failure *from);

#endif
