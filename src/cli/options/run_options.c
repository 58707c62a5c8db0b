#include "cli/options/run_options.h"

#include <unistd.h>

/* Here 0 turns it off, as it does every limit; to the library 0 is "not given". */
static int64_t slow_of(int64_t given) {
    return given == PGM_UNSET ? 0 : given == 0 ? -1 : given;
}

void pgm__settings_options(const pgm__settings *settings, pgm_options *options) {
    pgm_options_init(options);
    options->dir = settings->dir;
    options->url = settings->url;
    options->target_files = settings->targets.items;
    options->target_file_count = settings->targets.count;
    options->only = settings->only.globs.items;
    options->only_count = settings->only.globs.count;
    options->only_origins = settings->only.origins.items;
    options->exclude = settings->exclude.globs.items;
    options->exclude_count = settings->exclude.globs.count;
    options->exclude_origins = settings->exclude.origins.items;
    options->waves = settings->waves.items;
    options->wave_count = settings->waves.count;
    options->shard_index = (size_t)settings->shard.index;
    options->shard_count = (size_t)settings->shard.count;
    options->jobs = settings->jobs;
    options->per_server = settings->per_server;
    options->wake = settings->wake;
    options->login_threads = settings->login_threads;
    options->from = settings->from;
    options->ledger = settings->ledger;
    options->role = settings->role;
    options->out_of_order = settings->out_of_order;
    options->same_numbers = settings->same_numbers;
    options->fold_transactions = settings->fold_transactions;
    options->ignore = settings->ignore.items;
    options->ignore_count = settings->ignore.count;
    options->skip_code = settings->skip_code;
    options->flush_each = settings->flush_each;
    options->trust_ledger = settings->trust_ledger;
    options->shared_servers = settings->shared_servers;
    options->ran = settings->ran > 0 ? (size_t)settings->ran : 0;
    options->not_run = settings->not_run > 0 ? (size_t)settings->not_run : 0;
    options->forget = settings->forget;
    options->neon = settings->neon && !settings->clean;
    options->limits = settings->limits;
    options->wave_delay = settings->wave_delay > 0 ? settings->wave_delay : 0;
    options->slow = slow_of(settings->slow);
    options->sample = settings->sample > 0 ? (size_t)settings->sample : 0;
    options->fail_on = settings->fail_on;
    options->with_alone = settings->with_alone;
    options->canary = settings->canary;
    options->max_failures = settings->max_failures;
    options->reverse = settings->reverse;
    options->allow_empty = settings->allow_empty;
    options->command_errors = STDERR_FILENO;
}
