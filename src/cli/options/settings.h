/**
 * @file settings.h  What the command line and the environment say, as one plain struct.
 *
 * Every field that an option fills is named by that option's row (options_….c).
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_SETTINGS_H
#define PGM_CLI_OPTIONS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "cli/options/report_file.h"
#include "pgmarch/options.h"
#include "report/form.h"

/** Room for every row of the table of options. */
enum { PGM__OPTIONS_MAX = 96 };

/** The values of an option that may be given again and again. */
typedef struct pgm__list {
    const char **items;
    size_t count;
    size_t capacity;
} pgm__list;

/** Patterns for targets: names, and tags. */
typedef struct pgm__patterns {
    pgm__list globs;
    pgm__list origins; /* of each: where it was said */
} pgm__patterns;

/** Numbers of waves; PGM_WAVE_REST is that of targets without one. */
typedef struct pgm__wave_numbers {
    int64_t *items;
    size_t count;
    size_t capacity;
} pgm__wave_numbers;

/** A part of the fleet: `index` of `count`, from 0. 0 parts: not given. */
typedef struct pgm__shard {
    int64_t index;
    int64_t count;
} pgm__shard;

/** What is shown while something goes on; the words of --progress, in their order. */
typedef enum pgm__progress_wish {
    PGM__PROGRESS_AUTO, /* a block on a terminal, lines elsewhere */
    PGM__PROGRESS_PLAIN,
    PGM__PROGRESS_NONE
} pgm__progress_wish;

/** The words of --color, in their order. */
typedef enum pgm__color_wish {
    PGM__COLOR_AUTO, /* on a terminal, where the environment does not say no */
    PGM__COLOR_ALWAYS,
    PGM__COLOR_NEVER
} pgm__color_wish;

/** All that the command line and the environment say. */
typedef struct pgm__settings {
    pgm__arena arena; /* owns every text */
    pgm__list words;  /* the command and its operands */
    const char *url;
    const char *dir;
    pgm__list targets;
    pgm__patterns only;
    pgm__patterns exclude;
    pgm__wave_numbers waves;
    const char *retry_failed;
    bool allow_empty;
    pgm__shard shard;    /* of either form, once it is settled (shard.h) */
    int64_t shard_index; /* PGM_UNSET = not given */
    int64_t shard_count;
    int64_t jobs;
    int64_t per_server;
    int64_t wake;          /* 0 = not given */
    int64_t login_threads; /* as wake */
    const char *to;
    const char *from;
    const char *ledger;
    const char *role;
    bool dry_run;
    bool out_of_order;
    bool same_numbers;
    bool fold_transactions;
    pgm__list ignore;
    bool skip_code;
    bool flush_each;
    bool trust_ledger;
    bool shared_servers;
    bool each;   /* down: the newest of each target, whichever that is */
    int64_t ran; /* repair; PGM_UNSET = not given */
    int64_t not_run;
    bool forget;
    bool neon;  /* rehearse */
    bool clean; /* with it: what rehearsals have left */
    bool yes;
    bool pause;
    bool yes_to_waves;
    int64_t wave_delay; /* milliseconds; PGM_UNSET = not given */
    const char *check;
    int64_t slow;   /* milliseconds, 0 = never; PGM_UNSET = not given */
    int64_t sample; /* 0 = not given */
    const char *fail_on;
    bool with_alone;
    bool yes_on_production;
    bool ping;
    bool plan;
    const char *save;
    const char *against;
    bool drift; /* status, plan */
    const char *against_migrations;
    bool comments;
    bool owners;
    bool privileges;
    bool ignore_names;
    pgm__list ignore_objects;
    bool online;
    const char *since;
    bool pending;
    bool exit_code;
    bool strict;
    bool no_warnings;
    pgm__report_files reports;
    const pgm__form *form; /* of the report on standard output; never NULL */
    bool no_annotations;
    bool quiet;
    bool verbose;
    unsigned progress; /* pgm__progress_wish */
    unsigned color;    /* pgm__color_wish */
    pgm_limits limits;
    const char *canary;
    const char *max_failures;
    bool reverse;
    bool help;
    bool version;
    bool man;
    bool markdown;
    bool given[PGM__OPTIONS_MAX]; /* on the command line, by place in the table of options */
} pgm__settings;

/** In the row of an option: where its value goes. */
#define PGM__FIELD(name) .offset = offsetof(pgm__settings, name)

/** Adds a text, which the list borrows. False when memory ran out. */
bool pgm__list_add(pgm__list *list, const char *text);

/** Frees the lists, not their texts; they are empty then. */
void pgm__patterns_free(pgm__patterns *patterns);

/** "Not given" everywhere. To be finished in every case. */
void pgm__settings_init(pgm__settings *settings);

/** Frees every list and text; the struct is as before init. */
void pgm__settings_fini(pgm__settings *settings);

#endif
