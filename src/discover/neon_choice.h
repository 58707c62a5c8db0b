/**
 * @file neon_choice.h  Which branches of a project are targets, and which of them share passwords.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_CHOICE_H
#define PGM_DISCOVER_NEON_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "discover/neon_list.h"
#include "pgmarch/error.h"

/** Why a branch that was asked for is no target; plural, for the report. */
#define PGM__NEON_REASON_MAP(XX)                                                                   \
    XX(REHEARSED, "branches that a rehearsal has made")                                            \
    XX(UNREADY, "branches that are still being made or reset")                                     \
    XX(ARCHIVED, "archived branches")                                                              \
    XX(PROTECTED, "protected branches")                                                            \
    XX(NO_COMPUTE, "branches without a compute")                                                   \
    XX(DISABLED, "branches whose compute is disabled")

typedef enum pgm__neon_reason {
#define XX(id, text) PGM__NEON_##id,
    PGM__NEON_REASON_MAP(XX)
#undef XX
        PGM__NEON_REASON_COUNT
} pgm__neon_reason;

/** The words of PGM__NEON_REASON_MAP; static storage. */
const char *pgm__neon_reason_text(pgm__neon_reason reason);

/** Globs. */
typedef struct pgm__neon_globs {
    const char *const *items;
    size_t count;
} pgm__neon_globs;

/** What is wanted. */
typedef struct pgm__neon_wish {
    pgm__neon_globs branches; /* by name; none = all */
    pgm__neon_globs exclude;
    bool archived;     /* too */
    bool is_protected; /* too */
} pgm__neon_wish;

/** A branch that is a target. Borrowed from the lists. */
typedef struct pgm__neon_chosen {
    const pgm__neon_branch *branch;
    const pgm__neon_endpoint *endpoint;
    size_t login; /* index of those that have the same passwords, below `logins` */
} pgm__neon_chosen;

/** What came of it, in the order of the branches. */
typedef struct pgm__neon_choice {
    pgm__neon_chosen *items;
    size_t count;
    const pgm__neon_chosen **logins; /* one of each, whose connection URI is to be asked */
    size_t login_count;
    size_t left_out[PGM__NEON_REASON_COUNT];
} pgm__neon_choice;

/**
 * Splits globs at commas; blanks around a glob do not count.
 *
 * @param text   NULL = none.
 * @param arena  Owns them.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__neon_split(pgm__arena *arena, const char *text, pgm__neon_globs *out,
                                          pgm_error *err);

/**
 * Chooses.
 *
 * A branch has the passwords of its parent, but a child of a protected one gets its own, and so has
 * one that was made of a schema alone.
 *
 * @param arena     Owns the choice.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EPARSE: a branch is there twice, so it is not one list; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__neon_choose(pgm__arena *arena, const pgm__neon_branches *branches,
                                           const pgm__neon_endpoints *endpoints,
                                           const pgm__neon_wish *wish, pgm__neon_choice *out,
                                           pgm_error *err);

#endif
