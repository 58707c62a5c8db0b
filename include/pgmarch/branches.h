/**
 * @file branches.h  Branches at Neon that rehearsals have made, and that are there still.
 *
 * Layer: public.
 */
#ifndef PGMARCH_BRANCHES_H
#define PGMARCH_BRANCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"
#include "pgmarch/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What became of one. */
#define PGM_BRANCH_FATE_MAP(XX)                                                                    \
    XX(REMOVED, "removed")                                                                         \
    XX(IN_USE, "in use")                                                                           \
    XX(FAILED, "not removed")

typedef enum pgm_branch_fate {
#define XX(name, text) PGM_BRANCH_##name,
    PGM_BRANCH_FATE_MAP(XX)
#undef XX
        PGM_BRANCH_FATE_COUNT
} pgm_branch_fate;

/** "in use"; "" for what is none. Static storage. */
PGM_API const char *pgm_branch_fate_name(pgm_branch_fate fate);

/** A branch. Borrowed from the run. */
typedef struct pgm_branch {
    const char *project; /**< its id */
    const char *id;      /**< NULL: not known, where a rehearsal was not told that it was made */
    const char *name;    /**< "pgmarch-rehearsal-RUN-NUMBER" */
    const char *expires; /**< when Neon deletes it by itself; or NULL */
    pgm_branch_fate fate;
    const char *why; /**< FAILED: in words; else NULL */
} pgm_branch;

/**
 * Removes what rehearsals have left at Neon, in the projects of the chosen targets. What no
 * rehearsal has made is not touched, nor is the default branch of a project or a protected one,
 * whatever it is called. One that may be in use is left: its compute is awake, or it was made less
 * than ten minutes ago.
 *
 * @param run  Behind pgm_run_discover(); it need not be executed. pgm_run_stop() ends it.
 * @param all  Those that may be in use too.
 * @return PGM_OK, also when some could not be removed; PGM_EUSAGE: no target was found by `discover
 *         = neon`, or the API refuses; PGM_EIO: it did not answer; PGM_ECANCELLED; PGM_ENOMEM;
 *         PGM_EINTERNAL when called twice. What was removed before a failure can be asked for.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_run_clean(pgm_run *run, bool all, pgm_error *err);

/** Those that were found, valid behind pgm_run_clean(); behind pgm_run_execute() of a rehearsal
 * those that it has left, which its results warn of too. */
PGM_API size_t pgm_run_branch_count(const pgm_run *run);
PGM_API pgm_branch pgm_run_branch(const pgm_run *run, size_t index);

#ifdef __cplusplus
}
#endif
#endif
