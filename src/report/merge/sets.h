/**
 * @file sets.h  Which reports are of one rollout: all shards of it, and the runs that took up what
 * it left.
 *
 * A set is what agrees in all that shards have in common. One set is the rollout; each other one
 * retries a run that is there (`--retry-failed`), with other targets and perhaps a mended folder.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_SETS_H
#define PGM_REPORT_MERGE_SETS_H

#include "base/arena.h"
#include "report/past/past_report.h"

/** Reports of one set, in the order in which they were given. */
typedef struct pgm__report_set {
    const pgm__past_report **reports; /* at least one */
    size_t count;
    bool placed; /* what it retries is known */
} pgm__report_set;

/** All sets; the first one is the rollout. */
typedef struct pgm__report_sets {
    pgm__report_set *items;
    size_t count;
} pgm__report_sets;

/**
 * Finds the sets, and refuses what cannot be put together.
 *
 * @param arena    Owns the sets; reports are borrowed.
 * @param reports  At least one.
 * @return PGM_OK; PGM_EUSAGE: they are not of one rollout (the message says in what they differ),
 *         one run is there twice, or a shard is missing; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__sets_make(pgm__report_sets *out, pgm__arena *arena,
                                         const pgm__past_report *const *reports, size_t count,
                                         pgm_error *err);

#endif
