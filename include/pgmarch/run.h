/**
 * @file run.h  A run: opened, executed, asked for its results, freed.
 *
 * Layer: public.
 */
#ifndef PGMARCH_RUN_H
#define PGMARCH_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"
#include "pgmarch/fleet.h"
#include "pgmarch/options.h"
#include "pgmarch/result.h"

#ifdef __cplusplus
extern "C" {
#endif

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
 * The order in which migrations run, for versions of the folder and for those that only a ledger
 * knows: by number, as numbers of any length ("0002" equals "2", "1.10" is above "1.9"), then by
 * the rest of the name, then by all bytes. What has no number comes first, what is repeatable
 * ("R__name") last.
 *
 * @return <0, 0, >0; 0 for equal texts only.
 */
PGM_API int pgm_migration_compare(const char *version, const char *other);

/**
 * Reads the migrations and the targets, checks both, opens no connection. Where a target file has
 * sources (`discover = ...`), there is no target yet: pgm_run_discover() comes next.
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
 * Asks the sources of the target files, and chooses among all targets. Behind a run that was opened
 * without any, it has nothing to do. pgm_run_stop() ends it. Nothing is changed anywhere.
 *
 * @return PGM_OK; PGM_EUSAGE: a source found nothing, or as pgm_run_open(); PGM_EPARSE: what a
 * source said makes no target; PGM_EIO: one was not reached, gave no whole answer, or was stopped;
 *         PGM_ENOMEM; PGM_EINTERNAL: called again behind a failure.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_discover(pgm_run *run, pgm_error *err);

/** How many sources pgm_run_discover() has to ask before anything else is done; 0 = nothing is to
 * be found. */
PGM_API size_t pgm_run_unasked(const pgm_run *run);

/**
 * Looks at every target, within the same caps as a run, and changes nothing: what
 * pgm_run_execute() would do is then in the results, as after a dry run (NOT_RUN with what is
 * pending, UP_TO_DATE, FAILED), until that is called. Where it is, `up` and `down` do on each
 * target what was seen here, or less, where another run was quicker; a target on which more would
 * have to be done, or another migration rolled back, fails. Waves do not count. Events have
 * `survey` set. pgm_run_stop() ends it; a run that was stopped does nothing when it is executed.
 *
 * @return As pgm_run_execute(); PGM_EINTERNAL behind it, or when called twice.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_survey(pgm_run *run, pgm_error *err);

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

/**
 * Answers the gate (pgm_options): once for each time it is asked; without a question it is a no-op.
 * May be called from any thread.
 *
 * @param why  Not going on: in words, for the report; copied, and cut behind 255 bytes. Or NULL.
 */
PGM_API void pgm_run_answer(pgm_run *run, bool go_on, const char *why);

PGM_API size_t pgm_run_target_count(const pgm_run *run);
PGM_API pgm_target_info pgm_run_target(const pgm_run *run, size_t index);

/** Of PGM_COMMAND_TARGETS; NULL of any other command. Borrowed from the run. */
PGM_API const pgm_target_details *pgm_run_target_details(const pgm_run *run, size_t index);
PGM_API const pgm_fleet *pgm_run_fleet(const pgm_run *run);

/**
 * Makes a target file of the chosen targets, which is read as the same ones: every target says all
 * that files, sources and [rollout] say of it, and what `ledger` and `role` of the options do;
 * other options, and what libpq finds in its environment, are left to whoever reads it. No secret
 * is in it: a comment names the targets that had one.
 *
 * @param head          Lines of a comment at its top. Borrowed for the call.
 * @param[out] text     Borrowed from the run.
 * @param[out] secrets  So many targets had a secret, which is not there.
 * @return PGM_OK; PGM_EUSAGE: there is no target, one has a flaw, or something of one that no
 *         target file can say; PGM_ENOMEM; PGM_EINTERNAL: it would not be read as the same targets.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_save_targets(pgm_run *run, const char *head,
                                                       const char **text, size_t *secrets,
                                                       pgm_error *err);

PGM_API size_t pgm_run_migration_count(const pgm_run *run);
PGM_API pgm_migration_info pgm_run_migration(const pgm_run *run, size_t index);

/** Valid after pgm_run_execute() or pgm_run_survey(); before them every outcome is NOT_RUN.
   Borrowed from the run. */
PGM_API const pgm_result *pgm_run_result(const pgm_run *run, size_t index);
PGM_API const pgm_summary *pgm_run_summary(const pgm_run *run);

/**
 * Has the run left a thread behind that still computes the login of a server it has given up? It
 * cannot be ended, and touches nothing of the run; a program that ends by exit() would take away
 * from under it what the TLS library frees there, and should end by _exit().
 */
PGM_API bool pgm_run_lingers(const pgm_run *run);

/** Frees the run and all it handed out. NULL is a no-op. Not while pgm_run_execute() runs. */
PGM_API void pgm_run_free(pgm_run *run);

#ifdef __cplusplus
}
#endif
#endif
