/**
 * @file past_read.h  The JSON of a report → the report.
 *
 * Layer: report. Pure: the caller reads the file.
 */
#ifndef PGM_REPORT_PAST_PAST_READ_H
#define PGM_REPORT_PAST_PAST_READ_H

#include "report/past/past_report.h"

/**
 * Reads a report whole, or not at all.
 *
 * Refused are what is not JSON or is cut off, another document, a newer schema, a field that is
 * missing or does not hold what it should, a target that is there twice, and counts that are not
 * those of the targets. Fields that are not known are left out: reports may get new ones at any
 * time.
 *
 * @param[out] out  New; freed with pgm__past_free(). Untouched on failure.
 * @param file      Its name, for the messages; copied.
 * @param text      Borrowed for the call.
 * @return PGM_OK; PGM_EPARSE (the message names the file and what is wrong in it); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__past_read(pgm__past_report **out, const char *file, const char *text,
                                         size_t len, pgm_error *err);

#endif
