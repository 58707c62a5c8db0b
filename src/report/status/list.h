/**
 * @file list.h  status of one target: a line for every migration that is applied or pending.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_LIST_H
#define PGM_REPORT_STATUS_LIST_H

#include "report/page/page.h"

/** Adds the list of result `member`. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__status_list(const pgm__page *page, size_t member);

#endif
