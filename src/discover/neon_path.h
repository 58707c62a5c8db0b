/**
 * @file neon_path.h  What the Neon API is asked: paths behind its address.
 *
 * Branches are asked for in the order in which they were made: a list by its default, the last
 * change, is another one while it is read. All lists are asked for with the most that a page may
 * hold; projects without a limit would be ten.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_PATH_H
#define PGM_DISCOVER_NEON_PATH_H

#include "base/arena.h"

/** Each is the arena's; NULL when out of memory. `cursor` NULL: the first page; `org` NULL: what
 * the key says. */
const char *pgm__neon_path_projects(pgm__arena *arena, const char *org, const char *cursor);
const char *pgm__neon_path_project(pgm__arena *arena, const char *project);
const char *pgm__neon_path_branches(pgm__arena *arena, const char *project, const char *cursor);
const char *pgm__neon_path_endpoints(pgm__arena *arena, const char *project);

/** Where a branch is made, a branch by its id, and the computes of that alone. */
const char *pgm__neon_path_new_branch(pgm__arena *arena, const char *project);
const char *pgm__neon_path_branch(pgm__arena *arena, const char *project, const char *branch);
const char *pgm__neon_path_branch_endpoints(pgm__arena *arena, const char *project,
                                            const char *branch);

/** As pgm__neon_path_branches(), those alone whose name or id has `part` somewhere in it. */
const char *pgm__neon_path_search(pgm__arena *arena, const char *project, const char *part,
                                  const char *cursor);

/** Who logs in where. */
typedef struct pgm__neon_login {
    const char *project;
    const char *branch;
    const char *endpoint;
    const char *database;
    const char *role;
} pgm__neon_login;

const char *pgm__neon_path_uri(pgm__arena *arena, const pgm__neon_login *login);

#endif
