/**
 * @file pgmarch.h  Takes a fleet of PostgreSQL databases through the same ordered migrations.
 *
 * A run is opened (files and target files are read and checked, nothing is connected), executed
 * (every target marches, all at once), and then read: one result per target.
 *
 *     pgm_options options;
 *     pgm_options_init(&options);
 *     options.command = PGM_COMMAND_UP;
 *     options.url = "postgresql://app@localhost/dev";
 *     pgm_run *run = NULL;
 *     pgm_error err;
 *     if (pgm_run_open(&run, &options, &err) == PGM_OK && pgm_run_execute(run, &err) == PGM_OK)
 *         ... pgm_run_result(run, i) for i < pgm_run_target_count(run) ...
 *     pgm_run_free(run);
 *
 * Layer: public. Shows neither libuv nor libpq. The library never prints, exits or aborts.
 * Threads: a run belongs to one thread; only pgm_run_stop() may be called from another one or from
 * a signal handler.
 */
#ifndef PGMARCH_PGMARCH_H
#define PGMARCH_PGMARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

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
    XX(ADOPT, "adopt")

typedef enum pgm_command {
#define XX(name, text) PGM_COMMAND_##name,
    PGM_COMMAND_MAP(XX)
#undef XX
} pgm_command;

/** How a target ended. */
#define PGM_OUTCOME_MAP(XX)                                                                        \
    XX(APPLIED, "applied", "the run did all it was asked to do here")                              \
    XX(UP_TO_DATE, "up-to-date", "nothing to do")                                                  \
    XX(FAILED, "failed", "stopped at an error; what was in flight is rolled back")                 \
    XX(UNKNOWN, "unknown", "out of reach while a commit was in flight; look before running again") \
    XX(SKIPPED, "skipped", "left out on purpose: another target is the same place")                \
    XX(NOT_RUN, "not-run", "never started, or only looked at and migrations are pending")          \
    XX(CANCELLED, "cancelled", "stopped on request; what was in flight is rolled back")

typedef enum pgm_outcome {
#define XX(name, text, meaning) PGM_OUTCOME_##name,
    PGM_OUTCOME_MAP(XX)
#undef XX
        PGM_OUTCOME_COUNT
} pgm_outcome;

/** Words for the enums; never NULL. Static storage. */
PGM_API const char *pgm_command_name(pgm_command command);
PGM_API const char *pgm_outcome_name(pgm_outcome outcome);

/** "1.2.3" of the library. Static storage. */
PGM_API const char *pgm_version(void);

/** No value given: the target file's value or the default counts. */
#define PGM_UNSET (-1)

/**
 * The time limits of a run, in milliseconds; PGM_UNSET = take the default. A timeout of 0 means no
 * limit, a wait of 0 means not to wait.
 */
typedef struct pgm_limits {
    int64_t connect_timeout;   /**< one connection attempt; default 30 s */
    int64_t connect_wait;      /**< keep retrying refused connections this long; default 10 s */
    int64_t lock_wait;         /**< wait for another run's lock this long; default 60 s */
    int64_t ddl_lock_timeout;  /**< lock_timeout of transactional migrations; default 5 s */
    int64_t statement_timeout; /**< statement_timeout of migrations; default none */
    int64_t target_timeout;    /**< one target, from its start to its end; default none */
} pgm_limits;

typedef enum pgm_event_kind {
    PGM_EVENT_TARGET_STARTED,     /**< connecting */
    PGM_EVENT_MIGRATION_STARTED,  /**< the server began with `version` */
    PGM_EVENT_MIGRATION_FINISHED, /**< `version` is committed; `elapsed_us` is the server's time */
    PGM_EVENT_TARGET_WAITING,     /**< for another run's lock, or before a retry: see `message` */
    PGM_EVENT_NOTICE,             /**< the server's NOTICE or WARNING in `message` */
    PGM_EVENT_WARNING,            /**< our own warning about this target in `message` */
    PGM_EVENT_TARGET_FINISHED     /**< `result` is complete */
} pgm_event_kind;

struct pgm_result;

/** Something that happened; every pointer is borrowed for the call. */
typedef struct pgm_event {
    pgm_event_kind kind;
    size_t target;                   /**< index for pgm_run_result() */
    const char *name;                /**< the target's name */
    const char *version;             /**< migration, or NULL */
    const char *message;             /**< or NULL */
    uint64_t elapsed_us;             /**< microseconds; 0 where it has no meaning */
    const struct pgm_result *result; /**< TARGET_FINISHED only, else NULL */
} pgm_event;

/** Called from pgm_run_execute() on its thread; must not call back into the run but for stop. */
typedef void (*pgm_observer_fn)(const pgm_event *event, void *data);

/** All settings of a run. Strings are borrowed until pgm_run_open() returns. */
typedef struct pgm_options {
    size_t size; /**< sizeof(pgm_options), set by pgm_options_init() */
    pgm_command command;
    const char *dir;                 /**< migrations folder; NULL = "migrations" */
    const char *url;                 /**< the single target; ignored when target_files is given */
    const char *const *target_files; /**< files, or folders meaning all their *.conf files */
    size_t target_file_count;
    const char *const *only; /**< globs over target names (`tag:GLOB`: over tags); none = all */
    size_t only_count;
    const char *const *exclude;
    size_t exclude_count;
    int64_t jobs;       /**< marches at once; PGM_UNSET = target file, else 32; fewer where the
                             process may not open so many files (two for each, and 20) */
    int64_t per_server; /**< marches at once on one host and port; PGM_UNSET = file, else 8 */
    const char *to;     /**< up: stop after this version; down: go back to it; NULL = no bound.
                             baseline: record up to this version, must be given */
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
    pgm_limits limits;
    pgm_observer_fn observer; /**< or NULL */
    void *observer_data;
} pgm_options;

/** Fills in `size` and "not set" everywhere. Command is UP. */
PGM_API void pgm_options_init(pgm_options *options);

/** An error of one target, as much as is known; absent texts are NULL. */
typedef struct pgm_failure {
    const char *phase;   /**< resolve, connect, read, plan, lock, prepare, record, migrate, verify,
                              commit, stop */
    const char *version; /**< the migration in question */
    const char *file;    /**< path of its file */
    unsigned line;       /**< 1-based, 0 = unknown */
    char sqlstate[6];    /**< or empty */
    const char *message;
    const char *detail;
    const char *hint;    /**< the server's, or ours: what to do next */
    const char *context; /**< the server's CONTEXT: where inside a function */
} pgm_failure;

/** One line of a target's ledger. */
typedef struct pgm_ledger_entry {
    const char *version;
    const char *applied_at; /**< "2023-11-06 12:00:00", or NULL when the ledger does not say */
    bool known;             /**< there is a file of this version */
} pgm_ledger_entry;

/** What became of one target. Borrowed from the run, valid until pgm_run_free(). */
typedef struct pgm_result {
    const char *name;
    const char *server; /**< masked URL: no password */
    bool production;
    pgm_outcome outcome;
    const char *const *applied; /**< up: applied by this run; status: all that the ledger lists;
                                     baseline, adopt: recorded by this run; repair: repaired */
    size_t applied_count;
    const char *const *rolled_back; /**< down: rolled back by this run */
    size_t rolled_back_count;
    const char *const *pending; /**< still to be applied (down: to be rolled back; baseline, adopt:
                                     to be recorded; repair: to be repaired) */
    size_t pending_count;
    const char *const *changes; /**< repair only: what was, or is to be, changed, in words */
    size_t change_count;
    const pgm_ledger_entry *ledger; /**< status only */
    size_t ledger_count;
    const char *const *warnings;
    size_t warning_count;
    const struct pgm_finding *findings; /**< where ledger and files do not fit together */
    size_t finding_count;
    int64_t duration_ms;
    unsigned attempts;          /**< connections tried */
    const pgm_failure *failure; /**< or NULL */
} pgm_result;

/** The run as a whole. */
typedef struct pgm_summary {
    const char *id; /**< also in application_name and in the ledger's run_id */
    pgm_command command;
    bool dry_run;
    int64_t started_at_ms; /**< Unix time, milliseconds */
    int64_t duration_ms;
    size_t counts[PGM_OUTCOME_COUNT];
} pgm_summary;

/** A target before it is touched. */
typedef struct pgm_target_info {
    const char *name;
    const char *server; /**< masked URL */
    bool production;
} pgm_target_info;

/** A migration of the folder. */
typedef struct pgm_migration_info {
    const char *version;
    const char *up_file;   /**< or NULL */
    const char *down_file; /**< or NULL */
} pgm_migration_info;

typedef struct pgm_run pgm_run; /* opaque */

/**
 * Reads the migrations and the targets, checks both, opens no connection.
 *
 * @param[out] out  New run; the caller frees it with pgm_run_free(). Untouched on failure.
 * @param options   Borrowed for the call.
 * @param[out] err  Filled on failure; may be NULL.
 * @return PGM_OK; PGM_EUSAGE (no target named, nothing matches, bad setting); PGM_EPARSE (a target
 *         or migration file is wrong; the message has file:line); PGM_EIO; PGM_ENOMEM.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_open(pgm_run **out, const pgm_options *options,
                                               pgm_error *err);

/**
 * Marches every target; returns when all have ended. Failing targets are results, not errors.
 *
 * @return PGM_OK, also when targets failed; PGM_ENOMEM or PGM_EIO when the loop itself could not be
 *         set up, PGM_EINTERNAL when called twice.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_execute(pgm_run *run, pgm_error *err);

/**
 * Asks a running pgm_run_execute() to end: the first call starts nothing new and cancels what is in
 * flight (rolled back), the second also cancels statements that cannot be rolled back.
 * May be called from any thread and from a signal handler.
 */
PGM_API void pgm_run_stop(pgm_run *run);

PGM_API size_t pgm_run_target_count(const pgm_run *run);
PGM_API pgm_target_info pgm_run_target(const pgm_run *run, size_t index);
PGM_API size_t pgm_run_migration_count(const pgm_run *run);
PGM_API pgm_migration_info pgm_run_migration(const pgm_run *run, size_t index);

/** Valid after pgm_run_execute(); before it every outcome is NOT_RUN. Borrowed from the run. */
PGM_API const pgm_result *pgm_run_result(const pgm_run *run, size_t index);
PGM_API const pgm_summary *pgm_run_summary(const pgm_run *run);

/** Frees the run and all it handed out. NULL is a no-op. Not while pgm_run_execute() runs. */
PGM_API void pgm_run_free(pgm_run *run);

/** The pair of files that pgm_create() wrote. */
typedef struct pgm_created {
    char up_file[1024];
    char down_file[1024];
} pgm_created;

/**
 * Writes an empty migration: `<dir>/<YYYYMMDDHHMMSS>_<name>.up.sql` and `.down.sql`, UTC.
 * Makes `dir` when it is missing, never overwrites, never hands out a version twice.
 *
 * @param name  lowercase letters, digits and underscores, beginning with a letter.
 * @return PGM_OK, PGM_EUSAGE (bad name), PGM_EIO.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_create(const char *dir, const char *name, pgm_created *out,
                                             pgm_error *err);

/** How much a finding weighs. */
#define PGM_SEVERITY_MAP(XX)                                                                       \
    XX(ERROR, "error", "a run would stop at it")                                                   \
    XX(WARNING, "warning", "runs, and may lock or break a live system")                            \
    XX(INFO, "info", "good to know")

typedef enum pgm_severity {
#define XX(name, text, meaning) PGM_SEVERITY_##name,
    PGM_SEVERITY_MAP(XX)
#undef XX
        PGM_SEVERITY_COUNT
} pgm_severity;

/** "error"; never NULL. Static storage. */
PGM_API const char *pgm_severity_name(pgm_severity severity);

/** Something that is wrong, or that somebody should know. */
typedef struct pgm_finding {
    pgm_severity severity;
    const char *code;    /**< "drop-breaks-clients"; static storage */
    const char *target;  /**< its ledger says so; NULL: the files alone do */
    const char *version; /**< or NULL */
    const char *file;    /**< path; NULL: the folder as a whole, or there is no file */
    unsigned line;       /**< 1-based, 0 = the file as a whole */
    const char *message; /**< lower case, no final period */
    const char *advice;  /**< what to do, or NULL */
} pgm_finding;

/** What pgm_validate() looks at. */
typedef struct pgm_validate_options {
    size_t size;      /**< sizeof(pgm_validate_options), set by pgm_validate_options_init() */
    bool online;      /**< read the targets' ledgers too; nothing is changed or locked */
    bool no_warnings; /**< keep errors only */
} pgm_validate_options;

/** Fills in `size` and "no" everywhere. */
PGM_API void pgm_validate_options_init(pgm_validate_options *options);

typedef struct pgm_validation pgm_validation; /* opaque */

/** What was looked at, and how much was found. */
typedef struct pgm_validation_summary {
    const char *dir;
    const char *layout; /**< of the folder: "golang-migrate", "dbmate" …; NULL: it was refused */
    size_t migration_count;
    size_t down_count;    /**< of them, with a way down */
    size_t verify_count;  /**< of them, with a verify file */
    size_t target_count;  /**< whose ledgers were asked for */
    bool online_left_out; /**< asked for, but with errors in the files no ledger is read */
    size_t counts[PGM_SEVERITY_COUNT];
} pgm_validation_summary;

/**
 * Looks for all that can be known before a run: every file that a run would refuse, and what locks
 * or breaks a live system (docs/linting.md). Opens no connection unless it is asked to.
 *
 * @param[out] out  The caller frees it with pgm_validation_free(). Untouched on failure.
 * @param options   Folder; with `online` also targets, limits and `out_of_order`. The command and
 *                  `to` do not matter. Borrowed for the call.
 * @param validate  NULL = as pgm_validate_options_init() leaves it.
 * @return PGM_OK, whatever was found; PGM_EUSAGE, PGM_EIO (there is no such folder, or no migration
 *         in it); with `online` as pgm_run_open() and pgm_run_execute(); PGM_ENOMEM.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_validate(pgm_validation **out, const pgm_options *options,
                                               const pgm_validate_options *validate,
                                               pgm_error *err);

/** Findings, all borrowed from it: what is refused, then warnings in the order of the files, then
 *  those of the targets. */
PGM_API size_t pgm_validation_count(const pgm_validation *validation);
PGM_API const pgm_finding *pgm_validation_finding(const pgm_validation *validation, size_t index);
PGM_API const pgm_validation_summary *pgm_validation_summary_of(const pgm_validation *validation);

/** Frees it and all it handed out. NULL is a no-op. */
PGM_API void pgm_validation_free(pgm_validation *validation);

#ifdef __cplusplus
}
#endif
#endif
