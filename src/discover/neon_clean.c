#include "discover/neon_clean.h"

#include "base/error.h"
#include "base/mem.h"
#include "discover/neon_list.h"
#include "discover/neon_pages.h"
#include "discover/neon_path.h"
#include "discover/neon_rehearsal.h"
#include "discover/neon_trouble.h"

enum { REQUEST_MS = 60000 };

struct pgm__cleaner {
    pgm__cleaner_wish wish;
    pgm__http *http;
    pgm__arena *arena;
    pgm__cleaned *found;
    size_t project; /* that is being looked at */
    pgm__neon_pages pages;
    pgm__neon_branches branches;
    pgm__neon_endpoints endpoints;
    size_t next; /* of `found`: the first that is not judged or deleted yet */
    bool closing;
    pgm_error error;
    void (*over)(const pgm_error *err, void *data);
    void *data;
};

/* ---- ends ---- */

static void on_closed(void *data) {
    pgm__cleaner *self = data;
    pgm__neon_branches_fini(&self->branches);
    pgm__neon_endpoints_fini(&self->endpoints);
    void (*over)(const pgm_error *err, void *data) = self->over;
    void *own = self->data;
    pgm_error error = self->error;
    pgm__free(self);
    over(&error, own);
}

static void end(pgm__cleaner *self) {
    if (!self->closing) {
        self->closing = true;
        pgm__http_close(self->http, on_closed, self);
    }
}

static void run_out(pgm__cleaner *self) {
    (void)pgm__error_nomem(&self->error);
    end(self);
}

static const char *project_of(const pgm__cleaner *self) {
    return self->wish.projects[self->project];
}

static pgm__neon_question question_of(const pgm__cleaner *self, pgm__neon_question_kind kind) {
    return (pgm__neon_question){
        .kind = kind, .project = project_of(self), .key = self->wish.api.key};
}

/* Is it an answer? Else all is over. */
static bool is_answered(pgm__cleaner *self, pgm__neon_question_kind kind,
                        const pgm__http_answer *answer) {
    if (answer->status == PGM_OK) {
        return true;
    }
    const pgm__neon_question question = question_of(self, kind);
    (void)pgm__neon_trouble(self->arena, &question, answer, &self->error);
    end(self);
    return false;
}

static void fail_answer(pgm__cleaner *self, pgm__neon_question_kind kind, const pgm_error *err) {
    const pgm__neon_question question = question_of(self, kind);
    const char *asked = pgm__neon_asked_for(self->arena, &question);
    (void)pgm__error_set(&self->error, err->status == PGM_ENOMEM ? PGM_ENOMEM : PGM_EIO,
                         "%s: %s; try again later", asked == NULL ? "the Neon API" : asked,
                         err->msg);
    end(self);
}

/* NULL as a path: out of memory. */
static void ask(pgm__cleaner *self, pgm__http_method method, const char *path, pgm__http_fn fn) {
    const pgm__http_request request = {.method = method, .path = path, .limit_ms = REQUEST_MS};
    if (path == NULL || pgm__http_ask(self->http, &request, fn, self, NULL) != PGM_OK) {
        run_out(self);
    }
}

/* ---- deleting ---- */

static void begin_project(pgm__cleaner *self);

static void delete_next(pgm__cleaner *self);

/* What is gone already is what was wanted. */
static void on_deleted(const pgm__http_answer *answer, void *data) {
    pgm__cleaner *self = data;
    pgm_branch *branch = &self->found->items[self->next];
    bool gone = answer->status == PGM_ESQL && answer->code == 404;
    if (answer->status == PGM_OK || gone) {
        branch->fate = PGM_BRANCH_REMOVED;
    } else {
        const pgm__neon_lease_question question = {.asked = "deleting the branch",
                                                   .project = project_of(self),
                                                   .name = branch->name,
                                                   .key = self->wish.api.key};
        pgm_error why = {0};
        pgm__neon_lease_trouble(self->arena, &question, answer, &why);
        branch->why = pgm__arena_strdup(self->arena, why.msg);
    }
    self->next++;
    delete_next(self);
}

static void delete_next(pgm__cleaner *self) {
    pgm__cleaned *found = self->found;
    while (self->next < found->count && found->items[self->next].fate == PGM_BRANCH_IN_USE) {
        self->next++;
    }
    if (self->next < found->count) {
        ask(self, PGM__HTTP_DELETE,
            pgm__neon_path_branch(self->arena, project_of(self), found->items[self->next].id),
            on_deleted);
        return;
    }
    self->project++;
    begin_project(self);
}

/* ---- lists ---- */

static bool add_found(pgm__cleaner *self, const pgm__neon_branch *branch, pgm_branch_fate fate) {
    pgm__cleaned *found = self->found;
    pgm_branch *grown = pgm__grow(found->items, found->count, &found->capacity,
                                  sizeof *found->items);
    if (grown == NULL) {
        return false;
    }
    found->items = grown;
    grown[found->count++] = (pgm_branch){.project = project_of(self),
                                         .id = branch->id,
                                         .name = branch->name,
                                         .expires = branch->expires,
                                         .fate = fate};
    return true;
}

static void judge(pgm__cleaner *self) {
    bool room = true;
    self->next = self->found->count;
    for (size_t i = 0; i < self->branches.count && room; i++) {
        const pgm__neon_branch *branch = &self->branches.items[i];
        pgm__neon_leftover is = pgm__neon_judge_leftover(branch, &self->endpoints, self->wish.now);
        bool in_use = is == PGM__NEON_LEFTOVER_IN_USE && !self->wish.all;
        /* Not removed, until it is. */
        room = is == PGM__NEON_LEFTOVER_NOT_OURS ||
               add_found(self, branch, in_use ? PGM_BRANCH_IN_USE : PGM_BRANCH_FAILED);
    }
    if (!room) {
        run_out(self);
        return;
    }
    delete_next(self);
}

static void on_endpoints(const pgm__http_answer *answer, void *data) {
    pgm__cleaner *self = data;
    pgm_error err = {0};
    const pgm__neon_body body = {answer->body, answer->len};
    if (!is_answered(self, PGM__NEON_ASK_ENDPOINTS, answer)) {
        return;
    }
    if (pgm__neon_read_endpoints(self->arena, &body, &self->endpoints, &err) != PGM_OK) {
        fail_answer(self, PGM__NEON_ASK_ENDPOINTS, &err);
        return;
    }
    judge(self);
}

static void ask_branches(pgm__cleaner *self);

static void on_branches(const pgm__http_answer *answer, void *data) {
    pgm__cleaner *self = data;
    pgm_error err = {0};
    const char *next = NULL;
    const pgm__neon_body body = {answer->body, answer->len};
    if (!is_answered(self, PGM__NEON_ASK_BRANCHES, answer)) {
        return;
    }
    pgm_status status = pgm__neon_read_branches(self->arena, &body, &self->branches, &next, &err);
    if (status == PGM_OK) {
        status = pgm__neon_pages_turn(&self->pages, self->arena, next, &err);
    }
    if (status != PGM_OK) {
        fail_answer(self, PGM__NEON_ASK_BRANCHES, &err);
    } else if (self->pages.cursor != NULL) {
        ask_branches(self);
    } else {
        ask(self, PGM__HTTP_GET, pgm__neon_path_endpoints(self->arena, project_of(self)),
            on_endpoints);
    }
}

static void ask_branches(pgm__cleaner *self) {
    ask(self, PGM__HTTP_GET,
        pgm__neon_path_search(self->arena, project_of(self), PGM__NEON_REHEARSAL_PREFIX,
                              self->pages.cursor),
        on_branches);
}

static void begin_project(pgm__cleaner *self) {
    pgm__neon_branches_fini(&self->branches);
    pgm__neon_endpoints_fini(&self->endpoints);
    self->pages = (pgm__neon_pages){0};
    if (self->project == self->wish.project_count) {
        end(self);
        return;
    }
    ask_branches(self);
}

/* ---- from outside ---- */

pgm_status pgm__cleaner_start(pgm__cleaner **out, uv_loop_t *loop, const pgm__cleaner_wish *wish,
                              pgm__arena *arena, pgm__cleaned *found,
                              void (*over)(const pgm_error *err, void *data), void *data,
                              pgm_error *err) {
    pgm__cleaner *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self =
        (pgm__cleaner){.wish = *wish, .arena = arena, .found = found, .over = over, .data = data};
    const pgm__http_settings http = {.base = wish->api.api,
                                     .key = wish->api.key,
                                     .authorities = wish->api.authorities,
                                     .random = wish->api.random};
    pgm_status status = pgm__http_open(&self->http, loop, &http, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    *out = self;
    begin_project(self);
    return PGM_OK;
}

void pgm__cleaner_stop(pgm__cleaner *cleaner) {
    if (!cleaner->closing) {
        (void)pgm__error_set(&cleaner->error, PGM_ECANCELLED, "stopped on request");
        end(cleaner);
    }
}
