/**
 * @file validation.h  What pgm_validate() has found so far, shared by src/fleet only.
 *
 * validate.c          the files, and the ledgers against them
 * validate_history.c  what of it is of the past
 * validate_syntax.c   and what the servers' parsers say
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_VALIDATION_H
#define PGM_FLEET_VALIDATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/migrations.h"
#include "model/hazards/hazard_history.h"
#include "pgmarch/pgmarch.h"

/** A finding, and what only a server knows of it. */
typedef struct pgm__known_finding {
    pgm_finding finding;
    const pgm_syntax_error *error; /* or NULL */
} pgm__known_finding;

struct pgm_validation {
    pgm__arena arena; /* owns every text that is not static */
    pgm__known_finding *items;
    size_t count;
    size_t capacity;
    bool errors_only;
    pgm_validation_summary summary;
    /* While it is made: */
    pgm__migrations *migrations; /* NULL: the folder as a whole is refused */
    pgm_run *run;                /* the look at the ledgers, or NULL */
    size_t refused;              /* so many files or names; a run would not be opened */
    pgm__hazard_history history;
};

/**
 * Copies all but `code`, which is static; the rest may be of migrations and of runs that are freed
 * before the findings are read.
 *
 * @return false when memory ran out.
 */
PGM_MUST_CHECK bool pgm__validation_add(pgm_validation *v, pgm_finding finding);

/** The same with what a server says of it; `error` is kept as it is, and lives in v->arena. */
PGM_MUST_CHECK bool pgm__validation_add_error(pgm_validation *v, pgm_finding finding,
                                              const pgm_syntax_error *error);

/** Frees what is only needed while it is made. */
void pgm__validation_seal(pgm_validation *v);

#endif
