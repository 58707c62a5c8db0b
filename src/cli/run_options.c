/* The settings of the command line → the options of the library. */
#include "cli/options.h"

void pgm__settings_options(const pgm__settings *settings, pgm_options *options) {
    pgm_options_init(options);
    options->dir = settings->dir;
    options->url = settings->url;
    options->target_files = settings->targets.items;
    options->target_file_count = settings->targets.count;
    options->only = settings->only.items;
    options->only_count = settings->only.count;
    options->exclude = settings->exclude.items;
    options->exclude_count = settings->exclude.count;
    options->jobs = settings->jobs;
    options->per_server = settings->per_server;
    options->from = settings->from;
    options->ledger = settings->ledger;
    options->out_of_order = settings->out_of_order;
    options->same_numbers = settings->same_numbers;
    options->fold_transactions = settings->fold_transactions;
    options->flush_each = settings->flush_each;
    options->limits = settings->limits;
}
