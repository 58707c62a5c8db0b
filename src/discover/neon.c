/*
 * The Neon API is asked project by project: its branches, page by page, and all its computes in one
 * list; then one connection URI for each group of branches that have the same passwords, which for
 * most projects is one. The other branches differ by their host.
 *
 * Rows are added when everything is there, in the order of projects and branches; what fails before
 * ends all of it.
 */
#include "base/error.h"
#include "base/mem.h"
#include "discover/http.h"
#include "discover/neon_choice.h"
#include "discover/neon_list.h"
#include "discover/neon_options.h"
#include "discover/neon_pages.h"
#include "discover/neon_path.h"
#include "discover/neon_row.h"
#include "discover/neon_trouble.h"
#include "discover/neon_uri.h"
#include "discover/source.h"
#include "model/targets/source_template.h"

typedef struct neon neon;

/* A project, and what is known of it. */
typedef struct work {
    neon *owner;
    pgm__neon_project project;
    pgm__neon_pages pages;
    pgm__neon_branches branches;
    pgm__neon_endpoints endpoints;
    unsigned lists; /* of the two above, so many are not whole yet */
    pgm__neon_choice choice;
    pgm__neon_uri *uris; /* by login */
} work;

/* A login whose connection URI is asked for. */
typedef struct login {
    work *of;
    size_t index;
    const pgm__neon_chosen *chosen;
    const char *database;
    const char *role;
} login;

struct neon {
    pgm__asking *asking;
    pgm__neon_options options;
    pgm__http *http;
    pgm__neon_projects projects;
    pgm__neon_pages pages;
    work *works;
    size_t open; /* requests without an answer */
    bool whole;  /* all is there */
    bool closing;
};

/* ---- the end ---- */

static bool add_row(neon *self, const work *one, const pgm__neon_chosen *chosen) {
    pgm__asking *asking = self->asking;
    pgm_error err = {0};
    pgm__source_row row = {0};
    const pgm__neon_place place = {&one->project, chosen, self->options.one_project};
    const pgm__neon_uri *uri = self->options.has_password ? NULL : &one->uris[chosen->login];
    pgm_status status = pgm__neon_row(&asking->arena, asking->source, &place, uri, &row, &err);
    if (status != PGM_OK) {
        pgm__asking_fail(asking, status, "%s", err.msg);
        return false;
    }
    return pgm__asking_add(asking, row.columns, row.count, asking->row_count + 1);
}

static void add_rows(neon *self) {
    for (size_t i = 0; i < self->projects.count; i++) {
        const work *one = &self->works[i];
        for (size_t j = 0; j < one->choice.count; j++) {
            if (!add_row(self, one, &one->choice.items[j])) {
                return;
            }
        }
        for (size_t reason = 0; reason < PGM__NEON_REASON_COUNT; reason++) {
            if (one->choice.left_out[reason] > 0) {
                pgm__asking_pass_over(self->asking, pgm__neon_reason_text((pgm__neon_reason)reason),
                                      one->choice.left_out[reason]);
            }
        }
    }
}

static void free_neon(neon *self) {
    for (size_t i = 0; i < self->projects.count && self->works != NULL; i++) {
        pgm__neon_branches_fini(&self->works[i].branches);
        pgm__neon_endpoints_fini(&self->works[i].endpoints);
    }
    pgm__neon_projects_fini(&self->projects);
    pgm__free(self->works);
    pgm__free(self);
}

static void on_closed(void *data) {
    neon *self = data;
    pgm__asking *asking = self->asking;
    if (self->whole && asking->status == PGM_OK) {
        add_rows(self);
    }
    free_neon(self);
    pgm__asking_end(asking);
}

static void end(neon *self) {
    if (!self->closing) {
        self->closing = true;
        pgm__http_close(self->http, on_closed, self);
    }
}

static void fail(neon *self, pgm_status status, const pgm_error *err) {
    pgm__asking_fail(self->asking, status, "%s", err->msg);
    end(self);
}

/* An answer that cannot be understood is the API's fault, and may be another one next time. */
static void fail_answer(neon *self, const pgm__neon_question *question, pgm_status status,
                        const pgm_error *err) {
    const char *asked = pgm__neon_asked_for(&self->asking->arena, question);
    pgm__asking_fail(self->asking, status == PGM_EPARSE ? PGM_EIO : status,
                     "%s: %s; nothing was touched, try again later",
                     asked == NULL ? "the Neon API" : asked, err->msg);
    end(self);
}

static void stop(pgm__asking *asking) {
    end(asking->own);
}

/* ---- asking ---- */

/* NULL as a path: out of memory. */
static void ask(neon *self, const char *path, pgm__http_fn fn, void *data) {
    pgm_error err = {0};
    pgm_status status = path == NULL ? pgm__error_nomem(&err)
                                     : pgm__http_get(self->http, path, fn, data, &err);
    if (status != PGM_OK) {
        fail(self, status, &err);
        return;
    }
    self->open++;
}

static void end_if_whole(neon *self) {
    if (self->open == 0 && !self->closing) {
        self->whole = true;
        end(self);
    }
}

/* Notes an answer. False: it is none, and all is over. */
static bool is_answered(neon *self, const pgm__neon_question *question,
                        const pgm__http_answer *answer) {
    self->open--;
    if (answer->status != PGM_OK) {
        pgm_error err = {0};
        pgm_status status = pgm__neon_trouble(&self->asking->arena, question, answer, &err);
        fail(self, status, &err);
        return false;
    }
    return true;
}

static pgm__neon_question question_of(const neon *self, pgm__neon_question_kind kind,
                                      const work *one) {
    return (pgm__neon_question){
        .kind = kind, .project = one == NULL ? NULL : one->project.id, .key = self->options.key};
}

/* ---- connection URIs ---- */

static void on_uri(const pgm__http_answer *answer, void *data) {
    login *one = data;
    neon *self = one->of->owner;
    pgm__arena *arena = &self->asking->arena;
    pgm__neon_question question = question_of(self, PGM__NEON_ASK_URI, one->of);
    question.branch = one->chosen->branch->name;
    question.database = one->database;
    question.role = one->role;
    if (!is_answered(self, &question, answer)) {
        return;
    }
    pgm_error err = {0};
    const char *uri = NULL;
    const pgm__neon_body body = {answer->body, answer->len};
    pgm_status status = pgm__neon_read_uri(arena, &body, &uri, &err);
    if (status == PGM_OK) {
        status = pgm__neon_uri_read(arena, uri, &one->of->uris[one->index], &err);
    }
    if (status != PGM_OK) {
        fail_answer(self, &question, status, &err);
        return;
    }
    end_if_whole(self);
}

/* Database and role may hang on the project, or the branch. */
static pgm_status fill_login(login *one, pgm_error *err) {
    neon *self = one->of->owner;
    pgm__arena *arena = &self->asking->arena;
    pgm__source_column columns[PGM__NEON_OFFERED];
    const pgm__neon_place place = {&one->of->project, one->chosen, self->options.one_project};
    if (!pgm__neon_offer(arena, &place, columns)) {
        return pgm__error_nomem(err);
    }
    const pgm__source_row row = {columns, PGM__NEON_OFFERED, 0};
    pgm_status status = pgm__template_fill(self->options.database, &row, arena, &one->database,
                                           err);
    if (status == PGM_OK) {
        status = pgm__template_fill(self->options.role, &row, arena, &one->role, err);
    }
    return status == PGM_EPARSE ? PGM_EUSAGE : status;
}

static void ask_uri(work *of, size_t index, const pgm__neon_chosen *chosen) {
    neon *self = of->owner;
    pgm_error err = {0};
    login *one = pgm__arena_alloc(&self->asking->arena, sizeof *one);
    if (one == NULL) {
        fail(self, pgm__error_nomem(&err), &err);
        return;
    }
    *one = (login){.of = of, .index = index, .chosen = chosen};
    pgm_status status = fill_login(one, &err);
    if (status != PGM_OK) {
        fail(self, status, &err);
        return;
    }
    const pgm__neon_login wanted = {of->project.id, chosen->branch->id, chosen->endpoint->id,
                                    one->database, one->role};
    ask(self, pgm__neon_path_uri(&self->asking->arena, &wanted), on_uri, one);
}

/* Where database and role differ from branch to branch, so do URIs. */
static void separate_logins(pgm__neon_choice *choice) {
    for (size_t i = 0; i < choice->count; i++) {
        choice->items[i].login = i;
        choice->logins[i] = &choice->items[i];
    }
    choice->login_count = choice->count;
}

static void ask_uris(work *one) {
    neon *self = one->owner;
    if (self->options.has_password) {
        return;
    }
    if (!self->options.shares_logins) {
        separate_logins(&one->choice);
    }
    one->uris = pgm__arena_calloc(&self->asking->arena, one->choice.login_count + 1,
                                  sizeof *one->uris);
    if (one->uris == NULL) {
        pgm_error err = {0};
        fail(self, pgm__error_nomem(&err), &err);
    }
    for (size_t i = 0; i < one->choice.login_count && !self->closing; i++) {
        ask_uri(one, i, one->choice.logins[i]);
    }
}

/* ---- branches and computes of a project ---- */

static void choose(work *one) {
    neon *self = one->owner;
    pgm_error err = {0};
    pgm_status status = pgm__neon_choose(&self->asking->arena, &one->branches, &one->endpoints,
                                         &self->options.wish, &one->choice, &err);
    if (status != PGM_OK) {
        const pgm__neon_question question = question_of(self, PGM__NEON_ASK_BRANCHES, one);
        fail_answer(self, &question, status, &err);
        return;
    }
    ask_uris(one);
    end_if_whole(self);
}

static void on_list_whole(work *one) {
    if (--one->lists == 0) {
        choose(one);
    }
}

static void on_branches(const pgm__http_answer *answer, void *data);

static void ask_branches(work *one) {
    pgm__arena *arena = &one->owner->asking->arena;
    ask(one->owner, pgm__neon_path_branches(arena, one->project.id, one->pages.cursor), on_branches,
        one);
}

static void on_branches(const pgm__http_answer *answer, void *data) {
    work *one = data;
    neon *self = one->owner;
    pgm__arena *arena = &self->asking->arena;
    const pgm__neon_question question = question_of(self, PGM__NEON_ASK_BRANCHES, one);
    if (!is_answered(self, &question, answer)) {
        return;
    }
    pgm_error err = {0};
    const char *next = NULL;
    const pgm__neon_body body = {answer->body, answer->len};
    pgm_status status = pgm__neon_read_branches(arena, &body, &one->branches, &next, &err);
    if (status == PGM_OK) {
        status = pgm__neon_pages_turn(&one->pages, arena, next, &err);
    }
    if (status != PGM_OK) {
        fail_answer(self, &question, status, &err);
    } else if (one->pages.cursor != NULL) {
        ask_branches(one);
    } else {
        on_list_whole(one);
    }
}

static void on_endpoints(const pgm__http_answer *answer, void *data) {
    work *one = data;
    neon *self = one->owner;
    const pgm__neon_question question = question_of(self, PGM__NEON_ASK_ENDPOINTS, one);
    if (!is_answered(self, &question, answer)) {
        return;
    }
    pgm_error err = {0};
    const pgm__neon_body body = {answer->body, answer->len};
    pgm_status status = pgm__neon_read_endpoints(&self->asking->arena, &body, &one->endpoints,
                                                 &err);
    if (status != PGM_OK) {
        fail_answer(self, &question, status, &err);
    } else {
        on_list_whole(one);
    }
}

static void on_project(const pgm__http_answer *answer, void *data) {
    work *one = data;
    neon *self = one->owner;
    const pgm__neon_question question = question_of(self, PGM__NEON_ASK_PROJECT, one);
    if (!is_answered(self, &question, answer)) {
        return;
    }
    pgm_error err = {0};
    const pgm__neon_body body = {answer->body, answer->len};
    pgm_status status = pgm__neon_read_project(&self->asking->arena, &body, &one->project, &err);
    if (status != PGM_OK) {
        fail_answer(self, &question, status, &err);
    } else {
        on_list_whole(one);
    }
}

static void ask_project(work *one) {
    neon *self = one->owner;
    pgm__arena *arena = &self->asking->arena;
    one->lists = self->options.needs_names ? 3 : 2;
    if (self->options.needs_names) {
        ask(self, pgm__neon_path_project(arena, one->project.id), on_project, one);
    }
    if (!self->closing) {
        ask_branches(one);
    }
    if (!self->closing) {
        ask(self, pgm__neon_path_endpoints(arena, one->project.id), on_endpoints, one);
    }
}

/* ---- projects ---- */

static void ask_each(neon *self) {
    self->works = pgm__calloc(self->projects.count + 1, sizeof *self->works);
    if (self->works == NULL) {
        pgm_error err = {0};
        fail(self, pgm__error_nomem(&err), &err);
        return;
    }
    for (size_t i = 0; i < self->projects.count && !self->closing; i++) {
        self->works[i].owner = self;
        self->works[i].project = self->projects.items[i];
        ask_project(&self->works[i]);
    }
    end_if_whole(self);
}

static void on_projects(const pgm__http_answer *answer, void *data);

static void ask_projects(neon *self) {
    ask(self, pgm__neon_path_projects(&self->asking->arena, self->options.org, self->pages.cursor),
        on_projects, self);
}

static void on_projects(const pgm__http_answer *answer, void *data) {
    neon *self = data;
    pgm__arena *arena = &self->asking->arena;
    const pgm__neon_question question = question_of(self, PGM__NEON_ASK_PROJECTS, NULL);
    if (!is_answered(self, &question, answer)) {
        return;
    }
    pgm_error err = {0};
    const char *next = NULL;
    const pgm__neon_body body = {answer->body, answer->len};
    pgm_status status = pgm__neon_read_projects(arena, &body, &self->projects, &next, &err);
    if (status == PGM_OK) {
        status = pgm__neon_pages_turn(&self->pages, arena, next, &err);
    }
    if (status != PGM_OK) {
        fail_answer(self, &question, status, &err);
    } else if (self->pages.cursor != NULL) {
        ask_projects(self);
    } else {
        ask_each(self);
    }
}

/* A project that is named has its id for a name, unless somebody wants to know that. */
static pgm_status take_named(neon *self, pgm_error *err) {
    pgm__neon_projects *list = &self->projects;
    for (size_t i = 0; i < self->options.projects.count; i++) {
        const char *id = self->options.projects.items[i];
        pgm__neon_project *grown = pgm__grow(list->items, list->count, &list->capacity,
                                             sizeof *list->items);
        if (grown == NULL) {
            return pgm__error_nomem(err);
        }
        list->items = grown;
        grown[list->count++] = (pgm__neon_project){id, id};
    }
    return PGM_OK;
}

/* ---- the beginning ---- */

/* A little before whoever asks loses patience, so that the reason is ours to say. */
static int64_t limit_of(const pgm__asking *asking) {
    int64_t before = asking->limit_ms / 20;
    return asking->limit_ms - (before > 1000 ? 1000 : before);
}

/* For people. */
static const char *place_of(const neon *self) {
    const pgm__neon_options *options = &self->options;
    pgm__arena *arena = &self->asking->arena;
    if (options->one_project) {
        return pgm__arena_printf(arena, "%s, project %s", options->api, options->projects.items[0]);
    }
    if (options->org != NULL) {
        return pgm__arena_printf(arena, "%s, organisation %s", options->api, options->org);
    }
    return options->api;
}

static pgm_status open_all(neon *self, pgm_error *err) {
    pgm__asking *asking = self->asking;
    pgm_status status = pgm__neon_options_read(&asking->arena, asking->source, asking->variable,
                                               &self->options, err);
    if (status != PGM_OK) {
        return status;
    }
    status = take_named(self, err);
    if (status != PGM_OK) {
        return status;
    }
    asking->place = place_of(self);
    if (asking->place == NULL) {
        return pgm__error_nomem(err);
    }
    const pgm__http_settings settings = {.base = self->options.api,
                                         .key = self->options.key,
                                         .authorities = self->options.authorities,
                                         .limit_ms = limit_of(asking),
                                         .random = (uint32_t)uv_hrtime()};
    return pgm__http_open(&self->http, asking->loop, &settings, err);
}

/* From here on failures are told by the loop, which the client's closing waits for. */
static pgm_status start(pgm__asking *asking, pgm_error *err) {
    neon *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->asking = asking;
    pgm_status status = open_all(self, err);
    if (status != PGM_OK) {
        free_neon(self);
        return status;
    }
    asking->own = self;
    if (self->projects.count > 0) {
        ask_each(self);
    } else {
        ask_projects(self);
    }
    return PGM_OK;
}

const pgm__source_kind_fns pgm__source_neon = {start, stop};
