/**
 * @file matrix.h  Which target has which migration.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_MATRIX_H
#define PGM_REPORT_HTML_MATRIX_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_matrix_tells(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_matrix(const pgm__html_sheet *sheet);

#endif
