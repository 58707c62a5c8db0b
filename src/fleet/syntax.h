/**
 * @file syntax.h  Who is asked whether files parse, for which of them, and what was said.
 *
 * What is pending on targets of one major version is asked of one target of it: servers of one
 * version parse alike, and a file that is not pending there may be as the next version wants it.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SYNTAX_H
#define PGM_FLEET_SYNTAX_H

#include "fleet/run_data.h"

/** One server version, and the target that is asked. */
typedef struct pgm__syntax_ask {
    int version;             /* 15 */
    size_t target;           /* its number in the run */
    pgm__syntax_file *files; /* what is pending on targets of the version, in its order */
    size_t file_count;
    /* what came of it */
    bool ended;
    const pgm_failure *failure; /* it could not be asked; or NULL */
    pgm__syntax_fault *faults;
    size_t fault_count;
} pgm__syntax_ask;

/** For the whole run; in its arena. */
struct pgm__syntax_plan {
    pgm__syntax_ask *items; /* by version; only those that have files to ask for */
    size_t count;
};

/**
 * Behind a look at all targets: chooses. Of several targets the first that is no production one is
 * asked, since its log gets what is sent.
 *
 * @param[out] plan  Empty where nothing is pending. Untouched on failure.
 * @return false: out of memory.
 */
PGM_MUST_CHECK bool pgm__syntax_choose(pgm_run *run, pgm__syntax_plan **plan);

/** What is asked of a target, where the run is one that only asks; or NULL. */
const pgm__syntax_ask *pgm__syntax_of(const pgm_run *run, size_t target);

/** Keeps what came of it; run->no_memory says when it is not complete. */
void pgm__syntax_keep(pgm_run *run, size_t target, const pgm__march_result *result);

#endif
