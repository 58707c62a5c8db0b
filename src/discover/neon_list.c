#include "discover/neon_list.h"

#include <string.h>

#include "base/error.h"
#include "base/json_text.h"
#include "base/mem.h"

/* ---- fields ---- */

/* The first thing that is wrong is kept, and nothing is read after that. */
typedef struct reader {
    pgm__arena *arena;
    pgm_status status;
    pgm_error *err;
} reader;

static void refuse(reader *r, const char *key, const char *wanted) {
    if (r->status == PGM_OK) {
        r->status = pgm__error_set(r->err, PGM_EPARSE, "the API's answer has no %s \"%s\"", wanted,
                                   key);
    }
}

/* NULL when it is not there, null, or there twice. */
static const pgm__json_value *field(const pgm__json_value *object, const char *key) {
    bool twice = false;
    const pgm__json_value *value = object->kind == PGM__JSON_OBJECT
                                       ? pgm__json_field(object, key, &twice)
                                       : NULL;
    return value == NULL || twice || value->kind == PGM__JSON_NULL ? NULL : value;
}

/* NULL when it is not there; a wrong kind is refused. */
static const pgm__json_value *field_of(reader *r, const pgm__json_value *object, const char *key,
                                       pgm__json_kind kind, const char *wanted) {
    const pgm__json_value *value = field(object, key);
    if (value != NULL && value->kind != kind) {
        refuse(r, key, wanted);
        return NULL;
    }
    return value;
}

static const char *may_text(reader *r, const pgm__json_value *object, const char *key) {
    const pgm__json_value *value = field_of(r, object, key, PGM__JSON_TEXT, "text");
    return value == NULL || *value->text == '\0' ? NULL : value->text;
}

static const char *need_text(reader *r, const pgm__json_value *object, const char *key) {
    const char *text = may_text(r, object, key);
    if (text == NULL) {
        refuse(r, key, "text");
    }
    return text;
}

static bool need_flag(reader *r, const pgm__json_value *object, const char *key) {
    const pgm__json_value *value = field_of(r, object, key, PGM__JSON_FLAG, "flag");
    if (value == NULL) {
        refuse(r, key, "flag");
    }
    return value != NULL && value->flag;
}

static const pgm__json_value *need_list(reader *r, const pgm__json_value *object, const char *key) {
    static const pgm__json_value none = {.kind = PGM__JSON_LIST};
    const pgm__json_value *list = field_of(r, object, key, PGM__JSON_LIST, "list");
    if (list == NULL) {
        refuse(r, key, "list");
        return &none;
    }
    return list;
}

/* `pagination.KEY`. */
static const char *cursor_of(reader *r, const pgm__json_value *root, const char *key) {
    const pgm__json_value *pages = field_of(r, root, "pagination", PGM__JSON_OBJECT, "object");
    return pages == NULL ? NULL : may_text(r, pages, key);
}

static const pgm__json_value *open_body(reader *r, const pgm__neon_body *body) {
    static const pgm__json_value none = {.kind = PGM__JSON_OBJECT};
    const pgm__json_value *root = NULL;
    r->status = pgm__json_parse(r->arena, "answer of", "API", body->text, body->len, &root, r->err);
    if (r->status == PGM_OK && root->kind != PGM__JSON_OBJECT) {
        r->status = pgm__error_set(r->err, PGM_EPARSE, "the API's answer is no JSON object");
    }
    return r->status == PGM_OK ? root : &none;
}

/* ---- lists ---- */

/* Room for one more; NULL, and refused, when there is none. */
static void *grow(reader *r, void *items, size_t count, size_t *capacity, size_t size) {
    void *grown = pgm__grow(items, count, capacity, size);
    if (grown == NULL) {
        r->status = pgm__error_nomem(r->err);
    }
    return grown;
}

static void add_project(reader *r, const pgm__json_value *item, pgm__neon_projects *list) {
    pgm__neon_project *grown = grow(r, list->items, list->count, &list->capacity,
                                    sizeof *list->items);
    if (grown != NULL) {
        list->items = grown;
        grown[list->count++] = (pgm__neon_project){need_text(r, item, "id"),
                                                   need_text(r, item, "name")};
    }
}

/* Projects that the API knows of and could not look at in time: with them it is another fleet. */
static void refuse_unavailable(reader *r, const pgm__json_value *root) {
    const pgm__json_value *list = field_of(r, root, "unavailable_project_ids", PGM__JSON_LIST,
                                           "list");
    if (list != NULL && list->count > 0 && r->status == PGM_OK) {
        const char *first = list->first->kind == PGM__JSON_TEXT ? list->first->text : "?";
        r->status = pgm__error_set(
            r->err, PGM_EPARSE,
            "the API's list of projects is not complete: it could not look at %zu of them, \"%s\" "
            "is the first",
            list->count, first);
    }
}

pgm_status pgm__neon_read_projects(pgm__arena *arena, const pgm__neon_body *body,
                                   pgm__neon_projects *list, const char **next, pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const pgm__json_value *items = need_list(&r, root, "projects");
    refuse_unavailable(&r, root);
    for (const pgm__json_value *item = items->first; item != NULL && r.status == PGM_OK;
         item = item->next) {
        add_project(&r, item, list);
    }
    const char *cursor = cursor_of(&r, root, "cursor");
    /* The last page has a cursor as well, behind which there is nothing. */
    *next = items->count == 0 ? NULL : cursor;
    return r.status;
}

static bool may_flag(reader *r, const pgm__json_value *object, const char *key) {
    const pgm__json_value *value = field_of(r, object, key, PGM__JSON_FLAG, "flag");
    return value != NULL && value->flag;
}

static pgm__neon_branch branch_of(reader *r, const pgm__json_value *item) {
    const char *source = may_text(r, item, "init_source");
    return (pgm__neon_branch){.id = need_text(r, item, "id"),
                              .name = need_text(r, item, "name"),
                              .parent_id = may_text(r, item, "parent_id"),
                              .state = need_text(r, item, "current_state"),
                              .made = may_text(r, item, "created_at"),
                              .expires = may_text(r, item, "expires_at"),
                              .is_protected = need_flag(r, item, "protected"),
                              .is_default = may_flag(r, item, "default"),
                              .has_own_roles = source != NULL &&
                                               strcmp(source, "schema-only") == 0};
}

static void add_branch(reader *r, const pgm__json_value *item, pgm__neon_branches *list) {
    pgm__neon_branch *grown = grow(r, list->items, list->count, &list->capacity,
                                   sizeof *list->items);
    if (grown == NULL) {
        return;
    }
    list->items = grown;
    grown[list->count++] = branch_of(r, item);
}

pgm_status pgm__neon_read_branches(pgm__arena *arena, const pgm__neon_body *body,
                                   pgm__neon_branches *list, const char **next, pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const pgm__json_value *items = need_list(&r, root, "branches");
    for (const pgm__json_value *item = items->first; item != NULL && r.status == PGM_OK;
         item = item->next) {
        add_branch(&r, item, list);
    }
    *next = cursor_of(&r, root, "next");
    return r.status;
}

static void add_endpoint(reader *r, const pgm__json_value *item, pgm__neon_endpoints *list) {
    pgm__neon_endpoint *grown = grow(r, list->items, list->count, &list->capacity,
                                     sizeof *list->items);
    if (grown == NULL) {
        return;
    }
    list->items = grown;
    const char *type = need_text(r, item, "type");
    grown[list->count++] =
        (pgm__neon_endpoint){.id = need_text(r, item, "id"),
                             .branch_id = need_text(r, item, "branch_id"),
                             .host = need_text(r, item, "host"),
                             .state = may_text(r, item, "current_state"),
                             .writes = type != NULL && strcmp(type, "read_write") == 0,
                             .disabled = need_flag(r, item, "disabled"),
                             .changes = may_text(r, item, "pending_state") != NULL};
}

pgm_status pgm__neon_read_endpoints(pgm__arena *arena, const pgm__neon_body *body,
                                    pgm__neon_endpoints *list, pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const pgm__json_value *items = need_list(&r, root, "endpoints");
    for (const pgm__json_value *item = items->first; item != NULL && r.status == PGM_OK;
         item = item->next) {
        add_endpoint(&r, item, list);
    }
    return r.status;
}

/* ---- single things ---- */

pgm_status pgm__neon_read_project(pgm__arena *arena, const pgm__neon_body *body,
                                  pgm__neon_project *out, pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const pgm__json_value *project = field_of(&r, root, "project", PGM__JSON_OBJECT, "object");
    if (project == NULL) {
        refuse(&r, "project", "object");
        return r.status;
    }
    const pgm__neon_project found = {need_text(&r, project, "id"), need_text(&r, project, "name")};
    if (r.status == PGM_OK) {
        *out = found;
    }
    return r.status;
}

pgm_status pgm__neon_read_branch(pgm__arena *arena, const pgm__neon_body *body,
                                 pgm__neon_branch *out, pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const pgm__json_value *branch = field_of(&r, root, "branch", PGM__JSON_OBJECT, "object");
    if (branch == NULL) {
        refuse(&r, "branch", "object");
        return r.status;
    }
    const pgm__neon_branch found = branch_of(&r, branch);
    if (r.status == PGM_OK) {
        *out = found;
    }
    return r.status;
}

pgm_status pgm__neon_read_uri(pgm__arena *arena, const pgm__neon_body *body, const char **out,
                              pgm_error *err) {
    reader r = {.arena = arena, .err = err};
    const pgm__json_value *root = open_body(&r, body);
    const char *uri = need_text(&r, root, "uri");
    if (r.status == PGM_OK) {
        *out = uri;
    }
    return r.status;
}

const char *pgm__neon_read_message(pgm__arena *arena, const pgm__neon_body *body) {
    reader r = {.arena = arena};
    return may_text(&r, open_body(&r, body), "message");
}

/* ---- ends ---- */

void pgm__neon_projects_fini(pgm__neon_projects *list) {
    pgm__free(list->items);
    *list = (pgm__neon_projects){0};
}

void pgm__neon_branches_fini(pgm__neon_branches *list) {
    pgm__free(list->items);
    *list = (pgm__neon_branches){0};
}

void pgm__neon_endpoints_fini(pgm__neon_endpoints *list) {
    pgm__free(list->items);
    *list = (pgm__neon_endpoints){0};
}
