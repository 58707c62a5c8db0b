#include "discover/neon_choice.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "discover/neon_rehearsal.h"

const char *pgm__neon_reason_text(pgm__neon_reason reason) {
    static const char *const texts[] = {
#define XX(id, text) [PGM__NEON_##id] = (text),
        PGM__NEON_REASON_MAP(XX)
#undef XX
    };
    return texts[reason];
}

/* ---- globs ---- */

pgm_status pgm__neon_split(pgm__arena *arena, const char *text, pgm__neon_globs *out,
                           pgm_error *err) {
    size_t count = 1;
    for (const char *c = text == NULL ? "" : text; *c != '\0'; c++) {
        count += *c == ',';
    }
    const char **items = pgm__arena_calloc(arena, count, sizeof *items);
    if (items == NULL) {
        return pgm__error_nomem(err);
    }
    count = 0;
    for (const char *at = text; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        const char *next = at + len;
        while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t')) {
            len--;
        }
        if (len > 0 && (items[count++] = pgm__arena_strndup(arena, at, len)) == NULL) {
            return pgm__error_nomem(err);
        }
        at = next;
    }
    *out = (pgm__neon_globs){items, count};
    return PGM_OK;
}

static bool matches(const pgm__neon_globs *globs, const char *name) {
    for (size_t i = 0; i < globs->count; i++) {
        if (fnmatch(globs->items[i], name, 0) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- finding by id ---- */

/* A branch and what belongs to it. */
typedef struct node {
    const pgm__neon_branch *branch;
    const pgm__neon_endpoint *endpoint; /* that writes; one that is not disabled goes first */
    struct node *parent;                /* NULL: none, or it is not in the list */
    struct node *source;                /* of its passwords, itself or an ancestor; NULL: unknown */
    const pgm__neon_chosen *login;      /* of a source: who asks for all that have its passwords */
    size_t login_index;
} node;

typedef struct graph {
    node *nodes;  /* in the order of the list */
    node **by_id; /* in the order of their ids */
    size_t count;
} graph;

static int compare_ids(const void *a, const void *b) {
    const node *const *left = a;
    const node *const *right = b;
    return strcmp((*left)->branch->id, (*right)->branch->id);
}

static int compare_with_id(const void *id, const void *item) {
    const node *const *one = item;
    return strcmp(id, (*one)->branch->id);
}

static node *find(const graph *g, const char *id) {
    if (id == NULL || g->count == 0) {
        return NULL;
    }
    node **found = bsearch(id, g->by_id, g->count, sizeof *g->by_id, compare_with_id);
    return found == NULL ? NULL : *found;
}

static pgm_status build(pgm__arena *arena, const pgm__neon_branches *branches, graph *g,
                        pgm_error *err) {
    g->count = branches->count;
    g->nodes = pgm__arena_calloc(arena, g->count + 1, sizeof *g->nodes);
    g->by_id = pgm__arena_calloc(arena, g->count + 1, sizeof *g->by_id);
    if (g->nodes == NULL || g->by_id == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < g->count; i++) {
        g->nodes[i].branch = &branches->items[i];
        g->by_id[i] = &g->nodes[i];
    }
    qsort(g->by_id, g->count, sizeof *g->by_id, compare_ids);
    for (size_t i = 1; i < g->count; i++) {
        if (compare_ids(&g->by_id[i - 1], &g->by_id[i]) == 0) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "the API lists the branch \"%s\" twice, so its pages are not one "
                                  "list",
                                  g->by_id[i]->branch->name);
        }
    }
    for (size_t i = 0; i < g->count; i++) {
        g->nodes[i].parent = find(g, g->nodes[i].branch->parent_id);
    }
    return PGM_OK;
}

static void attach(const graph *g, const pgm__neon_endpoints *endpoints) {
    for (size_t i = 0; i < endpoints->count; i++) {
        const pgm__neon_endpoint *endpoint = &endpoints->items[i];
        node *owner = endpoint->writes ? find(g, endpoint->branch_id) : NULL;
        if (owner != NULL && (owner->endpoint == NULL || owner->endpoint->disabled)) {
            owner->endpoint = endpoint;
        }
    }
}

/* ---- passwords ---- */

static bool has_own_passwords(const node *one) {
    return one->parent == NULL || one->parent->branch->is_protected || one->branch->has_own_roles;
}

/* Up to the one whose passwords they are, and down again to note it: each branch is walked once.
 * Should parents make a circle, none of it is walked twice either. */
static node *source_of(node *one) {
    node *top = one;
    while (top->source == NULL && !has_own_passwords(top)) {
        node *parent = top->parent;
        top->source = top; /* until the way down; ends a circle */
        top = parent;
    }
    node *source = top->source == NULL ? top : top->source;
    for (node *at = one; at != top && at != NULL; at = at->parent) {
        at->source = source;
    }
    top->source = source;
    return source;
}

/* ---- choosing ---- */

/* PGM__NEON_REASON_COUNT: none, it is a target. An unknown state is none either: the API says that
 * new ones may come, and a branch that is not ready will say so itself. */
static pgm__neon_reason reason_against(const node *one, const pgm__neon_wish *wish) {
    const char *state = one->branch->state;
    if (pgm__neon_is_rehearsal(one->branch->name)) {
        return PGM__NEON_REHEARSED;
    }
    if (strcmp(state, "init") == 0 || strcmp(state, "resetting") == 0) {
        return PGM__NEON_UNREADY;
    }
    if (strcmp(state, "archived") == 0 && !wish->archived) {
        return PGM__NEON_ARCHIVED;
    }
    if (one->branch->is_protected && !wish->is_protected) {
        return PGM__NEON_PROTECTED;
    }
    if (one->endpoint == NULL) {
        return PGM__NEON_NO_COMPUTE;
    }
    return one->endpoint->disabled ? PGM__NEON_DISABLED : PGM__NEON_REASON_COUNT;
}

static bool is_wanted(const node *one, const pgm__neon_wish *wish) {
    const char *name = one->branch->name;
    return (wish->branches.count == 0 || matches(&wish->branches, name)) &&
           !matches(&wish->exclude, name);
}

static void choose(node *one, pgm__neon_choice *choice) {
    pgm__neon_chosen *chosen = &choice->items[choice->count++];
    node *source = source_of(one);
    *chosen = (pgm__neon_chosen){.branch = one->branch, .endpoint = one->endpoint};
    if (source->login == NULL) {
        source->login = chosen;
        source->login_index = choice->login_count;
        choice->logins[choice->login_count++] = chosen;
    }
    chosen->login = source->login_index;
}

pgm_status pgm__neon_choose(pgm__arena *arena, const pgm__neon_branches *branches,
                            const pgm__neon_endpoints *endpoints, const pgm__neon_wish *wish,
                            pgm__neon_choice *out, pgm_error *err) {
    graph g = {0};
    pgm_status status = build(arena, branches, &g, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__neon_choice choice = {
        .items = pgm__arena_calloc(arena, g.count + 1, sizeof *choice.items),
        .logins = pgm__arena_calloc(arena, g.count + 1, sizeof *choice.logins)};
    if (choice.items == NULL || choice.logins == NULL) {
        return pgm__error_nomem(err);
    }
    attach(&g, endpoints);
    for (size_t i = 0; i < g.count; i++) {
        if (!is_wanted(&g.nodes[i], wish)) {
            continue;
        }
        pgm__neon_reason reason = reason_against(&g.nodes[i], wish);
        if (reason == PGM__NEON_REASON_COUNT) {
            choose(&g.nodes[i], &choice);
        } else {
            choice.left_out[reason]++;
        }
    }
    *out = choice;
    return PGM_OK;
}
