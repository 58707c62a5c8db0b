/**
 * @file parse.h  Do the files that are pending parse, as the servers say that they are pending on?
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_PARSE_H
#define PGM_FLEET_PARSE_H

#include "pgmarch/pgmarch.h"

/** One thing that was found. */
typedef struct pgm__parse_finding {
    pgm_finding finding;
    pgm_syntax_error error; /* of a "syntax-error" */
} pgm__parse_finding;

/** What came of it; all of it is borrowed from the run. */
typedef struct pgm__parsed {
    const pgm_syntax_asked *asked; /* that have answered */
    size_t asked_count;
    const pgm__parse_finding *findings;
    size_t count;
} pgm__parsed;

/**
 * Asks one target of each server version, behind a dry run of `up` over all targets. The run's
 * results are not meant to be read behind it.
 *
 * @param[out] out  Untouched on failure.
 * @return PGM_OK, whatever was found and whoever could not be asked; as pgm_run_execute() else.
 */
PGM_MUST_CHECK pgm_status pgm__parse_pending(pgm_run *run, pgm__parsed *out, pgm_error *err);

#endif
