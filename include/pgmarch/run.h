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

struct uv_loop_s; /* libuv's uv_loop_t, which only pgm_run_start() wants */

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
 * Reads the migrations and the targets, checks both, and opens no connection but where `early` of
 * the options allows it. It blocks for as long as
 * the disk takes: on the thread of a loop it is called before the loop is turned, or handed to
 * another thread, since a run that is open may be passed on. Where a target file has
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
 * How a run ended that pgm_run_start() has begun. Called once, from a callback of the caller's
 * loop; the run may be freed in here, and has no handle on the loop any more.
 *
 * @param err  Borrowed for the call, never NULL: PGM_OK, also when targets failed; else as
 *             pgm_run_execute(); PGM_ECANCELLED: pgm_run_free() came first.
 */
typedef void (*pgm_finished_fn)(pgm_run *run, const pgm_error *err, void *data);

/**
 * As pgm_run_execute(), on a libuv loop of the caller's: returns at once, and all that follows
 * happens while that loop is turned, which it is kept alive for. Several runs may be on one loop.
 * Nothing is told before the loop is turned: neither the observer nor `finished` is called from in
 * here.
 *
 * The run has three handles on the loop, which are its own: whoever closes all handles of a loop
 * (uv_walk()) waits for `finished` first. Until then uv_loop_close() answers UV_EBUSY.
 *
 * In a turn of the loop the run leaves what is ready for the next one after 1 ms, so that others
 * have their turn; it waits for nothing. What it has begun by then it does not break off: the
 * longest turn is to be below 5 ms on a machine with a core to spare, but for a single statement of
 * megabytes, which libpq copies as a whole. docs/users/library.md has what was measured. Only this
 * call is so: pgm_run_open(), pgm_run_discover(), pgm_run_survey(), pgm_run_clean(),
 * pgm_validate() and pgm_drift_find() block for as long as they take.
 *
 * @param loop      Turned on the thread that calls this, and outlives `finished`.
 * @param finished  Called with `data` at the end.
 * @return PGM_OK; PGM_EUSAGE: no loop, one that is closed, or no function; PGM_EIO: the loop takes
 *         no more handles; PGM_ENOMEM; PGM_EINTERNAL as pgm_run_execute(). Behind a failure
 *         `finished` is not called, and the run can be started again.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_start(pgm_run *run, struct uv_loop_s *loop,
                                                pgm_finished_fn finished, void *data,
                                                pgm_error *err);

/**
 * Asks a run that is executed, surveyed or started to end: the first call starts nothing new and
 * cancels what is in flight (rolled back), the second also cancels statements that cannot be rolled
 * back. May be called from any thread and from a signal handler.
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

/** Valid after pgm_run_execute() or pgm_run_survey(), and once a started run has finished; before
   them every outcome is NOT_RUN. Borrowed from the run. */
PGM_API const pgm_result *pgm_run_result(const pgm_run *run, size_t index);
PGM_API const pgm_summary *pgm_run_summary(const pgm_run *run);

/**
 * Has the run left a thread behind that still computes the login of a server it has given up? It
 * cannot be ended, and touches nothing of the run; a program that ends by exit() would take away
 * from under it what the TLS library frees there, and should end by _exit().
 *
 * @param run  NULL: has any run done so that could not be opened (pgm_options, `early`)?
 */
PGM_API bool pgm_run_lingers(const pgm_run *run);

/**
 * Frees the run and all it handed out. NULL is a no-op. Not while pgm_run_execute() runs, and not
 * from its observer or gate. A run that was started and has not finished is stopped first, and this
 * blocks until what was under way has ended: as long as the longest statement that cannot be rolled
 * back, unless pgm_run_stop() was called twice before. `finished` is called from in here then, and
 * the loop has to be turned once more before uv_loop_close().
 */
PGM_API void pgm_run_free(pgm_run *run);

#ifdef __cplusplus
}
#endif
#endif
