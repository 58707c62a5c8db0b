/**
 * @file run_ids.h  The runs that reports tell of, by their ids.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_RUN_IDS_H
#define PGM_REPORT_MERGE_RUN_IDS_H

#include "base/arena.h"
#include "report/past/past_report.h"

/** An id has so many characters. */
enum { PGM__RUN_ID = 16 };

/**
 * One id for all runs of these reports: that of the run where it is one, else made of all of them,
 * the same whatever their order.
 *
 * @param[out] id  The arena's, or a report's.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__run_ids_join(pgm__arena *arena,
                                            const pgm__past_report *const *reports, size_t count,
                                            const char **id);

/** Refuses a run that two reports tell of. @return PGM_OK, PGM_EUSAGE or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__run_ids_check(pgm__arena *arena,
                                             const pgm__past_report *const *reports, size_t count,
                                             pgm_error *err);

#endif
