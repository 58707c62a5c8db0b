#include "discover/neon_lease.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "discover/neon_list.h"
#include "discover/neon_path.h"
#include "discover/neon_rehearsal.h"
#include "discover/neon_trouble.h"
#include "engine/backoff.h"

enum {
    PAUSE_MS = 250,
    PAUSE_CAP_MS = 2000,
    ASKED_CAP_S = 60,
    MAKES = 4,        /* so often a branch is asked for at most */
    REQUEST_MS = 5000 /* what is asked gets so long at least, however late it is */
};

/* What an answer comes to, whatever was asked. */
typedef enum meaning {
    DONE,
    GONE,    /* what it is about is not there */
    TAKEN,   /* the name is there already */
    LATER,   /* not now: nothing was done */
    UNCLEAR, /* nobody knows what was done; another time it may go well */
    REFUSED
} meaning;

static meaning meaning_of(const pgm__http_answer *answer) {
    if (answer->status == PGM_OK) {
        return DONE;
    }
    if (answer->status != PGM_ESQL) {
        return UNCLEAR;
    }
    switch (answer->code) {
    case 404:
        return GONE;
    case 409:
        return TAKEN;
    case 423:
    case 429:
        return LATER;
    default:
        return answer->code >= 500 ? UNCLEAR : REFUSED;
    }
}

/* ---- steps ---- */

static const pgm__lease_step done = {.kind = PGM__LEASE_DONE};

static pgm__lease_step over(pgm__lease *l) {
    l->state = PGM__LEASE_OVER;
    return done;
}

static pgm__lease_step run_out(pgm__lease *l) {
    l->status = pgm__error_nomem(&l->error);
    pgm__lease_leave(l, "out of memory");
    return done;
}

static uint64_t deadline_of(const pgm__lease *l) {
    return l->ending ? l->delete_by : l->make_by;
}

static bool add_text(pgm__strbuf *body, const char *before, const char *text) {
    pgm__strbuf_addf(body, "%s\"", before);
    for (const char *c = text; *c != '\0'; c++) {
        /* Ids, names of ours and moments have no other characters; an id of the API's may. */
        if (*c < ' ' || *c == '"' || *c == '\\') {
            return false;
        }
        pgm__strbuf_addc(body, *c);
    }
    pgm__strbuf_addc(body, '"');
    return !body->failed;
}

static const char *body_of(pgm__lease *l) {
    pgm__strbuf body = {0};
    bool whole = add_text(&body, "{\"branch\":{\"name\":", l->wish->name) &&
                 add_text(&body, ",\"parent_id\":", l->wish->parent) &&
                 add_text(&body, ",\"expires_at\":", l->wish->expires);
    pgm__strbuf_adds(&body, "},\"endpoints\":[{\"type\":\"read_write\"}]}");
    const char *kept = whole && !body.failed ? pgm__arena_strdup(l->arena, body.text) : NULL;
    pgm__strbuf_fini(&body);
    return kept;
}

static const char *path_of(pgm__lease *l) {
    const pgm__lease_wish *wish = l->wish;
    const pgm__neon_login login = {wish->project, l->id, NULL, wish->database, wish->role};
    switch (l->state) {
    case PGM__LEASE_MAKE:
        return pgm__neon_path_new_branch(l->arena, wish->project);
    case PGM__LEASE_LOOK:
    case PGM__LEASE_SWEEP:
        return pgm__neon_path_search(l->arena, wish->project, wish->name, NULL);
    case PGM__LEASE_COMPUTE:
        return pgm__neon_path_branch_endpoints(l->arena, wish->project, l->id);
    case PGM__LEASE_LOGIN:
        return pgm__neon_path_uri(l->arena, &login);
    case PGM__LEASE_WAIT:
    case PGM__LEASE_DELETE:
    case PGM__LEASE_READY:
    case PGM__LEASE_OVER:
    default:
        return pgm__neon_path_branch(l->arena, wish->project, l->id);
    }
}

/* The request of the state that it is in. */
static pgm__lease_step ask(pgm__lease *l, uint64_t now) {
    uint64_t deadline = deadline_of(l);
    bool makes = l->state == PGM__LEASE_MAKE;
    pgm__lease_step step = {.kind = PGM__LEASE_ASK,
                            .request = {.method = makes                           ? PGM__HTTP_POST
                                                  : l->state == PGM__LEASE_DELETE ? PGM__HTTP_DELETE
                                                                                  : PGM__HTTP_GET,
                                        .path = path_of(l),
                                        .body = makes ? body_of(l) : NULL,
                                        .limit_ms = deadline > now + REQUEST_MS
                                                        ? (int64_t)(deadline - now)
                                                        : REQUEST_MS}};
    if (step.request.path == NULL || (makes && step.request.body == NULL)) {
        return run_out(l);
    }
    l->makes += makes;
    l->tries++;
    return step;
}

static void enter(pgm__lease *l, pgm__lease_state state) {
    l->tries = l->state == state ? l->tries : 0;
    l->state = state;
}

static pgm__lease_step go(pgm__lease *l, pgm__lease_state state, uint64_t now) {
    enter(l, state);
    return ask(l, now);
}

static pgm__lease_step pause_then(pgm__lease *l, pgm__lease_state state, int64_t wait_s) {
    unsigned before = l->tries == 0 ? 1 : l->tries;
    uint64_t asked = wait_s <= 0 ? 0 : (uint64_t)(wait_s < ASKED_CAP_S ? wait_s : ASKED_CAP_S);
    uint32_t random = l->wish->random + before * 2654435769U;
    enter(l, state);
    return (pgm__lease_step){.kind = PGM__LEASE_PAUSE,
                             .pause_ms = asked * 1000 +
                                         pgm__backoff_ms(before, PAUSE_MS, PAUSE_CAP_MS, random)};
}

static bool is_late(const pgm__lease *l, uint64_t now) {
    return now >= deadline_of(l);
}

/* ---- ends ---- */

/* What there is of it goes. */
static pgm__lease_step give_back(pgm__lease *l, uint64_t now) {
    if (!l->ending) {
        pgm__lease_end(l, now);
    }
    if (l->id != NULL) {
        return go(l, PGM__LEASE_DELETE, now);
    }
    return l->unclear ? go(l, PGM__LEASE_SWEEP, now) : over(l);
}

static pgm__lease_step fail(pgm__lease *l, uint64_t now) {
    l->status = l->error.status == PGM_OK ? PGM_EIO : l->error.status;
    return give_back(l, now);
}

static const char *asked_for(const pgm__lease *l) {
    static const char *const texts[] = {
#define XX(name, text) [PGM__LEASE_##name] = (text),
        PGM__LEASE_STATE_MAP(XX)
#undef XX
    };
    return texts[l->state];
}

/* Why it is not answered well, in l->error. */
static void note_trouble(pgm__lease *l, const pgm__http_answer *answer) {
    const pgm__neon_lease_question question = {.asked = asked_for(l),
                                               .project = l->wish->project,
                                               .parent = l->wish->parent,
                                               .name = l->wish->name,
                                               .database = l->wish->database,
                                               .role = l->wish->role,
                                               .key = l->wish->key,
                                               .makes = l->state == PGM__LEASE_MAKE,
                                               .of_uri = l->state == PGM__LEASE_LOGIN};
    pgm__neon_lease_trouble(l->arena, &question, answer, &l->error);
}

static pgm__lease_step fail_answer(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    note_trouble(l, answer);
    return fail(l, now);
}

/* Asks the same again, a little later, while there is time. */
static pgm__lease_step again(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__lease_step step = pause_then(l, l->state, answer->wait_s);
    if (now + step.pause_ms >= deadline_of(l)) {
        return fail_answer(l, answer, now);
    }
    return step;
}

static pgm__lease_step fail_late(pgm__lease *l, const char *is, uint64_t now) {
    (void)pgm__error_set(&l->error, PGM_EIO,
                         "branch \"%s\" of project \"%s\" is %s after %" PRId64
                         " ms; try again, or with a longer --connect-wait",
                         l->wish->name, l->wish->project, is, l->wish->make_ms);
    return fail(l, now);
}

/* ---- answers ---- */

static const pgm__neon_body *body_in(const pgm__http_answer *answer, pgm__neon_body *body) {
    *body = (pgm__neon_body){answer->body, answer->len};
    return body;
}

static bool is_ours(const pgm__lease *l, const pgm__neon_branch *branch) {
    return strcmp(branch->name, l->wish->name) == 0 && branch->parent_id != NULL &&
           strcmp(branch->parent_id, l->wish->parent) == 0 && pgm__neon_is_id(branch->id) &&
           strcmp(branch->id, l->wish->parent) != 0 && !branch->is_default && !branch->is_protected;
}

/* Whether it was made is not known: it is looked for before it is asked for once more. */
static pgm__lease_step look_later(pgm__lease *l, const pgm__http_answer *answer, bool unclear) {
    note_trouble(l, answer);
    l->unclear = l->unclear || unclear;
    return pause_then(l, PGM__LEASE_LOOK, answer->wait_s);
}

static pgm__lease_step on_make(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__neon_body body;
    pgm__neon_branch branch;
    pgm_error err = {0};
    switch (meaning_of(answer)) {
    case DONE:
        if (pgm__neon_read_branch(l->arena, body_in(answer, &body), &branch, &err) != PGM_OK ||
            !is_ours(l, &branch)) {
            return look_later(l, answer, true);
        }
        l->id = branch.id;
        l->stays = branch.expires == NULL;
        return l->ending ? give_back(l, now) : go(l, PGM__LEASE_WAIT, now);
    case TAKEN:
        l->unclear = true;
        note_trouble(l, answer);
        return go(l, PGM__LEASE_LOOK, now);
    case LATER:
    case UNCLEAR:
        return look_later(l, answer, meaning_of(answer) == UNCLEAR);
    case GONE:
    case REFUSED:
    default:
        return fail_answer(l, answer, now);
    }
}

/* The branch of our name that a list has; NULL: there is none. */
static const char *find_named(pgm__lease *l, const pgm__http_answer *answer, bool *readable) {
    pgm__neon_body body;
    pgm__neon_branches list = {0};
    const char *next = NULL;
    const char *found = NULL;
    pgm_error err = {0};
    *readable = pgm__neon_read_branches(l->arena, body_in(answer, &body), &list, &next, &err) ==
                PGM_OK;
    for (size_t i = 0; i < list.count && *readable && found == NULL; i++) {
        found = is_ours(l, &list.items[i]) ? list.items[i].id : NULL;
    }
    pgm__neon_branches_fini(&list);
    return found;
}

static pgm__lease_step on_look(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    meaning meant = meaning_of(answer);
    bool readable = false;
    const char *id = meant == DONE ? find_named(l, answer, &readable) : NULL;
    if (id != NULL) {
        l->id = id;
        return l->ending ? give_back(l, now) : go(l, PGM__LEASE_WAIT, now);
    }
    if (meant == REFUSED || meant == GONE) {
        return fail_answer(l, answer, now);
    }
    if (!readable) {
        return again(l, answer, now);
    }
    if (l->ending) {
        return give_back(l, now);
    }
    /* l->error is why it was not made. */
    return l->makes >= MAKES || is_late(l, now) ? fail(l, now) : go(l, PGM__LEASE_MAKE, now);
}

static bool is_unready(const char *state) {
    return strcmp(state, "init") == 0 || strcmp(state, "resetting") == 0;
}

static pgm__lease_step on_wait(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__neon_body body;
    pgm__neon_branch branch;
    pgm_error err = {0};
    switch (meaning_of(answer)) {
    case DONE:
        break;
    case GONE:
    case REFUSED:
        return fail_answer(l, answer, now);
    case TAKEN:
    case LATER:
    case UNCLEAR:
    default:
        return again(l, answer, now);
    }
    if (pgm__neon_read_branch(l->arena, body_in(answer, &body), &branch, &err) != PGM_OK ||
        !is_ours(l, &branch) || strcmp(branch.id, l->id) != 0) {
        return again(l, answer, now);
    }
    if (!is_unready(branch.state)) {
        return go(l, PGM__LEASE_COMPUTE, now);
    }
    return is_late(l, now) ? fail_late(l, "still being made", now)
                           : pause_then(l, PGM__LEASE_WAIT, 0);
}

/* The host of the branch's own compute, once it is not only being made; or NULL. */
static const char *find_host(pgm__lease *l, const pgm__neon_endpoints *list) {
    for (size_t i = 0; i < list->count; i++) {
        const pgm__neon_endpoint *one = &list->items[i];
        bool is_made = one->state == NULL || strcmp(one->state, "init") != 0;
        if (strcmp(one->branch_id, l->id) == 0 && one->writes && !one->disabled && is_made) {
            const char *host = pgm__neon_direct_host(l->arena, one->host);
            return host == NULL || strcmp(host, l->wish->compute) == 0 ? NULL : host;
        }
    }
    return NULL;
}

static pgm__lease_step ready(pgm__lease *l) {
    l->state = PGM__LEASE_READY;
    return (pgm__lease_step){.kind = PGM__LEASE_USE};
}

static pgm__lease_step on_compute(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__neon_body body;
    pgm__neon_endpoints list = {0};
    pgm_error err = {0};
    meaning meant = meaning_of(answer);
    if (meant == GONE || meant == REFUSED) {
        return fail_answer(l, answer, now);
    }
    bool readable = meant == DONE && pgm__neon_read_endpoints(l->arena, body_in(answer, &body),
                                                              &list, &err) == PGM_OK;
    l->host = readable ? find_host(l, &list) : NULL;
    pgm__neon_endpoints_fini(&list);
    if (!readable) {
        return again(l, answer, now);
    }
    if (l->host != NULL) {
        return l->wish->has_password ? ready(l) : go(l, PGM__LEASE_LOGIN, now);
    }
    return is_late(l, now) ? fail_late(l, "still without a compute", now)
                           : pause_then(l, PGM__LEASE_COMPUTE, 0);
}

static pgm__lease_step on_login(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__neon_body body;
    const char *uri = NULL;
    pgm_error err = {0};
    meaning meant = meaning_of(answer);
    if (meant == GONE || meant == REFUSED) {
        return fail_answer(l, answer, now);
    }
    bool readable = meant == DONE &&
                    pgm__neon_read_uri(l->arena, body_in(answer, &body), &uri, &err) == PGM_OK &&
                    pgm__neon_uri_read(l->arena, uri, &l->uri, &err) == PGM_OK;
    return readable ? ready(l) : again(l, answer, now);
}

/* It cannot be deleted, or that is not known. */
static pgm__lease_step leave_for(pgm__lease *l, const pgm__http_answer *answer) {
    pgm_error kept = l->error;
    note_trouble(l, answer);
    pgm_error why = l->error;
    l->error = kept;
    pgm__lease_leave(l, why.msg);
    return done;
}

static pgm__lease_step delete_again(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    pgm__lease_step step = pause_then(l, l->state, answer->wait_s);
    return now + step.pause_ms >= l->delete_by ? leave_for(l, answer) : step;
}

static pgm__lease_step on_delete(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    meaning meant = meaning_of(answer);
    if (meant == REFUSED) {
        return leave_for(l, answer);
    }
    if (meant != DONE && meant != GONE) {
        return delete_again(l, answer, now);
    }
    l->id = NULL;
    return l->unclear ? go(l, PGM__LEASE_SWEEP, now) : over(l);
}

/* A list that has the branch still that was just deleted has it deleted again, which is harmless:
 * that ends with the time for it. */
static pgm__lease_step on_sweep(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    meaning meant = meaning_of(answer);
    bool readable = false;
    if (meant == REFUSED) {
        return leave_for(l, answer);
    }
    l->id = meant == DONE ? find_named(l, answer, &readable) : NULL;
    if (meant != GONE && !readable) {
        return delete_again(l, answer, now);
    }
    if (l->id == NULL) {
        return over(l);
    }
    return is_late(l, now) ? leave_for(l, answer) : pause_then(l, PGM__LEASE_DELETE, 0);
}

static pgm__lease_step nothing(pgm__lease *l, const pgm__http_answer *answer, uint64_t now) {
    (void)answer;
    (void)now;
    return over(l);
}

static pgm__lease_step (*const on_answer[])(pgm__lease *, const pgm__http_answer *, uint64_t) = {
    [PGM__LEASE_MAKE] = on_make,       [PGM__LEASE_LOOK] = on_look,   [PGM__LEASE_WAIT] = on_wait,
    [PGM__LEASE_COMPUTE] = on_compute, [PGM__LEASE_LOGIN] = on_login, [PGM__LEASE_READY] = nothing,
    [PGM__LEASE_DELETE] = on_delete,   [PGM__LEASE_SWEEP] = on_sweep, [PGM__LEASE_OVER] = nothing,
};

/* ---- from outside ---- */

pgm__lease_step pgm__lease_begin(pgm__lease *lease, pgm__arena *arena, const pgm__lease_wish *wish,
                                 uint64_t now_ms) {
    *lease = (pgm__lease){
        .arena = arena,
        .wish = wish,
        .state = PGM__LEASE_MAKE,
        .make_by = now_ms + (uint64_t)(wish->make_ms > 0 ? wish->make_ms : 0),
    };
    return ask(lease, now_ms);
}

/* Whoever ends it while an answer is out that tells of a branch that is known already needs it no
 * more. */
pgm__lease_step pgm__lease_answer(pgm__lease *lease, const pgm__http_answer *answer,
                                  uint64_t now_ms) {
    bool looks_on = lease->state == PGM__LEASE_WAIT || lease->state == PGM__LEASE_COMPUTE ||
                    lease->state == PGM__LEASE_LOGIN;
    if (lease->ending && looks_on) {
        return give_back(lease, now_ms);
    }
    return on_answer[lease->state](lease, answer, now_ms);
}

pgm__lease_step pgm__lease_resume(pgm__lease *lease, uint64_t now_ms) {
    bool gives_back = lease->state == PGM__LEASE_DELETE || lease->state == PGM__LEASE_SWEEP;
    if (lease->state == PGM__LEASE_OVER) {
        return done;
    }
    return lease->ending && !gives_back ? give_back(lease, now_ms) : ask(lease, now_ms);
}

void pgm__lease_end(pgm__lease *lease, uint64_t now_ms) {
    if (!lease->ending) {
        lease->ending = true;
        lease->delete_by = now_ms + (uint64_t)lease->wish->delete_ms;
    }
}

void pgm__lease_leave(pgm__lease *lease, const char *why) {
    bool asked = lease->state == PGM__LEASE_MAKE && lease->makes > 0;
    bool may_be_there = lease->id != NULL || lease->unclear || asked;
    if (lease->state != PGM__LEASE_OVER && may_be_there) {
        lease->left = true;
        (void)snprintf(lease->left_why, sizeof lease->left_why, "%s", why);
    }
    lease->state = PGM__LEASE_OVER;
}

const char *pgm__lease_leftover_text(const pgm__lease *lease) {
    const pgm__lease_wish *wish = lease->wish;
    const char *clean = "`pgmarch rehearse --neon --clean` removes it";
    const char *then = lease->stays ? clean
                                    : pgm__arena_printf(lease->arena,
                                                        "Neon deletes it at %s, %s before that",
                                                        wish->expires, clean);
    if (then == NULL) {
        return NULL;
    }
    if (lease->id == NULL) {
        return pgm__arena_printf(lease->arena,
                                 "branch \"%s\" of project \"%s\" may have been made, and was not "
                                 "deleted: %s; %s",
                                 wish->name, wish->project, lease->left_why, then);
    }
    return pgm__arena_printf(lease->arena,
                             "branch %s (\"%s\") of project \"%s\" was not deleted: %s; %s",
                             lease->id, wish->name, wish->project, lease->left_why, then);
}
