/**
 * @file options.h  What is asked of a run.
 *
 * Layer: public.
 */
#ifndef PGMARCH_OPTIONS_H
#define PGMARCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"
#include "pgmarch/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a run does with every target. */
#define PGM_COMMAND_MAP(XX)                                                                        \
    XX(UP, "up")                                                                                   \
    XX(DOWN, "down")                                                                               \
    XX(STATUS, "status")                                                                           \
    XX(BASELINE, "baseline")                                                                       \
    XX(REPAIR, "repair")                                                                           \
    XX(ADOPT, "adopt")                                                                             \
    XX(SQUASH, "squash")                                                                           \
    XX(TARGETS, "targets")                                                                         \
    XX(REHEARSE, "rehearse")

typedef enum pgm_command {
#define XX(name, text) PGM_COMMAND_##name,
    PGM_COMMAND_MAP(XX)
#undef XX
} pgm_command;

/** "up"; "" for what is no command. Static storage. */
PGM_API const char *pgm_command_name(pgm_command command);

/** The tools whose history PGM_COMMAND_ADOPT takes over, by place from 0; NULL behind the last.
 * Static storage. */
PGM_API const char *pgm_tool_name(size_t place);

/** No value given: the target file's value or the default counts. */
#define PGM_UNSET (-1)

/** Whom pgm_run_open() may log in to while it still reads a large folder. */
typedef enum pgm_early {
    PGM_EARLY_NONE,
    PGM_EARLY_NO_PRODUCTION, /**< whose production targets may still be refused */
    PGM_EARLY_ALL
} pgm_early;

/** The wave of targets that have none: they go behind all others. */
#define PGM_WAVE_REST INT64_MAX

/**
 * The time limits of a run, in milliseconds; PGM_UNSET = take the default. A timeout of 0 means no
 * limit, a wait of 0 means not to wait. This struct never grows, since it lies within pgm_options.
 */
typedef struct pgm_limits {
    int64_t connect_timeout;   /**< one connection attempt; default 30 s */
    int64_t connect_wait;      /**< keep retrying refused connections this long; default 10 s, 60 s
                                    where the server sleeps until somebody connects */
    int64_t lock_wait;         /**< wait for another run's lock this long; default 60 s */
    int64_t ddl_lock_timeout;  /**< lock_timeout of transactional migrations; default 5 s */
    int64_t statement_timeout; /**< statement_timeout of migrations; default none */
    int64_t target_timeout;    /**< one target, from its start to its end; default none */
} pgm_limits;

/** Initialises a pgm_limits: every limit is not given. */
#define PGM_LIMITS_UNSET                                                                           \
    { PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET }

/**
 * May the next wave start? Called on the run's thread when a wave has ended, and no more of it
 * failed than may; nothing marches until pgm_run_answer() is called, from here or later from any
 * thread. It must not wait: the run can be stopped meanwhile, and then it is called again with NULL
 * and NULL, and an answer is not wanted any more.
 */
typedef void (*pgm_gate_fn)(const struct pgm_wave *ended, const struct pgm_wave *next, void *data);

/**
 * All settings of a run. Strings are borrowed until pgm_run_open() returns; where target files have
 * sources, until pgm_run_discover() does.
 *
 * The struct grows at its end only, and zero means "not given" in every field that is added. So a
 * library takes the struct of an older header, and that of a newer one as long as nothing is set in
 * it that this library does not know; else it answers PGM_EUSAGE.
 */
typedef struct pgm_options {
    size_t size; /**< sizeof(pgm_options) of the caller, set by pgm_options_init() */
    pgm_command command;
    const char *dir;                 /**< migrations folder; NULL = "migrations" */
    const char *url;                 /**< the single target; ignored when target_files is given */
    const char *const *target_files; /**< files, or folders meaning all their *.conf files; "-":
                                          standard input, which lists targets as a command does */
    size_t target_file_count;
    /** Globs over target names (`tag:GLOB`: over tags); none = all. One that matches no target at
        all is an error, here and in `exclude`. */
    const char *const *only;
    size_t only_count;
    const char *const *exclude;
    size_t exclude_count;
    int64_t jobs;       /**< marches at once; PGM_UNSET = target file, else 32; fewer where the
                             process may not open so many files (two for each, and 20) */
    int64_t per_server; /**< marches at once on one host and port; PGM_UNSET = file, else 8 */
    const char *to;     /**< up: stop after this version; down: go back to it; NULL = no bound.
                             "0", where no migration has that number: down rolls back everything;
                             baseline: record up to this version, must be given;
                             squash: the file that stands for all up to it, must be given;
                             repair: the migration that `ran`, `not_run` or `forget` is about */
    /** repair: the statement of this number (1 = first) of a half-done migration that may or may
       not have run took effect, or did not; 0 = nothing is said. `to` names the migration where
       several are half done. */
    size_t ran;
    size_t not_run;
    bool forget;        /**< repair: what is half done of the migration `to` is forgotten */
    const char *from;   /**< adopt: the tool whose history is taken over, as "goose" */
    const char *ledger; /**< "table" or "schema.table", for targets that name none; or NULL */
    bool dry_run;       /**< look, and say what would be done */
    bool out_of_order;  /**< apply files older than the newest applied one */
    /** Take several migrations of one number, in the order of their names. */
    bool same_numbers;
    /** Leave out every plain BEGIN … COMMIT pair of the files, so that each is one transaction. */
    bool fold_transactions;
    /** Each COMMIT waits for the disk; otherwise the last one of a target does, for all of them,
        before anything is reported. */
    bool flush_each;
    /** Use ledgers whoever they belong to: what a stranger put on one (triggers, defaults, rules, a
        view) then runs with the rights of this session's role. */
    bool trust_ledger;
    pgm_limits limits;
    pgm_observer_fn observer; /**< or NULL */
    void *observer_data;
    const char *role; /**< SET ROLE to it, on targets that name none; or NULL */
    /** Globs of what the migrations folder holds beside migrations: for names, and with a slash for
        paths from the folder. Added to those of its pgmarch.conf. */
    const char *const *ignore;
    size_t ignore_count;
    /** Leave out migrations in code, which only their own tool can run; pgm_summary names them. */
    bool skip_code;
    /** Milliseconds between the end of a wave and the question whether the next one may start. */
    int64_t wave_delay;
    pgm_gate_fn gate; /**< asked between two waves; or NULL: the next one starts */
    void *gate_data;
    /** An extra first wave, in which nothing may fail: so many targets, as "5" or "10%" of all that
        are selected (rounded down, but one at least), always the same ones; or those of globs, with
        commas between them. "0": none. NULL: as the target files say. */
    const char *canary;
    /** So many of each wave but the canary may fail, as "5" or "10%" of it (rounded down). NULL: as
        the target files say, else none in every wave but the last, and any number there. */
    const char *max_failures;
    bool reverse; /**< the last wave first; a canary goes first all the same */
    /** Where each of `only` and each of `exclude` was said, for messages ("names.txt:3"); NULL =
       the option alone is named. */
    const char *const *only_origins;
    const char *const *exclude_origins;
    /** Only targets of these waves; PGM_WAVE_REST stands for targets without a wave. */
    const int64_t *waves;
    size_t wave_count;
    /** Of all targets that are selected, those of one shard: 0 … shard_count-1 of shard_count, by a
        hash of their names that never changes. 0 shards = all targets. A shard may be empty. */
    size_t shard_index;
    size_t shard_count;
    /** Of the targets that are left by then, before shards are taken, only these: names, as a
       report has them. NULL = all; a list of none = none, which is no error. A name that no target
       has is one, unless `exclude` matches it or `only` does not. */
    const char *const *names;
    size_t name_count;
    const char *names_origin; /**< where the names come from, for messages ("r.json"), or NULL */
    const char *retry_of;     /**< the id of the run that left these targets; for pgm_summary */
    bool allow_empty;         /**< no target at all is a run as any: sources may find none */
    bool shared_servers; /**< other runs are meant to be on the same servers: no warning of them */
    int command_errors;  /**< a descriptor: what commands that list targets write to standard error
                              goes there; 0 = nowhere */
    /** What takes longer than so many milliseconds is named, with what it waits for
        (PGM_EVENT_TARGET_SLOW, pgm_slow). 0 = 30 s; negative: never. */
    int64_t slow;
    int64_t wake; /**< so many servers that sleep are woken at once; 0 = target file, else 20 */
    /** rehearse: so many targets of every group whose plan is the same, the largest first; the
        others are estimated. 0 = all. */
    size_t sample;
    /** rehearse: what cannot run in a transaction runs for good, on targets that are marked as
        copies (`rehearsal = true`); one of them must be. */
    bool with_alone;
    /** rehearse: bounds with commas between them, "rewrite,access-exclusive>1s,wal>1GB"; those that
        a migration passes are in `excesses` of its target's pgm_rehearsal. Misspelt ones are
        refused by pgm_run_open(). NULL = none. */
    const char *fail_on;
    /** rehearse: on a branch of each target's branch at Neon, made for it and deleted behind it.
        Targets that no `discover = neon` has found are an error. */
    bool neon;
    /** status, and a dry run of up: the targets' catalogs are compared too, as pgm_drift_find()
       does without a named norm; who differs has a finding ("drift"), and pgm_summary has
       `catalogs`. PGM_EUSAGE with any other command. */
    bool drift;
    int64_t login_threads; /**< so many threads compute logins (passwords, TLS); 0 = one a core */
    /** Where the folder takes longer than a moment to be read, those who will start first are
       logged in to meanwhile, and nothing is asked there before the folder is known to be right.
       With sources, and with `neon`, nobody is. */
    pgm_early early;
} pgm_options;

/** pgm_options_init() for a caller whose struct has `size` bytes: writes so many, and no more. */
PGM_API void pgm_options_init_sized(pgm_options *options, size_t size);

/** Fills in `size` and "not given" everywhere. Command is UP. */
static inline void pgm_options_init(pgm_options *options) {
    pgm_options_init_sized(options, sizeof *options);
}

#ifdef __cplusplus
}
#endif
#endif
