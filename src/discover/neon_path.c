#include "discover/neon_path.h"

#include <string.h>

#include "base/strbuf.h"

/* Names may hold anything; what is no letter, digit or one of these is written in hex. */
static void add_encoded(pgm__strbuf *path, const char *text) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL) {
            pgm__strbuf_addc(path, *c);
        } else {
            pgm__strbuf_addf(path, "%%%02X", (unsigned)(unsigned char)*c);
        }
    }
}

/* ?name=value, or & in front; nothing for no value. */
static void add_parameter(pgm__strbuf *path, const char *name, const char *value) {
    if (value == NULL) {
        return;
    }
    bool first = path->len == 0 || memchr(path->text, '?', path->len) == NULL;
    pgm__strbuf_addf(path, "%c%s=", first ? '?' : '&', name);
    add_encoded(path, value);
}

static void add_project(pgm__strbuf *path, const char *project) {
    pgm__strbuf_adds(path, "/projects/");
    add_encoded(path, project);
}

static const char *keep(pgm__arena *arena, pgm__strbuf *path) {
    const char *copy = path->failed ? NULL : pgm__arena_strdup(arena, path->text);
    pgm__strbuf_fini(path);
    return copy;
}

const char *pgm__neon_path_projects(pgm__arena *arena, const char *org, const char *cursor) {
    pgm__strbuf path = {0};
    pgm__strbuf_adds(&path, "/projects?limit=400");
    add_parameter(&path, "org_id", org);
    add_parameter(&path, "cursor", cursor);
    return keep(arena, &path);
}

const char *pgm__neon_path_project(pgm__arena *arena, const char *project) {
    pgm__strbuf path = {0};
    add_project(&path, project);
    return keep(arena, &path);
}

const char *pgm__neon_path_branches(pgm__arena *arena, const char *project, const char *cursor) {
    return pgm__neon_path_search(arena, project, NULL, cursor);
}

const char *pgm__neon_path_search(pgm__arena *arena, const char *project, const char *part,
                                  const char *cursor) {
    pgm__strbuf path = {0};
    add_project(&path, project);
    pgm__strbuf_adds(&path, "/branches?sort_by=created_at&sort_order=asc&limit=10000");
    add_parameter(&path, "search", part);
    add_parameter(&path, "cursor", cursor);
    return keep(arena, &path);
}

const char *pgm__neon_path_new_branch(pgm__arena *arena, const char *project) {
    pgm__strbuf path = {0};
    add_project(&path, project);
    pgm__strbuf_adds(&path, "/branches");
    return keep(arena, &path);
}

static void add_branch(pgm__strbuf *path, const char *project, const char *branch) {
    add_project(path, project);
    pgm__strbuf_adds(path, "/branches/");
    add_encoded(path, branch);
}

const char *pgm__neon_path_branch(pgm__arena *arena, const char *project, const char *branch) {
    pgm__strbuf path = {0};
    add_branch(&path, project, branch);
    return keep(arena, &path);
}

const char *pgm__neon_path_branch_endpoints(pgm__arena *arena, const char *project,
                                            const char *branch) {
    pgm__strbuf path = {0};
    add_branch(&path, project, branch);
    pgm__strbuf_adds(&path, "/endpoints");
    return keep(arena, &path);
}

const char *pgm__neon_path_endpoints(pgm__arena *arena, const char *project) {
    pgm__strbuf path = {0};
    add_project(&path, project);
    pgm__strbuf_adds(&path, "/endpoints");
    return keep(arena, &path);
}

const char *pgm__neon_path_uri(pgm__arena *arena, const pgm__neon_login *login) {
    pgm__strbuf path = {0};
    add_project(&path, login->project);
    pgm__strbuf_adds(&path, "/connection_uri");
    add_parameter(&path, "branch_id", login->branch);
    add_parameter(&path, "endpoint_id", login->endpoint);
    add_parameter(&path, "database_name", login->database);
    add_parameter(&path, "role_name", login->role);
    return keep(arena, &path);
}
