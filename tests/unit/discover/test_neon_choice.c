/* Which branches are targets, who shares passwords; URIs. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "discover/neon_choice.h"
#include "discover/neon_uri.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

/* ---- a project ---- */

enum { MOST = 12 };

typedef struct project {
    pgm__arena arena;
    pgm__neon_branch branches[MOST];
    pgm__neon_endpoint endpoints[MOST];
    size_t branch_count;
    size_t endpoint_count;
    pgm__neon_wish wish;
    pgm__neon_choice choice;
    pgm_error err;
} project;

static pgm__neon_branch *add_branch(project *p, const char *name, const char *parent) {
    pgm__neon_branch *branch = &p->branches[p->branch_count++];
    *branch = (pgm__neon_branch){.id = name, .name = name, .parent_id = parent, .state = "ready"};
    return branch;
}

static pgm__neon_endpoint *add_endpoint(project *p, const char *branch, const char *host) {
    pgm__neon_endpoint *endpoint = &p->endpoints[p->endpoint_count++];
    *endpoint = (pgm__neon_endpoint){.id = host, .branch_id = branch, .host = host, .writes = true};
    return endpoint;
}

/* A branch with a compute. */
static pgm__neon_branch *add(project *p, const char *name, const char *parent) {
    (void)add_endpoint(p, name, name);
    return add_branch(p, name, parent);
}

static pgm_status choose(project *p) {
    const pgm__neon_branches branches = {p->branches, p->branch_count, MOST};
    const pgm__neon_endpoints endpoints = {p->endpoints, p->endpoint_count, MOST};
    return pgm__neon_choose(&p->arena, &branches, &endpoints, &p->wish, &p->choice, &p->err);
}

/* "main@ep/0 dev@ep2/1": each target, its compute, and whose passwords it has. */
static void assert_chosen(project *p, const char *wanted) {
    char text[512] = "";
    assert_int_equal(choose(p), PGM_OK);
    for (size_t i = 0; i < p->choice.count; i++) {
        const pgm__neon_chosen *one = &p->choice.items[i];
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s@%s/%zu", i > 0 ? " " : "",
                       one->branch->name, one->endpoint->host, one->login);
    }
    assert_string_equal(text, wanted);
}

static void assert_left_out(const project *p, pgm__neon_reason only, size_t count) {
    for (size_t i = 0; i < PGM__NEON_REASON_COUNT; i++) {
        assert_int_equal(p->choice.left_out[i], i == only ? count : 0);
    }
}

static void end(project *p) {
    pgm__arena_clear(&p->arena);
}

static const project all = {.wish = {.is_protected = true}};

/* ---- which ---- */

static void all_branches_are_taken_in_their_order(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    (void)add(&p, "zz", "main");
    (void)add(&p, "aa", "zz");
    assert_chosen(&p, "main@main/0 zz@zz/0 aa@aa/0");
    assert_int_equal(p.choice.login_count, 1);
    assert_left_out(&p, PGM__NEON_REASON_COUNT, 0);
    end(&p);
}

static void globs_choose_and_exclude(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    (void)add(&p, "preview/pr-1", "main");
    (void)add(&p, "preview/x/y", "main");
    (void)add(&p, "release-1", "main");
    assert_int_equal(pgm__neon_split(&p.arena, " preview/*, release-? ,,", &p.wish.branches, NULL),
                     PGM_OK);
    assert_int_equal(p.wish.branches.count, 2);
    assert_string_equal(p.wish.branches.items[1], "release-?");
    assert_int_equal(pgm__neon_split(&p.arena, "*/x/*", &p.wish.exclude, NULL), PGM_OK);
    assert_chosen(&p, "preview/pr-1@preview/pr-1/0 release-1@release-1/0");
    assert_left_out(&p, PGM__NEON_REASON_COUNT, 0);
    end(&p);
}

static void no_text_is_no_glob(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_globs globs = {NULL, 7};
    assert_int_equal(pgm__neon_split(&arena, NULL, &globs, NULL), PGM_OK);
    assert_int_equal(globs.count, 0);
    assert_int_equal(pgm__neon_split(&arena, " , ", &globs, NULL), PGM_OK);
    assert_int_equal(globs.count, 0);
    pgm__arena_clear(&arena);
}

static void archived_branches_are_left_out_unless_wanted(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    add(&p, "old", "main")->state = "archived";
    assert_chosen(&p, "main@main/0");
    assert_left_out(&p, PGM__NEON_ARCHIVED, 1);
    p.wish.archived = true;
    assert_chosen(&p, "main@main/0 old@old/0");
    end(&p);
}

static void protected_branches_are_taken_unless_unwanted(void **state) {
    (void)state;
    project p = all;
    add(&p, "main", NULL)->is_protected = true;
    (void)add(&p, "dev", "main");
    assert_chosen(&p, "main@main/0 dev@dev/1");
    p.wish.is_protected = false;
    assert_chosen(&p, "dev@dev/0");
    assert_left_out(&p, PGM__NEON_PROTECTED, 1);
    end(&p);
}

static void a_branch_that_is_being_made_is_left_out_and_an_unknown_state_is_not(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    add(&p, "a", "main")->state = "init";
    add(&p, "b", "main")->state = "resetting";
    add(&p, "c", "main")->state = "thawing";
    assert_chosen(&p, "main@main/0 c@c/0");
    assert_left_out(&p, PGM__NEON_UNREADY, 2);
    end(&p);
}

static void a_branch_needs_a_compute_that_writes(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    (void)add_branch(&p, "bare", "main");
    (void)add_branch(&p, "replica", "main");
    add_endpoint(&p, "replica", "reads")->writes = false;
    add_endpoint(&p, "elsewhere", "lost")->writes = true;
    assert_chosen(&p, "main@main/0");
    assert_left_out(&p, PGM__NEON_NO_COMPUTE, 2);
    end(&p);
}

static void a_disabled_compute_refuses_everybody(void **state) {
    (void)state;
    project p = all;
    (void)add_branch(&p, "main", NULL);
    add_endpoint(&p, "main", "off")->disabled = true;
    assert_chosen(&p, "");
    assert_left_out(&p, PGM__NEON_DISABLED, 1);
    (void)add_endpoint(&p, "main", "on");
    assert_chosen(&p, "main@on/0");
    end(&p);
}

static void a_branch_that_is_listed_twice_is_refused(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    (void)add(&p, "dev", "main");
    (void)add(&p, "dev", "main");
    assert_int_equal(choose(&p), PGM_EPARSE);
    assert_has(p.err.msg, "lists the branch \"dev\" twice");
    end(&p);
}

static void reasons_are_words_for_several(void **state) {
    (void)state;
    assert_string_equal(pgm__neon_reason_text(PGM__NEON_ARCHIVED), "archived branches");
    assert_string_equal(pgm__neon_reason_text(PGM__NEON_DISABLED),
                        "branches whose compute is disabled");
}

/* ---- passwords ---- */

/* main* (protected) ── a ── aa; main* ── b; c (a root of its own) ── cc. */
static void
children_of_a_protected_branch_have_passwords_of_their_own_and_pass_them_on(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "aa", "a");
    (void)add(&p, "a", "main");
    add(&p, "main", NULL)->is_protected = true;
    (void)add(&p, "b", "main");
    (void)add(&p, "c", NULL);
    (void)add(&p, "cc", "c");
    assert_chosen(&p, "aa@aa/0 a@a/0 main@main/1 b@b/2 c@c/3 cc@cc/3");
    assert_int_equal(p.choice.login_count, 4);
    assert_string_equal(p.choice.logins[0]->branch->name, "aa");
    assert_string_equal(p.choice.logins[3]->branch->name, "c");
    end(&p);
}

static void passwords_go_by_branches_that_are_not_targets(void **state) {
    (void)state;
    project p = all;
    (void)add_branch(&p, "main", NULL);
    (void)add_branch(&p, "mid", "main");
    (void)add(&p, "x", "mid");
    (void)add(&p, "y", "mid");
    assert_chosen(&p, "x@x/0 y@y/0");
    assert_string_equal(p.choice.logins[0]->branch->name, "x");
    end(&p);
}

static void a_branch_of_a_schema_alone_has_roles_of_its_own(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "main", NULL);
    add(&p, "schema", "main")->has_own_roles = true;
    (void)add(&p, "child", "schema");
    (void)add(&p, "orphan", "gone");
    assert_chosen(&p, "main@main/0 schema@schema/1 child@child/1 orphan@orphan/2");
    end(&p);
}

static void parents_in_a_circle_come_to_an_end(void **state) {
    (void)state;
    project p = all;
    (void)add(&p, "a", "c");
    (void)add(&p, "b", "a");
    (void)add(&p, "c", "b");
    (void)add(&p, "self", "self");
    assert_int_equal(choose(&p), PGM_OK);
    assert_int_equal(p.choice.count, 4);
    end(&p);
}

/* ---- URIs ---- */

/* In whatever order libpq has its keywords. */
static void assert_setting(const pgm__neon_uri *uri, const char *keyword, const char *value) {
    size_t i = 0;
    while (i < uri->count && strcmp(uri->items[i].keyword, keyword) != 0) {
        i++;
    }
    assert_true(i < uri->count);
    assert_string_equal(uri->items[i].value, value);
}

static void a_uri_is_taken_apart(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_uri uri = {0};
    assert_int_equal(
        pgm__neon_uri_read(&arena,
                           "postgresql://app_owner:p%40ss@ep-a-pooler.eu.neon.tech:5433/my%20app"
                           "?sslmode=require&channel_binding=require",
                           &uri, NULL),
        PGM_OK);
    assert_int_equal(uri.count, 7);
    assert_setting(&uri, "user", "app_owner");
    assert_setting(&uri, "password", "p@ss");
    assert_setting(&uri, "dbname", "my app");
    assert_setting(&uri, "host", "ep-a-pooler.eu.neon.tech");
    assert_setting(&uri, "port", "5433");
    assert_setting(&uri, "channel_binding", "require");
    assert_setting(&uri, "sslmode", "require");
    pgm__arena_clear(&arena);
}

static void a_uri_that_is_none_is_refused_without_a_piece_of_it(void **state) {
    (void)state;
    static const char *const bad[] = {"", "string", "host=x password=geheim",
                                      "postgresql://a:geheim@[h/d",
                                      "postgresql://a:geheim@h/d?geheim=1"};
    pgm__arena arena = {0};
    pgm__neon_uri uri = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pgm_error err = {0};
        assert_int_equal(pgm__neon_uri_read(&arena, bad[i], &uri, &err), PGM_EPARSE);
        assert_string_equal(err.msg, "the API's connection URI cannot be read");
    }
    pgm__arena_clear(&arena);
}

static void a_pooler_is_gone_around(void **state) {
    (void)state;
    pgm__arena arena = {0};
    static const struct {
        const char *host;
        const char *direct;
    } cases[] = {
        {"ep-a-1-pooler.eu.aws.neon.tech", "ep-a-1.eu.aws.neon.tech"},
        {"ep-a-1.eu.aws.neon.tech", "ep-a-1.eu.aws.neon.tech"},
        {"ep-a.x-pooler.neon.tech", "ep-a.x-pooler.neon.tech"},
        {"ep-pooler", "ep"},
        {"-pooler.neon.tech", "-pooler.neon.tech"},
        {"127.0.0.2", "127.0.0.2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(pgm__neon_direct_host(&arena, cases[i].host), cases[i].direct);
    }
    pgm__arena_clear(&arena);
}

/* ---- memory ---- */

static pgm_status choose_and_read(void *data) {
    (void)data;
    project p = all;
    pgm__neon_uri uri = {0};
    (void)add(&p, "main", NULL);
    (void)add(&p, "dev", "main");
    pgm_status status = pgm__neon_split(&p.arena, "m*,d*", &p.wish.branches, NULL);
    status = status == PGM_OK ? choose(&p) : status;
    status = status == PGM_OK ? pgm__neon_uri_read(&p.arena, "postgresql://a:b@h/d", &uri, NULL)
                              : status;
    if (status == PGM_OK && pgm__neon_direct_host(&p.arena, "a-pooler.b") == NULL) {
        status = PGM_ENOMEM;
    }
    end(&p);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_in_range(oom_survives(choose_and_read, NULL), 1, 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_branches_are_taken_in_their_order),
        cmocka_unit_test(globs_choose_and_exclude),
        cmocka_unit_test(no_text_is_no_glob),
        cmocka_unit_test(archived_branches_are_left_out_unless_wanted),
        cmocka_unit_test(protected_branches_are_taken_unless_unwanted),
        cmocka_unit_test(a_branch_that_is_being_made_is_left_out_and_an_unknown_state_is_not),
        cmocka_unit_test(a_branch_needs_a_compute_that_writes),
        cmocka_unit_test(a_disabled_compute_refuses_everybody),
        cmocka_unit_test(a_branch_that_is_listed_twice_is_refused),
        cmocka_unit_test(reasons_are_words_for_several),
        cmocka_unit_test(
            children_of_a_protected_branch_have_passwords_of_their_own_and_pass_them_on),
        cmocka_unit_test(passwords_go_by_branches_that_are_not_targets),
        cmocka_unit_test(a_branch_of_a_schema_alone_has_roles_of_its_own),
        cmocka_unit_test(parents_in_a_circle_come_to_an_end),
        cmocka_unit_test(a_uri_is_taken_apart),
        cmocka_unit_test(a_uri_that_is_none_is_refused_without_a_piece_of_it),
        cmocka_unit_test(a_pooler_is_gone_around),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
