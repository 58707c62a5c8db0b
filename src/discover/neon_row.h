/**
 * @file neon_row.h  A branch → the row of a target.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_ROW_H
#define PGM_DISCOVER_NEON_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "discover/neon_choice.h"
#include "discover/neon_uri.h"
#include "model/targets/source_row.h"
#include "model/targets/source_section.h"
#include "pgmarch/error.h"

/** Columns for {COLUMN} that each row has: is it the same for all branches of a project? */
#define PGM__NEON_OFFERED_MAP(XX)                                                                  \
    XX(NAME, "name", false)                                                                        \
    XX(BRANCH, "branch", false)                                                                    \
    XX(BRANCH_ID, "branch_id", false)                                                              \
    XX(PROJECT, "project", true)                                                                   \
    XX(PROJECT_ID, "project_id", true)                                                             \
    XX(ENDPOINT_ID, "endpoint_id", false)                                                          \
    XX(STATE, "state", false)

enum {
#define XX(id, name, of_project) PGM__NEON_OFFERED_##id,
    PGM__NEON_OFFERED_MAP(XX)
#undef XX
        PGM__NEON_OFFERED
};

/** Its name, and whether it is the same for all branches of a project; index below
 *  PGM__NEON_OFFERED. */
const char *pgm__neon_offered_name(size_t index);
bool pgm__neon_is_of_project(size_t index);

/** A branch that is a target. Borrowed. */
typedef struct pgm__neon_place {
    const pgm__neon_project *project;
    const pgm__neon_chosen *chosen;
    bool one_project; /* the only one: its branches are known by their names alone */
} pgm__neon_place;

/**
 * The columns that are offered: all that is known before its connection URI is.
 *
 * @param arena        Owns the name.
 * @param[out] columns PGM__NEON_OFFERED of them, borrowed from the place.
 * @return False: out of memory.
 */
bool pgm__neon_offer(pgm__arena *arena, const pgm__neon_place *place, pgm__source_column *columns);

/**
 * The whole row: what is offered, and how to connect, as the URI says it but to this branch's own
 * compute. Beside host, port, database, role and password the section's own words go before the
 * URI's.
 *
 * @param uri  Of a branch with the same passwords; NULL: the section has the password.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__neon_row(pgm__arena *arena, const pgm__source *source,
                                        const pgm__neon_place *place, const pgm__neon_uri *uri,
                                        pgm__source_row *out, pgm_error *err);

#endif
