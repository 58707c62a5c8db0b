/**
 * @file past_rows.h  The fields of a report, as its JSON has them: one row each.
 *
 * A field that reports get anew is a row here, beside its line in report/json/json.c;
 * test_past_report writes, reads and writes again.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PAST_ROWS_H
#define PGM_REPORT_PAST_PAST_ROWS_H

#include "report/past/fields.h"
#include "report/past/past_report.h"

/**
 * Fills the report from the document.
 *
 * @param reader  Its command is set on the way.
 * @return As pgm__fields_read().
 */
PGM_MUST_CHECK pgm_status pgm__past_rows_read(pgm__fields_reader *reader,
                                              const pgm__json_value *root,
                                              pgm__past_report *report);

#endif
