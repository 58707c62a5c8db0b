/**
 * @file result.h  What became of each target, and of the run as a whole: plain data.
 *
 * Layer: public.
 */
#ifndef PGMARCH_RESULT_H
#define PGMARCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"
#include "pgmarch/options.h"
#include "pgmarch/rehearsal.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Room in arrays of counts, which therefore stay as they are when an outcome or a severity is
 * added. */
enum { PGM_COUNTS = 16 };

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

/** "up-to-date"; "" for what is no outcome. Static storage. */
PGM_API const char *pgm_outcome_name(pgm_outcome outcome);

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

/** "error"; "" for what is no severity. Static storage. */
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

/** An error of one target, as much as is known; absent texts are NULL. What each phase means stands
    in docs/users/report.md. */
typedef struct pgm_failure {
    const char *phase;   /**< resolve, connect, read, plan, lock, prepare, record, migrate, verify,
                              parse, compare, commit, time, branch, stop, internal */
    const char *version; /**< the migration in question */
    const char *file;    /**< path of its file */
    unsigned line;       /**< 1-based, 0 = unknown */
    char sqlstate[6];    /**< or empty */
    const char *message;
    const char *detail;
    const char *hint;    /**< the server's, or ours: what to do next */
    const char *context; /**< the server's CONTEXT: where inside a function */
    unsigned column;     /**< of the line, in characters, 1-based; 0 = only the line is known */
    const char *excerpt; /**< that line of the file, of a long one what stands around the column; or
                              NULL */
    unsigned caret;      /**< which character of the excerpt is meant, 1-based; 0 = none */
} pgm_failure;

/** A migration without a transaction that stopped on its way. */
typedef struct pgm_half_done {
    const char *version;
    bool down;             /**< while it was rolled back */
    bool in_doubt;         /**< the statement behind those that ran may or may not have run */
    size_t ran;            /**< so many of its statements ran */
    size_t statements;     /**< of so many; 0: its file is gone or another one now */
    const char *file;      /**< or NULL, as before */
    unsigned line;         /**< of the statement behind those that ran; 0: unknown */
    const char *statement; /**< its first words; or NULL */
    const char *run_id;    /**< of the run that began it; or NULL */
} pgm_half_done;

/** What took longer than `slow` of the options: a migration; a statement of one without a
    transaction; a wait for another run's lock. */
typedef struct pgm_slow {
    const char *phase;     /**< lock, prepare, record, migrate,
                                commit */
    const char *version;   /**< or NULL: no single migration's */
    const char *file;      /**< path of its file; or NULL */
    unsigned line;         /**< of the statement, 1-based; 0 = unknown */
    int64_t took_ms;       /**< tries that came to nothing are in it */
    const char *last_seen; /**< "waits for pid 7 (psql, …)", as the server said last; or NULL */
} pgm_slow;

/** A migration that a run has finished on a target. */
typedef struct pgm_migration_time {
    const char *version;
    int64_t ended_ms; /**< since the run began */
    int64_t took_us;  /**< as the server measured it, tries that came to nothing and their pauses
                           included */
} pgm_migration_time;

/** One line of a target's ledger. */
typedef struct pgm_ledger_entry {
    const char *version;
    const char *applied_at; /**< "2023-11-06 12:00:00", or NULL when the ledger does not say */
    bool known;             /**< there is a file of this version */
    const char *run_id;     /**< of the run that has written it; NULL: the ledger does not say */
    int64_t took_ms;        /**< the migration; 0: the ledger does not say, or next to nothing */
} pgm_ledger_entry;

/** What a target was found to be (PGM_COMMAND_TARGETS). Texts that are not known are NULL. */
typedef struct pgm_ping {
    int64_t login_us; /**< to connect and to log in; -1: the session was another target's before */
    int64_t round_trip_us;      /**< of a query that does nothing; -1: it was not come to */
    const char *server_version; /**< "15.18 (Debian 15.18-0+deb12u1)" */
    const char *login_role;     /**< who logged in: behind a pooler, whom that logs in */
    const char *current_role;   /**< who everything runs as, behind SET ROLE */
    const char *current_schema; /**< where a migration's tables come to lie */
    bool pooled;                /**< another process answers than the one that let us in */
    bool standby;               /**< nothing can be written there */
    const char *tls;            /**< of our own connection: "TLSv1.3"; NULL = it is not encrypted */
    const char *cipher;
    int64_t database_size; /**< bytes; -1 = not known: this role may not ask, or it took too long */
} pgm_ping;

/** What became of one target. Borrowed from the run, valid until pgm_run_free(). */
typedef struct pgm_result {
    const char *name;
    const char *server; /**< masked URL: no password */
    bool production;
    pgm_outcome outcome;
    const char *const *done; /**< versions that this run did here what it was asked to: applied them
                                  (up), rolled them back (down), recorded them (baseline, adopt),
                                  repaired them (repair), changed their rows (squash) */
    size_t done_count;
    const char *const *pending; /**< versions that this is still to be done with */
    size_t pending_count;
    bool pending_unknown;       /**< nobody knows: its ledger was not read */
    const char *const *changes; /**< repair, squash: what was, or is to be, changed, in words */
    size_t change_count;
    const pgm_ledger_entry *ledger; /**< status only: what is applied, by version */
    size_t ledger_count;
    const pgm_half_done *half_done; /**< status only */
    size_t half_done_count;
    const char *const *warnings;
    size_t warning_count;
    size_t
        connection_warning_count; /**< the first ones, known before the run: about where, as whom
                                     and how safely the connection is made. No events of theirs */
    const pgm_finding *findings;  /**< where ledger and files do not fit together, or the catalog
                                       is not that of the others */
    size_t finding_count;
    int64_t duration_ms;
    unsigned attempts;          /**< connections tried */
    const pgm_failure *failure; /**< or NULL */
    const char *wave;           /**< the name of its wave, as in pgm_summary */
    const char *reason;   /**< why it never started, where the rollout ended before: lower case, no
                             final period; or NULL */
    const pgm_ping *ping; /**< targets only: of one whose server has answered; else NULL */
    const pgm_slow *slow; /**< in the order in which it began */
    size_t slow_count;
    const pgm_migration_time *times; /**< of what is done, in the same order */
    size_t time_count;
    int64_t started_ms; /**< since the run began; -1: it never started */
    int64_t waited_ms;  /**< of duration_ms: pauses before another try, for the lock of another run
                             too, and tries that came to nothing. What a statement waited for inside
                             the server is not in it */
    const char *origin; /**< where the target comes from: "fleet.conf:12", "the URL", of a source
                           with its row and ids; or NULL */
    const char *schema; /**< that its file names; or NULL */
    const char *const *tags;
    size_t tag_count;
    const pgm_rehearsal *rehearsal; /**< rehearse only: what was measured; or NULL */
} pgm_result;

/** What became of a wave. */
#define PGM_WAVE_STATE_MAP(XX)                                                                     \
    XX(NOT_RUN, "not-run", "none of its targets started; so it stays where targets are looked at") \
    XX(RUNNING, "running", "some of its targets march, or wait for their turn")                    \
    XX(ENDED, "ended", "all of its targets have ended, and no more failed than may")               \
    XX(STOPPED, "stopped", "more failed than may, or the run was stopped in it")

typedef enum pgm_wave_state {
#define XX(name, text, meaning) PGM_WAVE_##name,
    PGM_WAVE_STATE_MAP(XX)
#undef XX
        PGM_WAVE_STATE_COUNT
} pgm_wave_state;

/** "ended"; "" for what is no state. Static storage. */
PGM_API const char *pgm_wave_state_name(pgm_wave_state state);

/** As many as like may fail. */
#define PGM_NO_LIMIT SIZE_MAX

/** Targets that go together: the next wave starts when this one has ended, and no more of it have
    failed than may. */
typedef struct pgm_wave {
    const char *name; /**< "canary", "wave 3", "the rest" (targets without a wave); "all" when
                         there are no waves */
    size_t targets;   /**< at least 1 */
    size_t at_once;   /**< so many of them march at once, at most: the caps allow no more */
    size_t limit;     /**< so many may fail; behind the next failure nothing starts, but what is
                         under way may fail too: no more than `limit` + `at_once` can. Or
                         PGM_NO_LIMIT */
    size_t failed;    /**< so far: failed (unreachable ones too) or unknown */
    pgm_wave_state state;
} pgm_wave;

/** About how long `up` would take, judged by what its migrations took where they are applied
    already. Locks that are waited for and questions between waves are not in it. */
typedef struct pgm_estimate {
    int64_t likely_ms; /**< each migration takes as long as on the target in the middle; -1: of none
                            of them a ledger says how long it took */
    int64_t longest_ms;  /**< each takes as long as it took anywhere; or -1 */
    size_t migrations;   /**< different ones that are pending somewhere */
    size_t unknown;      /**< of these, how many no ledger tells of: they count as nothing */
    size_t judged_least; /**< so many targets at least tell of each of the others */
    size_t judged_most;  /**< and so many at most */
} pgm_estimate;

/** Something that a source has and that makes no target: `what` is plural. */
typedef struct pgm_passed_over {
    const char *what; /**< "archived branches" */
    size_t count;
} pgm_passed_over;

/** Where targets came from that no file lists. */
typedef struct pgm_source {
    const char *name;   /**< of its section */
    const char *kind;   /**< "query" */
    const char *origin; /**< "fleet.conf:3" */
    const char *place;  /**< what was asked, without a password; or NULL */
    size_t found;
    const pgm_passed_over *passed_over;
    size_t passed_over_count;
    int64_t duration_ms;
} pgm_source;

/** What comparing the targets' catalogs has brought (`drift` of pgm_options): in targets. */
typedef struct pgm_catalogs {
    size_t compared;  /**< with others that have the same migrations */
    size_t differing; /**< of these: from most of the others; where there is no majority, all */
    size_t apart;     /**< no other has their migrations and server version */
    size_t unread;    /**< nobody knows what is in their catalogs */
} pgm_catalogs;

/** The run as a whole. */
typedef struct pgm_summary {
    const char *id; /**< also in application_name and in the ledger's run_id */
    pgm_command command;
    bool dry_run;
    int64_t started_at_ms; /**< Unix time, milliseconds */
    int64_t duration_ms;
    size_t counts[PGM_COUNTS]; /**< targets by outcome */
    const char *const *code;   /**< migrations in code that were left out: paths from the folder */
    size_t code_count;
    const pgm_wave *waves; /**< in the order in which they go: known from pgm_run_open() on */
    size_t wave_count;
    /** SHA-256 in hex; docs/users/report.md says of which bytes. Shards of one rollout have all
        three in common: whoever puts their reports together compares them. */
    const char *fleet_digest;      /**< names of all targets of the files */
    const char *selection_digest;  /**< names of those that were selected, in all shards */
    const char *migrations_digest; /**< versions and checksums of the folder; targets: NULL */
    size_t selected_count;         /**< targets in all shards */
    size_t shard_index;            /**< of `shard_count`, from 0, as in pgm_options */
    size_t shard_count;            /**< 0: the run is no shard */
    const pgm_estimate *estimate;  /**< where `up` was only looked at (a dry run, a survey), and
                                      something is pending; else NULL */
    const char *to;       /**< the version that bounds the run, "0" where `down` takes back all, or
                               the one that `repair` is about; or NULL */
    const char *retry_of; /**< as in pgm_options; or NULL */
    const pgm_source *sources; /**< those that were asked, in the order of the files */
    size_t source_count;
    const char *pgmarch; /**< the version of pgmarch whose run it is; NULL in reports of before */
    const pgm_catalogs *catalogs; /**< of a run with `drift`; else NULL */
} pgm_summary;

/** What an outcome means for the run. */
typedef enum pgm_verdict {
    PGM_VERDICT_WELL,       /**< nobody needs to look at this target */
    PGM_VERDICT_UNFINISHED, /**< not run, or cancelled: what was asked is still to be done */
    PGM_VERDICT_BAD         /**< failed, or unknown: somebody has to look */
} pgm_verdict;

/**
 * How well a target ended: the one place that judges it. A run has ended well, and the program
 * exits with 0, when all its targets have.
 *
 * @param summary  Of the run: where it only looks (status, dry run), pending migrations are what it
 *                 was to find, and no fault.
 */
PGM_API pgm_verdict pgm_result_verdict(const pgm_summary *summary, const pgm_result *result);

#ifdef __cplusplus
}
#endif
#endif
