/**
 * @file shard.h  Which shard is meant: --shard I/N, or --shard-index and --shard-count.
 *
 * Two forms, because half of the schedulers count from 1 and half from 0. The number of shards is
 * always said and never guessed: a scheduler's own count may be another one when a part of its jobs
 * runs again.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_SHARD_H
#define PGM_CLI_OPTIONS_SHARD_H

#include <stdbool.h>

#include "cli/options/settings.h"

/** Reads "I/N", 1/1 … N/N. False, and *shard untouched, for anything else. */
bool pgm__shard_parse(const char *text, pgm__shard *shard);

/**
 * Makes one of the two forms: --shard-index and --shard-count become the settings' shard.
 *
 * @return PGM_OK; PGM_EUSAGE: both forms, half of the second one, or an index that is not below the
 *         count.
 */
PGM_MUST_CHECK pgm_status pgm__shard_settle(pgm__settings *settings, pgm_error *err);

#endif
