/**
 * @file validate.h  What can be known of a folder before a run.
 *
 * Layer: public.
 */
#ifndef PGMARCH_VALIDATE_H
#define PGMARCH_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"
#include "pgmarch/options.h"
#include "pgmarch/result.h"
#include "pgmarch/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What pgm_validate() looks at. Grows as pgm_options does. */
typedef struct pgm_validate_options {
    size_t size;      /**< of the caller's struct, set by pgm_validate_options_init() */
    bool online;      /**< read the targets' ledgers too, and have what is pending parsed by their
                           servers; nothing is run, changed or locked */
    bool no_warnings; /**< keep errors only */
    /** Warn of migrations from this version on, the others are history; NULL: as the folder's
        pgmarch.conf says, "0": all. What is made from there on counts as new. */
    const char *since;
    /** With `online`: warn of what is pending on at least one of the targets. */
    bool pending;
    /** With `online`: called with the run that looks at the targets before its sources are asked,
        again before its targets are, and with NULL before that run is let go; or NULL. From the
        first call on pgm_run_stop() can end it: what was found then is not all there is. On the
        thread of pgm_validate(), as the observer of its options. */
    void (*watch)(pgm_run *run, void *data);
    void *watch_data;
} pgm_validate_options;

/** pgm_validate_options_init() for a caller whose struct has `size` bytes. */
PGM_API void pgm_validate_options_init_sized(pgm_validate_options *options, size_t size);

/** Fills in `size` and "no" everywhere. */
static inline void pgm_validate_options_init(pgm_validate_options *options) {
    pgm_validate_options_init_sized(options, sizeof *options);
}

typedef struct pgm_validation pgm_validation; /* opaque */

/** Why warnings and notes of a migration are not told. */
#define PGM_LEFT_OUT_MAP(XX)                                                                       \
    XX(BEFORE_SINCE, "before_since", "it comes before the version from which on is warned")        \
    XX(NOT_PENDING, "not_pending", "it is pending on no target whose ledger was read")             \
    XX(ALLOWED, "allowed", "the folder's pgmarch.conf allows it")

typedef enum pgm_left_out {
#define XX(name, text, meaning) PGM_LEFT_OUT_##name,
    PGM_LEFT_OUT_MAP(XX)
#undef XX
        PGM_LEFT_OUT_COUNT
} pgm_left_out;

/** "before_since"; "" for what is none. Static storage. */
PGM_API const char *pgm_left_out_name(pgm_left_out reason);

/** A server that has parsed files. */
typedef struct pgm_syntax_asked {
    int server_version; /**< 15: one server of each is asked */
    const char *target;
    size_t file_count;
} pgm_syntax_asked;

/** What a server says of a file that it only parsed. May grow at its end. */
typedef struct pgm_syntax_error {
    unsigned column;      /**< of the finding's line; 1-based, in characters, 0 = unknown */
    const char *sqlstate; /**< five characters */
    int server_version;   /**< 15 */
} pgm_syntax_error;

/** What was looked at, and how much was found. */
typedef struct pgm_validation_summary {
    const char *dir;
    const char *layout; /**< of the folder: "golang-migrate", "dbmate" …; NULL: not known */
    size_t migration_count;
    size_t down_count;             /**< of them, with a way down */
    size_t verify_count;           /**< of them, with a verify file */
    size_t target_count;           /**< whose ledgers were asked for */
    bool online_left_out;          /**< asked for, but with errors in the files no ledger is read */
    size_t counts[PGM_COUNTS];     /**< findings by severity */
    const char *since;             /**< from which version on is warned; NULL: from the first one */
    bool pending;                  /**< only what is pending is warned of */
    size_t left_out[PGM_COUNTS];   /**< warnings that are not told, by pgm_left_out */
    size_t selected_count;         /**< targets in all shards */
    size_t shard_index;            /**< of `shard_count`, from 0, as in pgm_options */
    size_t shard_count;            /**< 0: the targets are no shard */
    const pgm_syntax_asked *asked; /**< the servers that have parsed what is pending */
    size_t asked_count;
} pgm_validation_summary;

/**
 * Looks for all that can be known before a run: every file that a run would refuse, and what locks
 * or breaks a live system (docs/users/linting.md). Opens no connection unless it is asked to.
 *
 * @param[out] out  The caller frees it with pgm_validation_free(). Untouched on failure.
 * @param options   Folder; with `online` also targets, limits and `out_of_order`. The command and
 *                  `to` do not matter. Borrowed for the call.
 * @param validate  NULL = as pgm_validate_options_init() leaves it.
 * @return PGM_OK, whatever was found; PGM_EUSAGE (also `since` that is no version of the folder,
 *         `pending` without `online`), PGM_EIO (there is no such folder, or no migration in it);
 * with `online` as pgm_run_open() and pgm_run_execute(); PGM_ENOMEM.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_validate(pgm_validation **out, const pgm_options *options,
                                               const pgm_validate_options *validate,
                                               pgm_error *err);

/** Findings, all borrowed from it: what is refused, then warnings in the order of the files, then
 *  those of the targets. */
PGM_API size_t pgm_validation_count(const pgm_validation *validation);
PGM_API const pgm_finding *pgm_validation_finding(const pgm_validation *validation, size_t index);
/** Of a finding with the code "syntax-error": where in its line, and the server's code; else NULL.
 */
PGM_API const pgm_syntax_error *pgm_validation_syntax_error(const pgm_validation *validation,
                                                            size_t index);
PGM_API const pgm_validation_summary *pgm_validation_summary_of(const pgm_validation *validation);

/** Frees it and all it handed out. NULL is a no-op. */
PGM_API void pgm_validation_free(pgm_validation *validation);

#ifdef __cplusplus
}
#endif
#endif
