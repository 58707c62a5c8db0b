/**
 * @file alike.h  What reports have to agree in to be of one rollout: one row each.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_ALIKE_H
#define PGM_REPORT_MERGE_ALIKE_H

#include <stdbool.h>

#include "report/past/past_report.h"

/** May these be shards of one rollout? */
bool pgm__alike(const pgm_summary *a, const pgm_summary *b);

/** May the one be a run that takes up what the other left? Other targets and a mended folder are
 * what it is there for. */
bool pgm__alike_as_retry(const pgm_summary *a, const pgm_summary *b);

/**
 * ""a.json" and "b.json" are not of one rollout: they differ in the fleet (1f… and 2e…)".
 *
 * @param retry  The one takes up the other: only what it has to keep is named.
 * @return PGM_EUSAGE or PGM_ENOMEM.
 */
pgm_status pgm__alike_refuse(const pgm__past_report *a, const pgm__past_report *b, bool retry,
                             pgm_error *err);

#endif
