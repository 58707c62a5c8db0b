/**
 * @file target_rollout.h  [rollout]: in which order the whole fleet goes, how many may fail, and
 * how many march on one server.
 *
 * A target's section is about one target, [defaults] about those of one file; this one is about all
 * targets of all files. So what two files say of it adds up, or has to be the same.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_ROLLOUT_H
#define PGM_MODEL_TARGETS_TARGET_ROLLOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/amount.h"
#include "base/arena.h"
#include "model/targets/globs.h"
#include "model/targets/target.h"
#include "model/targets/target_common.h"

/** `canary =`, or --canary. */
typedef struct pgm__canary {
    bool by_amount;
    pgm__amount amount; /* by_amount; 0: no canary, whatever another place says */
    pgm__globs globs;   /* else */
} pgm__canary;

/** `wave.N =`: who of those that name no wave themselves goes in it. */
typedef struct pgm__wave_line {
    int64_t wave;
    pgm__globs globs;
    const char *origin; /* file:line */
    unsigned file;      /* a number for each file */
} pgm__wave_line;

/** `server.HOST[:PORT] =` */
typedef struct pgm__server_line {
    const char *server; /* "host" or "host:port", lower case; a folder as it is */
    size_t cap;
    const char *origin;
} pgm__server_line;

/** What the files say. Zeroed = nothing. */
typedef struct pgm__rollout_rules {
    pgm__wave_line *waves; /* growing, as `servers` */
    size_t wave_count;
    size_t wave_capacity;
    pgm__server_line *servers;
    size_t server_count;
    size_t server_capacity;
    pgm__canary canary;
    const char *canary_origin; /* NULL: not given */
    pgm__amount max_failures;
    const char *max_failures_origin; /* NULL: not given */
    unsigned files;                  /* so many had such a section */
} pgm__rollout_rules;

/** Frees the lists; what they point to is the arena's. */
void pgm__rollout_rules_fini(pgm__rollout_rules *rules);

/**
 * Reads `N`, `N%` or globs.
 *
 * @param arena     Owns the patterns.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EPARSE: a number or percentage too large, or nothing; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__canary_parse(pgm__arena *arena, const char *text, pgm__canary *out,
                                            pgm_error *err);

/** Is it a key of [rollout], and so of no other section? */
bool pgm__rollout_is_key(const char *key);

/** PGM_OK; PGM_EPARSE: [rollout] has no such key (with the nearest one it has). */
PGM_MUST_CHECK pgm_status pgm__rollout_check_key(const char *key, pgm_error *err);

/**
 * Takes one line over.
 *
 * @param arena   Owns what is kept of it.
 * @param key     Checked.
 * @param origin  file:line; lives as long as the arena.
 * @return PGM_OK; PGM_EPARSE: a bad value, or another file says something else (the message has
 *         where); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__rollout_take(pgm__rollout_rules *rules, pgm__arena *arena,
                                            const char *key, const char *value, const char *origin,
                                            pgm_error *err);

/**
 * Gives a wave to every target that has none: the lowest one whose patterns choose it. Behind all
 * files, and once.
 *
 * @param commons  What they have in common: their wave is a part of it.
 * @param targets  All of them, of all files.
 * @return PGM_OK; PGM_EPARSE: a pattern chooses no target, or files put one into different waves.
 */
PGM_MUST_CHECK pgm_status pgm__rollout_give_waves(const pgm__rollout_rules *rules,
                                                  pgm__commons *commons, pgm__target *targets,
                                                  size_t count, pgm_error *err);

#endif
