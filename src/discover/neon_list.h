/**
 * @file neon_list.h  What the Neon API answers → projects, branches and endpoints.
 *
 * Only what is needed to find databases is read, and that strictly: a branch without a name, or a
 * list that is none, is no smaller fleet but an error. States are texts, for the API says that new
 * ones may come.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_LIST_H
#define PGM_DISCOVER_NEON_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

typedef struct pgm__neon_project {
    const char *id;
    const char *name;
} pgm__neon_project;

typedef struct pgm__neon_branch {
    const char *id;
    const char *name;
    const char *parent_id; /* NULL: it has none */
    const char *state;     /* "ready", "archived", … */
    const char *made;      /* when, as the API says it; NULL: it does not */
    const char *expires;   /* likewise: when Neon deletes it */
    bool is_protected;
    bool is_default;    /* of its project */
    bool has_own_roles; /* it was made of its parent's schema alone */
} pgm__neon_branch;

/** A compute. */
typedef struct pgm__neon_endpoint {
    const char *id;
    const char *branch_id;
    const char *host;
    const char *state; /* "init", "active", "idle"; NULL: the API does not say */
    bool writes;       /* read_write; else a replica that only reads */
    bool disabled;
    bool changes; /* its state is on its way to another one */
} pgm__neon_endpoint;

/** Lists that grow by one answer after the other; zeroed = empty. Texts are the arena's that the
 *  answers were read into; the items are freed with pgm__neon_..._fini(). */
typedef struct pgm__neon_projects {
    pgm__neon_project *items;
    size_t count;
    size_t capacity;
} pgm__neon_projects;

typedef struct pgm__neon_branches {
    pgm__neon_branch *items;
    size_t count;
    size_t capacity;
} pgm__neon_branches;

typedef struct pgm__neon_endpoints {
    pgm__neon_endpoint *items;
    size_t count;
    size_t capacity;
} pgm__neon_endpoints;

void pgm__neon_projects_fini(pgm__neon_projects *list);
void pgm__neon_branches_fini(pgm__neon_branches *list);
void pgm__neon_endpoints_fini(pgm__neon_endpoints *list);

/** An answer; text[len] is '\0'. */
typedef struct pgm__neon_body {
    const char *text;
    size_t len;
} pgm__neon_body;

/**
 * Each adds what one answer holds.
 *
 * @param arena      Owns the texts.
 * @param[out] next  The cursor that the next page is asked with; NULL: the API names none.
 * @return PGM_OK; PGM_EPARSE: it is not the JSON that it should be, or the API says itself that it
 *         is not all; PGM_ENOMEM. The list may have grown by a part then.
 */
PGM_MUST_CHECK pgm_status pgm__neon_read_projects(pgm__arena *arena, const pgm__neon_body *body,
                                                  pgm__neon_projects *list, const char **next,
                                                  pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__neon_read_branches(pgm__arena *arena, const pgm__neon_body *body,
                                                  pgm__neon_branches *list, const char **next,
                                                  pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__neon_read_endpoints(pgm__arena *arena, const pgm__neon_body *body,
                                                   pgm__neon_endpoints *list, pgm_error *err);

/** A single project. */
PGM_MUST_CHECK pgm_status pgm__neon_read_project(pgm__arena *arena, const pgm__neon_body *body,
                                                 pgm__neon_project *out, pgm_error *err);

/** A single branch, as an answer has it that made one, that shows or that deletes it. Untouched on
 *  failure. */
PGM_MUST_CHECK pgm_status pgm__neon_read_branch(pgm__arena *arena, const pgm__neon_body *body,
                                                pgm__neon_branch *out, pgm_error *err);

/** A connection URI, which holds a password. */
PGM_MUST_CHECK pgm_status pgm__neon_read_uri(pgm__arena *arena, const pgm__neon_body *body,
                                             const char **out, pgm_error *err);

/** What an answer that is an error says; NULL when it says nothing, or memory ran out. */
const char *pgm__neon_read_message(pgm__arena *arena, const pgm__neon_body *body);

#endif
