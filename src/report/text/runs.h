/**
 * @file runs.h  The section that says of how many runs a merged report is.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_RUNS_H
#define PGM_REPORT_TEXT_RUNS_H

#include "report/page/page.h"

/** "merged: 8 shards, and 1 run that retried what was left"; nothing of one run. @return PGM_OK. */
PGM_MUST_CHECK pgm_status pgm__section_runs(const pgm__page *page);

#endif
