/**
 * @file waves.h  The waves of a rollout's shards, put together.
 *
 * Each shard goes through its own waves: one report says of them what all of their targets say.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_WAVES_H
#define PGM_REPORT_MERGE_WAVES_H

#include "report/merge/sets.h"

/**
 * Fills in the summary's waves: names and caps of the shards, and what became of the targets in the
 * end. Of a wave that has a limit in each shard, the limit is the sum of theirs.
 *
 * @param arena    Owns the waves.
 * @param rollout  The reports of its shards.
 * @param report   Its results are settled, and name their waves.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__waves_fill(pgm__arena *arena, const pgm__report_set *rollout,
                                          const pgm__report *report, pgm_summary *summary);

#endif
