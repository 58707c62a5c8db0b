/**
 * @file matrix.h  status of a few targets: migrations × targets.
 *
 * Rows that say the same of all targets are one, where there are many of them one after the other.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_MATRIX_H
#define PGM_REPORT_STATUS_MATRIX_H

#include "report/page/page.h"

/**
 * Adds the matrix and its key, when every target has a column beside the versions.
 *
 * @param[out] fits  false: nothing was added, for there are too many.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__status_matrix(const pgm__page *page, bool *fits);

#endif
