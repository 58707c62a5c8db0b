/**
 * @file matrix.h  status of a fleet: migrations × targets.
 *
 * Columns are the targets, when they fit beside the versions; else one for each group of targets
 * that stand alike; else the same groups under letters, so that hundreds of tenants make a page.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_MATRIX_H
#define PGM_REPORT_STATUS_MATRIX_H

#include "report/page/page.h"

/** Adds the matrix, its key, and who is meant by a group. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__status_matrix(const pgm__page *page);

#endif
