/**
 * @file shards.h  Are all shards of a set there?
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_SHARDS_H
#define PGM_REPORT_MERGE_SHARDS_H

#include "base/arena.h"
#include "report/past/past_report.h"

/**
 * Refuses reports of which a shard is missing. One that is there twice is not.
 *
 * @param arena    For what is needed in between.
 * @param reports  At least one; all of the same number of shards, 0 = they are no shards.
 * @return PGM_OK; PGM_EUSAGE: the message names those that are missing; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__shards_check(pgm__arena *arena,
                                            const pgm__past_report *const *reports, size_t count,
                                            pgm_error *err);

#endif
