/* A branch for one rehearsal: with every answer failing, every way, and ended at every step. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "discover/neon_lease.h"
#include "discover/neon_rehearsal.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

enum { MOST = 4 };

#define OURS "pgmarch-rehearsal-0123456789abcdef-1"

/* ---- an API, as far as a lease asks it ---- */

/* What goes wrong with one request: what is answered, and was it done? */
typedef struct fault {
    const char *what;
    pgm_status status;
    int code;
    const char *body; /* NULL: as it would be */
    bool is_done;
} fault;

static const fault faults[] = {
    {"429", PGM_ESQL, 429, "{\"message\":\"slow down\"}", false},
    {"423", PGM_ESQL, 423, "{\"message\":\"project already has running operations\"}", false},
    {"500, nothing done", PGM_ESQL, 500, "{}", false},
    {"500, done", PGM_ESQL, 500, "{}", true},
    {"503, nothing done", PGM_ESQL, 503, "", false},
    {"503, done", PGM_ESQL, 503, "", true},
    {"reset before it was read", PGM_ECONNECT, 0, "", false},
    {"reset behind it", PGM_ECONNECT, 0, "", true},
    {"timeout, done", PGM_ETIMEOUT, 0, "", true},
    {"no JSON, done", PGM_OK, 200, "<html>", true},
    {"another object, done", PGM_OK, 200, "{}", true},
};

typedef struct api {
    char names[MOST][64]; /* of branches br-1 … that a rehearsal made; "" = none, or deleted */
    size_t made;
    unsigned inits; /* so often a new branch is not ready yet */
    unsigned asked; /* requests so far */
    unsigned at;    /* that one fails … */
    unsigned times; /* and so many */
    const fault *fault;
    char body[1024];
} api;

static bool is_there(const api *a) {
    for (size_t i = 0; i < a->made; i++) {
        if (a->names[i][0] != '\0') {
            return true;
        }
    }
    return false;
}

static int write_branch(const api *a, size_t i, char *out, size_t size) {
    return snprintf(out, size,
                    "{\"id\":\"br-%zu\",\"name\":\"%s\",\"parent_id\":\"br-main\",\"protected\":"
                    "false,\"default\":false,\"current_state\":\"%s\",\"expires_at\":\"x\"}",
                    i + 1, a->names[i], a->inits > 0 ? "init" : "ready");
}

static int on_post(api *a) {
    assert_true(a->made < MOST);
    for (size_t i = 0; i < a->made; i++) {
        if (a->names[i][0] != '\0') {
            (void)snprintf(a->body, sizeof a->body, "{\"message\":\"branch already exists\"}");
            return 409;
        }
    }
    (void)snprintf(a->names[a->made++], sizeof a->names[0], "%s", OURS);
    char branch[512];
    (void)write_branch(a, a->made - 1, branch, sizeof branch);
    (void)snprintf(a->body, sizeof a->body, "{\"branch\":%s,\"operations\":[]}", branch);
    return 201;
}

static int on_list(api *a) {
    int len = snprintf(a->body, sizeof a->body, "{\"branches\":[");
    const char *comma = "";
    for (size_t i = 0; i < a->made; i++) {
        if (a->names[i][0] != '\0') {
            len += snprintf(a->body + len, sizeof a->body - (size_t)len, "%s", comma);
            len += write_branch(a, i, a->body + len, sizeof a->body - (size_t)len);
            comma = ",";
        }
    }
    (void)snprintf(a->body + len, sizeof a->body - (size_t)len, "]}");
    return 200;
}

static int on_one(api *a, const char *path, pgm__http_method method) {
    unsigned number = 0;
    assert_int_equal(sscanf(strstr(path, "/br-"), "/br-%u", &number), 1);
    if (number == 0 || number > a->made || a->names[number - 1][0] == '\0') {
        (void)snprintf(a->body, sizeof a->body, "{\"message\":\"branch not found\"}");
        return 404;
    }
    char branch[512];
    (void)write_branch(a, number - 1, branch, sizeof branch);
    a->inits -= a->inits > 0 && method == PGM__HTTP_GET;
    if (method == PGM__HTTP_DELETE) {
        a->names[number - 1][0] = '\0';
    }
    (void)snprintf(a->body, sizeof a->body, "{\"branch\":%s}", branch);
    if (strstr(path, "/endpoints") != NULL) {
        (void)snprintf(a->body, sizeof a->body,
                       "{\"endpoints\":[{\"id\":\"ep-%u\",\"branch_id\":\"br-%u\",\"host\":"
                       "\"ep-%u-pooler.neon.tech\",\"type\":\"read_write\",\"disabled\":false}]}",
                       number, number, number);
    }
    return 200;
}

static int perform(api *a, const pgm__http_request *request) {
    if (request->method == PGM__HTTP_POST) {
        assert_string_equal(request->path, "/projects/p/branches");
        assert_string_equal(request->body,
                            "{\"branch\":{\"name\":\"" OURS "\",\"parent_id\":\"br-main\","
                            "\"expires_at\":\"2026-01-02T03:04:05Z\"},"
                            "\"endpoints\":[{\"type\":\"read_write\"}]}");
        return on_post(a);
    }
    if (strstr(request->path, "search=") != NULL) {
        assert_has(request->path, "search=" OURS);
        return on_list(a);
    }
    if (strstr(request->path, "/connection_uri") != NULL) {
        assert_has(request->path, "database_name=app&role_name=app_owner");
        (void)snprintf(a->body, sizeof a->body,
                       "{\"uri\":\"postgresql://app_owner:geheim@ep-1.neon.tech/app\"}");
        return 200;
    }
    return on_one(a, request->path, request->method);
}

/* The answer, as the client would bring it. */
static pgm__http_answer answer_of(api *a, const pgm__http_request *request) {
    unsigned number = a->asked++;
    const fault *due = a->fault != NULL && number >= a->at && number < a->at + a->times ? a->fault
                                                                                        : NULL;
    int code = due == NULL || due->is_done ? perform(a, request) : 0;
    pgm__http_answer answer = {.status = code < 300 ? PGM_OK : PGM_ESQL,
                               .code = code,
                               .body = a->body,
                               .what = "it answered"};
    if (due != NULL) {
        answer.status = due->status;
        answer.code = due->code;
        answer.body = due->body;
        answer.what = due->what;
    }
    answer.len = strlen(answer.body);
    return answer;
}

/* ---- a life ---- */

static const pgm__lease_wish wish = {.project = "p",
                                     .parent = "br-main",
                                     .compute = "ep-main.neon.tech",
                                     .name = OURS,
                                     .expires = "2026-01-02T03:04:05Z",
                                     .database = "app",
                                     .role = "app_owner",
                                     .key = "napi_geheim",
                                     .make_ms = 60000,
                                     .delete_ms = 60000,
                                     .random = 7};

typedef struct life {
    api api;
    pgm__arena arena;
    pgm__lease lease;
    pgm__lease_wish wish;
    unsigned end_at; /* behind so many requests nobody wants it; UINT_MAX: once it was used */
    bool end_asked;  /* … while the answer of that request is not there yet */
    bool used;
    uint64_t now;
} life;

static void open_life(life *f) {
    *f = (life){.wish = wish, .end_at = (unsigned)-1, .now = 1000};
}

static void close_life(life *f) {
    pgm__arena_clear(&f->arena);
}

static pgm__lease_step after(life *f, const pgm__lease_step *step) {
    switch (step->kind) {
    case PGM__LEASE_ASK: {
        assert_true(step->request.limit_ms > 0);
        if (f->end_asked && f->api.asked == f->end_at) {
            pgm__lease_end(&f->lease, f->now);
        }
        const pgm__http_answer answer = answer_of(&f->api, &step->request);
        f->now += 10;
        return pgm__lease_answer(&f->lease, &answer, f->now);
    }
    case PGM__LEASE_PAUSE:
        assert_true(step->pause_ms > 0);
        f->now += step->pause_ms;
        return pgm__lease_resume(&f->lease, f->now);
    case PGM__LEASE_USE:
    case PGM__LEASE_DONE:
    default:
        f->used = true;
        pgm__lease_end(&f->lease, f->now);
        return pgm__lease_resume(&f->lease, f->now);
    }
}

static void live(life *f) {
    pgm__lease_step step = pgm__lease_begin(&f->lease, &f->arena, &f->wish, f->now);
    for (unsigned i = 0; step.kind != PGM__LEASE_DONE; i++) {
        assert_true(i < 2000);
        if (!f->end_asked && f->api.asked >= f->end_at && step.kind != PGM__LEASE_ASK) {
            pgm__lease_end(&f->lease, f->now);
        }
        step = after(f, &step);
    }
    assert_int_equal(f->lease.state, PGM__LEASE_OVER);
}

/* Nothing is left, or it is said. */
static void assert_settled(life *f, const char *about) {
    const char *text = pgm__lease_leftover_text(&f->lease);
    assert_non_null(text);
    if (is_there(&f->api) && !f->lease.left) {
        fail_msg("%s: a branch is left and nobody says so", about);
    }
    if (f->lease.left) {
        assert_has(text, OURS);
        assert_has(text, "rehearse --neon --clean");
    }
    assert_lacks(text, "geheim");
    assert_lacks(f->lease.error.msg, "geheim");
}

/* ---- tests ---- */

static void a_branch_is_made_waited_for_handed_over_and_deleted(void **state) {
    (void)state;
    life f;
    open_life(&f);
    f.api.inits = 3;
    live(&f);
    assert_true(f.used);
    assert_int_equal(f.lease.status, PGM_OK);
    assert_string_equal(f.lease.host, "ep-1.neon.tech"); /* never the pooler */
    assert_int_equal(f.lease.uri.count > 0, 1);
    assert_int_equal(f.api.made, 1);
    assert_false(is_there(&f.api));
    assert_false(f.lease.left);
    assert_int_equal(f.api.asked, 1 + 4 + 1 + 1 + 1);
    close_life(&f);
}

static void where_the_section_has_the_password_no_uri_is_asked_for(void **state) {
    (void)state;
    life f;
    open_life(&f);
    f.wish.has_password = true;
    live(&f);
    assert_true(f.used);
    assert_int_equal(f.lease.uri.count, 0);
    assert_int_equal(f.api.asked, 4);
    close_life(&f);
}

/* Once, and from then on always: whatever fails, nothing is left that is not told of; and what
 * fails once fails nobody. */
static void with_every_answer_failing_nothing_is_left_untold(void **state) {
    (void)state;
    unsigned whole = 5; /* requests of a life without a fault */
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        for (unsigned at = 0; at < whole + 3; at++) {
            for (unsigned times = 1; times < 1000; times += 998) {
                life f;
                char about[128];
                open_life(&f);
                f.api.fault = &faults[i];
                f.api.at = at;
                f.api.times = times;
                (void)snprintf(about, sizeof about, "%s at %u, %u times", faults[i].what, at,
                               times);
                live(&f);
                assert_settled(&f, about);
                if (times == 1 && (!f.used || is_there(&f.api) || f.lease.left)) {
                    fail_msg("%s: used %d, left %d: %s", about, f.used, f.lease.left,
                             f.lease.error.msg);
                }
                close_life(&f);
            }
        }
    }
}

static void ended_at_every_step_with_every_fault_before_nothing_is_left_untold(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        for (unsigned at = 0; at < 6; at++) {
            for (unsigned end_at = 0; end_at < 8; end_at++) {
                for (int asked = 0; asked < 2; asked++) {
                    life f;
                    char about[128];
                    open_life(&f);
                    f.api.inits = 1;
                    f.api.fault = &faults[i];
                    f.api.at = at;
                    f.api.times = 1;
                    f.end_at = end_at;
                    f.end_asked = asked != 0;
                    (void)snprintf(about, sizeof about, "%s at %u, ended at %u", faults[i].what, at,
                                   end_at);
                    live(&f);
                    assert_settled(&f, about);
                    if (is_there(&f.api) || f.lease.left) {
                        fail_msg("%s: left %d", about, f.lease.left);
                    }
                    close_life(&f);
                }
            }
        }
    }
}

static void what_is_refused_is_told_and_not_asked_again(void **state) {
    (void)state;
    static const struct {
        int code;
        const char *body;
        const char *told;
    } cases[] = {
        {422, "{\"message\":\"branches limit exceeded\"}",
         "the Neon API answered 422 (the API says: branches limit exceeded); where there are too "
         "many branches: fewer at once (--jobs)"},
        {403, "{\"message\":\"no napi_geheim\"}", "may the key in NEON_API_KEY make and delete"},
        {401, "{}", "it does not accept the key in NEON_API_KEY"},
        {404, "{\"message\":\"branch not found\"}", "(the API says: branch not found)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        life f;
        const fault refused = {"refused", PGM_ESQL, cases[i].code, cases[i].body, false};
        open_life(&f);
        f.api.fault = &refused;
        f.api.times = 1;
        live(&f);
        assert_false(f.used);
        assert_int_equal(f.lease.status, PGM_EUSAGE);
        assert_has(f.lease.error.msg, cases[i].told);
        assert_has(f.lease.error.msg, "making a branch of \"br-main\" in project \"p\"");
        assert_lacks(f.lease.error.msg, "geheim");
        assert_int_equal(f.api.asked, 1);
        assert_false(f.lease.left);
        close_life(&f);
    }
}

static void a_branch_that_cannot_be_deleted_is_told_with_its_id(void **state) {
    (void)state;
    life f;
    const fault refused = {"refused", PGM_ESQL, 403, "{\"message\":\"not yours\"}", false};
    open_life(&f);
    f.api.fault = &refused;
    f.api.at = 4;
    f.api.times = 1;
    live(&f);
    assert_true(f.used);
    assert_int_equal(f.lease.status, PGM_OK);
    assert_true(f.lease.left);
    const char *text = pgm__lease_leftover_text(&f.lease);
    assert_has(text, "branch br-1 (\"" OURS "\") of project \"p\" was not deleted: ");
    assert_has(text, "answered 403 (the API says: not yours)");
    assert_has(text, "Neon deletes it at 2026-01-02T03:04:05Z, `pgmarch rehearse --neon --clean`");
    close_life(&f);
}

/* An answer that tells of the parent, of another's branch or of a protected one. */
static void a_branch_that_is_not_ours_is_never_handed_over_nor_deleted(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "{\"branch\":{\"id\":\"br-main\",\"name\":\"" OURS "\",\"parent_id\":\"br-main\","
        "\"protected\":false,\"current_state\":\"ready\"}}",
        "{\"branch\":{\"id\":\"br-7\",\"name\":\"main\",\"parent_id\":\"br-main\","
        "\"protected\":false,\"current_state\":\"ready\"}}",
        "{\"branch\":{\"id\":\"br-7\",\"name\":\"" OURS "\",\"parent_id\":\"br-6\","
        "\"protected\":false,\"current_state\":\"ready\"}}",
        "{\"branch\":{\"id\":\"br-\\u001b[31m\",\"name\":\"" OURS
        "\",\"parent_id\":\"br-main\",\"protected\":false,\"current_state\":\"ready\"}}",
        "{\"branch\":{\"id\":\"br-7\",\"name\":\"" OURS "\",\"parent_id\":\"br-main\","
        "\"protected\":true,\"current_state\":\"ready\"}}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        life f;
        const fault other = {"another branch", PGM_OK, 201, bodies[i], false};
        open_life(&f);
        f.api.fault = &other;
        f.api.times = 1;
        live(&f);
        /* It is looked for, is not there, and is made once more. */
        assert_true(f.used);
        assert_string_equal(f.lease.host, "ep-1.neon.tech");
        assert_false(is_there(&f.api));
        close_life(&f);
    }
}

static void the_parents_compute_is_never_handed_over(void **state) {
    (void)state;
    life f;
    open_life(&f);
    f.wish.compute = "ep-1.neon.tech";
    live(&f);
    assert_false(f.used);
    assert_int_equal(f.lease.status, PGM_EIO);
    assert_has(f.lease.error.msg, "is still without a compute after 60000 ms");
    assert_false(is_there(&f.api));
    close_life(&f);
}

static void waiting_for_a_branch_ends(void **state) {
    (void)state;
    life f;
    open_life(&f);
    f.api.inits = 1000000;
    live(&f);
    assert_false(f.used);
    assert_has(f.lease.error.msg, "is still being made after 60000 ms");
    assert_has(f.lease.error.msg, "--connect-wait");
    assert_false(is_there(&f.api));
    assert_false(f.lease.left);
    close_life(&f);
}

static void who_leaves_it_is_told_what_may_be_there(void **state) {
    (void)state;
    life f;
    open_life(&f);
    (void)pgm__lease_begin(&f.lease, &f.arena, &f.wish, f.now);
    pgm__lease_leave(&f.lease, "stopped");
    assert_true(f.lease.left);
    assert_has(pgm__lease_leftover_text(&f.lease),
               "branch \"" OURS "\" of project \"p\" may have been made, and was not deleted: "
               "stopped");
    assert_int_equal(pgm__lease_resume(&f.lease, f.now).kind, PGM__LEASE_DONE);
    close_life(&f);
}

static pgm_status live_scarcely(void *data) {
    (void)data;
    life f;
    open_life(&f);
    live(&f);
    bool starved = f.lease.status == PGM_ENOMEM || (f.lease.left && is_there(&f.api));
    /* Memory that runs out behind the use costs the branch, which is told, not the rehearsal. */
    bool silent = is_there(&f.api) && !f.lease.left;
    close_life(&f);
    assert_false(silent);
    return starved ? PGM_ENOMEM : PGM_OK;
}

static void running_out_of_memory_leaves_nothing_untold(void **state) {
    (void)state;
    bool struck = true;
    for (size_t nth = 1; struck; nth++) {
        oom_arm(nth);
        (void)live_scarcely(NULL);
        struck = oom_disarm();
        assert_true(nth < 1000);
    }
}

/* ---- names and leftovers ---- */

static void only_whole_names_are_of_rehearsals(void **state) {
    (void)state;
    pgm__arena arena = {0};
    assert_string_equal(pgm__neon_rehearsal_name(&arena, "0123456789abcdef", 12),
                        "pgmarch-rehearsal-0123456789abcdef-12");
    assert_true(pgm__neon_is_rehearsal("pgmarch-rehearsal-0123456789abcdef-12"));
    assert_false(pgm__neon_is_rehearsal("pgmarch-rehearsal-0123456789abcdef-"));
    assert_false(pgm__neon_is_rehearsal("pgmarch-rehearsal-0123456789abcdef-1x"));
    assert_false(pgm__neon_is_rehearsal("pgmarch-rehearsal-0123456789abcde-1"));
    assert_false(pgm__neon_is_rehearsal("pgmarch-rehearsal-0123456789abcdef0-1"));
    assert_false(pgm__neon_is_rehearsal("pgmarch-rehearsal-notes"));
    assert_false(pgm__neon_is_rehearsal("main"));
    assert_false(pgm__neon_is_rehearsal(""));
    pgm__arena_clear(&arena);
}

static void moments_are_written_as_the_api_takes_them(void **state) {
    (void)state;
    char text[PGM__NEON_MOMENT];
    assert_true(pgm__neon_moment(1767323045, text));
    assert_string_equal(text, "2026-01-02T03:04:05Z");
    assert_false(pgm__neon_moment(-1, text));
    assert_false(pgm__neon_moment(253402300800, text));
}

static void what_is_left_over_is_old_and_sleeps(void **state) {
    (void)state;
    enum { NOW = 1767323045 }; /* 2026-01-02T03:04:05Z */
    static const struct {
        const char *name;
        const char *made;
        const char *compute;
        bool changes;
        bool is_default;
        bool is_protected;
        pgm__neon_leftover is;
    } cases[] = {
        {OURS, "2026-01-02T02:54:05Z", "idle", false, false, false, PGM__NEON_LEFTOVER_OLD},
        {OURS, "2026-01-02T02:54:05.7Z", NULL, false, false, false, PGM__NEON_LEFTOVER_OLD},
        {OURS, "2026-01-02T02:54:06Z", "idle", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "2026-01-02T01:00:00Z", "active", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "2026-01-02T01:00:00Z", "init", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "2026-01-02T01:00:00Z", "idle", true, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "2026-01-02T01:00:00+02:00", "idle", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "yesterday", "idle", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, NULL, "idle", false, false, false, PGM__NEON_LEFTOVER_IN_USE},
        {OURS, "2026-01-02T01:00:00Z", "idle", false, true, false, PGM__NEON_LEFTOVER_NOT_OURS},
        {OURS, "2026-01-02T01:00:00Z", "idle", false, false, true, PGM__NEON_LEFTOVER_NOT_OURS},
        {"pgmarch-rehearsal-mine", "2026-01-02T01:00:00Z", "idle", false, false, false,
         PGM__NEON_LEFTOVER_NOT_OURS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__neon_endpoint endpoint = {
            .branch_id = "br-1", .state = cases[i].compute, .changes = cases[i].changes};
        const pgm__neon_endpoints endpoints = {.items = &endpoint,
                                               .count = cases[i].compute == NULL ? 0 : 1};
        const pgm__neon_branch branch = {.id = "br-1",
                                         .name = cases[i].name,
                                         .parent_id = "br-0",
                                         .made = cases[i].made,
                                         .is_default = cases[i].is_default,
                                         .is_protected = cases[i].is_protected};
        if (pgm__neon_judge_leftover(&branch, &endpoints, NOW) != cases[i].is) {
            fail_msg("case %zu", i);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_is_made_waited_for_handed_over_and_deleted),
        cmocka_unit_test(where_the_section_has_the_password_no_uri_is_asked_for),
        cmocka_unit_test(with_every_answer_failing_nothing_is_left_untold),
        cmocka_unit_test(ended_at_every_step_with_every_fault_before_nothing_is_left_untold),
        cmocka_unit_test(what_is_refused_is_told_and_not_asked_again),
        cmocka_unit_test(a_branch_that_cannot_be_deleted_is_told_with_its_id),
        cmocka_unit_test(a_branch_that_is_not_ours_is_never_handed_over_nor_deleted),
        cmocka_unit_test(the_parents_compute_is_never_handed_over),
        cmocka_unit_test(waiting_for_a_branch_ends),
        cmocka_unit_test(who_leaves_it_is_told_what_may_be_there),
        cmocka_unit_test(running_out_of_memory_leaves_nothing_untold),
        cmocka_unit_test(only_whole_names_are_of_rehearsals),
        cmocka_unit_test(moments_are_written_as_the_api_takes_them),
        cmocka_unit_test(what_is_left_over_is_old_and_sleeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
