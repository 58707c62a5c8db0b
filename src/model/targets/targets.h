/**
 * @file targets.h  The list of all targets, from files and from a URL.
 *
 * Layer: model, targets. Reads files (through base/file.h) and environment values (through a
 * callback). Threads: immutable after load; safe to share.
 */
#ifndef PGM_MODEL_TARGETS_TARGETS_H
#define PGM_MODEL_TARGETS_TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include "model/targets/source_row.h"
#include "model/targets/source_section.h"
#include "model/targets/target.h"
#include "model/targets/target_rollout.h"
#include "pgmarch/error.h"

typedef struct pgm__targets pgm__targets; /* opaque */

/** An empty list; NULL when out of memory. */
pgm__targets *pgm__targets_new(void);

/** Frees it with all its targets; NULL is a no-op. */
void pgm__targets_free(pgm__targets *targets);

/**
 * Reads a target file, or all *.conf files of a folder in byte order, and adds their targets.
 *
 * A section is a target; [defaults] counts for the targets of its own file, [rollout] for all of
 * all files (target_rollout.h). `key =` without a value takes a default back. ${NAME} is the
 * environment variable; $$ is one $. A variable that is not set, or empty, is kept as the target's
 * flaw and hurts only who chooses it; but for `tags`, `jobs`, `per_server` and `wake`, which say
 * something about the whole run. Where files differ about the last three, the smaller number
 * counts.
 * Syntax of lines: base/ini.h. On failure nothing is added.
 *
 * @param path  A file, or a folder.
 * @return PGM_OK; PGM_EIO; PGM_EPARSE (syntax, unknown key with the nearest known one, bad value,
 *         malformed ${, two targets of one name, two targets with the same settings, all with
 *         file:line); PGM_EUSAGE (no target in it); PGM_ENOMEM. No message holds a value.
 */
PGM_MUST_CHECK pgm_status pgm__targets_add_path(pgm__targets *targets, const char *path,
                                                pgm__getenv_fn getenv_fn,
                                                pgm__keyword_fn is_keyword, pgm_error *err);

/**
 * Adds the targets of a text, as pgm__targets_add_path() does those of a file. Behind a failure the
 * targets are of no use any more.
 *
 * @param name  Stands in messages and origins.
 * @param text  Borrowed for the call.
 */
PGM_MUST_CHECK pgm_status pgm__targets_add_text(pgm__targets *targets, const char *name,
                                                const char *text, pgm__getenv_fn getenv_fn,
                                                pgm__keyword_fn is_keyword, pgm_error *err);

/**
 * Adds the single target of a URL or keyword string. Whether libpq can use it is not checked here.
 *
 * @param url     Copied, as is `origin`.
 * @param origin  Names in messages where it came from: they never hold a piece of the URL.
 * @return PGM_OK; PGM_EPARSE: a parameter for the schema that cannot be taken; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_add_url(pgm__targets *targets, const char *url,
                                               const char *origin, pgm_error *err);

/** What standard input is called, as a source and as an origin. */
#define PGM__SOURCE_INPUT "standard input"

/**
 * Adds standard input as a source: its lines are those of a command (`discover = command`).
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_add_input(pgm__targets *targets, pgm__keyword_fn is_keyword,
                                                 pgm_error *err);

/** How many sections say where targets come from; they stay as they are. */
size_t pgm__targets_source_count(const pgm__targets *targets);

/** Borrowed; index < count. */
const pgm__source *pgm__targets_source(const pgm__targets *targets, size_t index);

/** All rows that a source has brought; borrowed. */
typedef struct pgm__found_rows {
    const pgm__source_row *rows;
    size_t count;
} pgm__found_rows;

/**
 * Makes the targets of all rows and puts those of each source where its section stands: behind all
 * files, and once. Behind a failure the targets are of no use any more.
 *
 * @param found  One for each source, in their order; texts of rows must outlive the targets.
 * @return PGM_OK; PGM_EPARSE: a row that makes no target, two targets of one name or one place,
 * with the rows; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_take_found(pgm__targets *targets,
                                                  const pgm__found_rows *found, pgm_error *err);

/**
 * Gives a ledger to every target that does not name its own: of those that are there, so it comes
 * behind all files.
 *
 * @param ledger  "table" or "schema.table", as `ledger =` takes it.
 * @return PGM_OK, PGM_EUSAGE (not of this form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_set_ledger(pgm__targets *targets, const char *ledger,
                                                  pgm_error *err);

/**
 * Gives a role to every target that does not name its own.
 *
 * @param role  As `role =` takes it.
 * @return PGM_OK, PGM_EUSAGE (no name of a role), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_set_role(pgm__targets *targets, const char *role,
                                                pgm_error *err);

/**
 * Behind all files: gives their waves to targets that name none, as [rollout] says.
 *
 * @return PGM_OK; PGM_EUSAGE: there is neither target nor source; PGM_EPARSE (file:line): a pattern
 * of [rollout] that chooses no target, or two files that put one into different waves.
 */
PGM_MUST_CHECK pgm_status pgm__targets_finish(pgm__targets *targets, pgm_error *err);

/** How many targets there are. */
size_t pgm__targets_count(const pgm__targets *targets);

/** Borrowed; index < count. */
const pgm__target *pgm__targets_at(const pgm__targets *targets, size_t index);

/** Run-wide settings of [defaults]: PGM_UNSET when no file names them. */
int64_t pgm__targets_jobs(const pgm__targets *targets);
int64_t pgm__targets_per_server(const pgm__targets *targets);
int64_t pgm__targets_wake(const pgm__targets *targets);

/** What [rollout] says; borrowed. */
const pgm__rollout_rules *pgm__targets_rollout(const pgm__targets *targets);

#endif
