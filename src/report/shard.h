/**
 * @file shard.h  How many targets, and of which shard: the words of everything that counts a run's
 * targets.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_SHARD_H
#define PGM_REPORT_SHARD_H

#include "base/strbuf.h"

/** A shard's place among all. Zeroed but for `targets`: the run is no shard. */
typedef struct pgm__share {
    size_t targets;  /* of this run */
    size_t selected; /* in all shards */
    size_t index;    /* of `count`, from 0 */
    size_t count;
} pgm__share;

/**
 * Adds "51 targets", or of a shard "shard 2/8: 51 of 400 targets", or of an empty one "no target of
 * this fleet belongs to shard 2/8: 0 of 400 targets".
 */
void pgm__shard_targets(pgm__strbuf *out, const pgm__share *share);

#endif
