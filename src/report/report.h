/**
 * @file report.h  What became of a run, as text for people and as JSON for programs.
 *
 * Both are described in docs/report.md.
 *
 * Layer: report. Includes the public headers, base/ and jansson. No I/O: the caller prints.
 */
#ifndef PGM_REPORT_REPORT_H
#define PGM_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"

/** More targets than this: those that ended well are folded into counts. */
enum { PGM__REPORT_FOLD = 50 };

/** A run that has ended. Everything is borrowed for the call. */
typedef struct pgm__report {
    const pgm_summary *summary;
    const pgm_result *const *results;
    size_t result_count;
    const pgm_migration_info *migrations; /* of the folder, in order */
    size_t migration_count;
} pgm__report;

typedef struct pgm__report_style {
    bool colour;
    bool verbose;        /* nothing folded, nothing capped; status: a list per target */
    bool quiet;          /* failures and the closing sentence only */
    bool warnings_shown; /* they were printed while the run went on: not again */
    size_t width;        /* columns; 0 = 100 */
} pgm__report_style;

/**
 * Appends the text report to `out`.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_text(pgm__strbuf *out, const pgm__report *report,
                                           const pgm__report_style *style, pgm_error *err);

/**
 * Appends the JSON report to `out`. Bytes that are no UTF-8 become U+FFFD.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_json(pgm__strbuf *out, const pgm__report *report,
                                           pgm_error *err);

#endif
