/* A section with `discover = neon` → what is wanted; a branch → a row; what is said of trouble. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "discover/neon_options.h"
#include "discover/neon_row.h"
#include "discover/neon_trouble.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

/* ---- a section ---- */

enum { MOST = 12 };

typedef struct section {
    pgm__arena arena;
    pgm__target_line lines[MOST];
    pgm__target_line defaults[MOST];
    pgm__target_lines own;
    pgm__target_lines said;
    pgm__source source;
    pgm__neon_options options;
    pgm_error err;
} section;

static void say(section *s, const char *key, const char *value) {
    s->lines[s->own.count++] = (pgm__target_line){.key = key, .value = value};
}

static void say_default(section *s, const char *key, const char *value) {
    s->defaults[s->said.count++] = (pgm__target_line){.key = key, .value = value};
}

static void begin(section *s) {
    *s = (section){0};
    s->own.items = s->lines;
    s->said.items = s->defaults;
    s->source = (pgm__source){
        .name = "branches", .kind = PGM__SOURCE_NEON, .lines = &s->own, .said = &s->said};
}

/* The least that is needed. */
static void begin_well(section *s) {
    begin(s);
    say(s, "dbname", "app");
    say(s, "user", "app_owner");
    s->source.words[PGM__SOURCE_WORD_PROJECT] = "p-1";
}

static void end(section *s) {
    pgm__arena_clear(&s->arena);
}

static const char *with_key(const char *name) {
    return strcmp(name, "NEON_API_KEY") == 0 ? "napi_geheim" : NULL;
}

static const char *with_host(const char *name) {
    return strcmp(name, "NEON_API_HOST") == 0 ? "https://other.example/api" : with_key(name);
}

static const char *with_bad_key(const char *name) {
    return strcmp(name, "NEON_API_KEY") == 0 ? "napi_geheim\n" : NULL;
}

static const char *with_nothing(const char *name) {
    (void)name;
    return NULL;
}

static pgm_status read_options(section *s, const char *(*variable)(const char *name)) {
    return pgm__neon_options_read(&s->arena, &s->source, variable, &s->options, &s->err);
}

static void assert_wrong(section *s, const char *message) {
    assert_int_equal(read_options(s, with_key), PGM_EUSAGE);
    assert_has(s->err.msg, message);
    assert_lacks(s->err.msg, "geheim");
    end(s);
}

/* ---- what is wanted ---- */

static void one_project_is_asked_at_neon_for_all_but_archived_branches(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_string_equal(s.options.api, "https://console.neon.tech/api/v2");
    assert_string_equal(s.options.key, "napi_geheim");
    assert_string_equal(s.options.projects.items[0], "p-1");
    assert_true(s.options.one_project && !s.options.needs_names && s.options.shares_logins);
    assert_true(s.options.wish.is_protected && !s.options.wish.archived);
    assert_int_equal(s.options.wish.branches.count, 0);
    assert_false(s.options.has_password);
    end(&s);
}

static void words_choose_what_is_taken(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_BRANCHES] = "preview/*, main";
    s.source.words[PGM__SOURCE_WORD_EXCLUDE] = "*wip";
    s.source.words[PGM__SOURCE_WORD_ARCHIVED] = "include";
    s.source.words[PGM__SOURCE_WORD_PROTECTED] = "skip";
    s.source.words[PGM__SOURCE_WORD_API] = "http://127.0.0.1:1/x";
    assert_int_equal(read_options(&s, with_host), PGM_OK);
    assert_int_equal(s.options.wish.branches.count, 2);
    assert_int_equal(s.options.wish.exclude.count, 1);
    assert_true(s.options.wish.archived && !s.options.wish.is_protected);
    assert_string_equal(s.options.api, "http://127.0.0.1:1/x");
    end(&s);
}

static void the_environment_may_name_another_api(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    assert_int_equal(read_options(&s, with_host), PGM_OK);
    assert_string_equal(s.options.api, "https://other.example/api");
    end(&s);
}

static void names_of_projects_are_asked_only_where_somebody_wants_them(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_PROJECT] = "p-1,p-2";
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_true(!s.options.one_project && s.options.needs_names);
    s.source.words[PGM__SOURCE_WORD_NAME] = "{project_id}-{branch}";
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_false(s.options.needs_names);
    say(&s, "tags", "{project}");
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_true(s.options.needs_names);
    s.source.words[PGM__SOURCE_WORD_PROJECT] = NULL; /* lists of projects have names */
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_true(!s.options.needs_names && !s.options.one_project);
    end(&s);
}

static void a_database_that_hangs_on_the_branch_shares_no_login(void **state) {
    (void)state;
    section s;
    begin(&s);
    say(&s, "dbname", "{project}");
    say(&s, "user", "o");
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_true(s.options.shares_logins);
    s.lines[1].value = "{branch}_owner";
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_false(s.options.shares_logins);
    end(&s);
}

static void defaults_may_say_database_and_role_and_their_braces_are_braces(void **state) {
    (void)state;
    section s;
    begin(&s);
    say_default(&s, "dbname", "a{branch}b");
    say_default(&s, "user", "u");
    say(&s, "user", "own");
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_string_equal(s.options.database, "a{{branch}}b");
    assert_string_equal(s.options.role, "own");
    assert_true(s.options.shares_logins);
    end(&s);
}

static void a_password_of_the_section_is_noted_with_a_flaw_too(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    s.lines[s.own.count++] = (pgm__target_line){.key = "password", .flaw = "f:3: PW is not set"};
    assert_int_equal(read_options(&s, with_key), PGM_OK);
    assert_true(s.options.has_password);
    end(&s);
}

static void what_is_missing_or_wrong_is_said(void **state) {
    (void)state;
    section s;
    begin(&s);
    say(&s, "user", "u");
    assert_wrong(&s, "needs \"dbname = ...\" and \"user = ...\"");
    begin(&s);
    say(&s, "dbname", "d");
    say(&s, "user", "");
    assert_wrong(&s, "needs \"dbname = ...\" and \"user = ...\"");
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_ARCHIVED] = "yes";
    assert_wrong(&s, "\"archived\" must be one of: skip, include");
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_PROTECTED] = "Skip";
    assert_wrong(&s, "\"protected\" must be one of: skip, include");
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_ORG] = "org-1";
    assert_wrong(&s, "\"project\" and \"org\" are both said");
    begin_well(&s);
    s.source.words[PGM__SOURCE_WORD_API] = "http://neon.example/";
    assert_wrong(&s, "must begin with https://");
}

static void a_key_must_be_there_and_be_one(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    assert_int_equal(read_options(&s, with_nothing), PGM_EUSAGE);
    assert_has(s.err.msg, "the environment has no NEON_API_KEY");
    assert_int_equal(read_options(&s, with_bad_key), PGM_EUSAGE);
    assert_has(s.err.msg, "NEON_API_KEY holds");
    assert_lacks(s.err.msg, "geheim");
    end(&s);
}

/* ---- rows ---- */

static const pgm__neon_project project = {"p-1", "acme"};
static const pgm__neon_branch branch = {.id = "br-1", .name = "main", .state = "ready"};
static const pgm__neon_endpoint endpoint = {
    .id = "ep-1", .branch_id = "br-1", .host = "ep-1-pooler.neon.tech", .writes = true};
static const pgm__neon_chosen chosen = {&branch, &endpoint, 0};
static const pgm__setting parts[] = {
    {"host", "ep-9.neon.tech"}, {"port", "5433"},  {"user", "o"},
    {"password", "geheim"},     {"dbname", "app"}, {"sslmode", "require"}};
static const pgm__neon_uri uri = {parts, 6};

/* "name=main* host=ep…": * = offered. */
static void assert_row(section *s, bool one_project, const pgm__neon_uri *from,
                       const char *wanted) {
    char text[512] = "";
    pgm__source_row row = {0};
    const pgm__neon_place place = {&project, &chosen, one_project};
    assert_int_equal(pgm__neon_row(&s->arena, &s->source, &place, from, &row, &s->err), PGM_OK);
    for (size_t i = 0; i < row.count; i++) {
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s=%s%s", i > 0 ? " " : "",
                       row.columns[i].name, row.columns[i].value,
                       row.columns[i].offered ? "*" : "");
    }
    assert_string_equal(text, wanted);
}

static void a_row_leads_to_the_compute_of_its_branch_itself(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    assert_row(&s, true, &uri,
               "name=main* branch=main* branch_id=br-1* project=acme* project_id=p-1* "
               "endpoint_id=ep-1* state=ready* host=ep-1.neon.tech port=5433 user=o "
               "password=geheim dbname=app sslmode=require group=p-1 sleeps=true");
    end(&s);
}

static void of_several_projects_a_name_begins_with_the_project(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    const pgm__neon_uri none = {NULL, 0};
    assert_row(&s, false, &none,
               "name=acme/main* branch=main* branch_id=br-1* project=acme* project_id=p-1* "
               "endpoint_id=ep-1* state=ready* group=p-1 sleeps=true");
    end(&s);
}

static void the_section_may_be_stricter_than_the_uri_but_not_lead_elsewhere(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    say(&s, "sslmode", "verify-full");
    say_default(&s, "port", "1");
    say_default(&s, "group", "mine");
    assert_row(&s, true, &uri,
               "name=main* branch=main* branch_id=br-1* project=acme* project_id=p-1* "
               "endpoint_id=ep-1* state=ready* host=ep-1.neon.tech port=5433 user=o "
               "password=geheim dbname=app sleeps=true");
    end(&s);
}

static void with_a_password_of_the_section_the_host_is_enough_and_tls_is_needed(void **state) {
    (void)state;
    section s;
    begin_well(&s);
    assert_row(
        &s, true, NULL,
        "name=main* branch=main* branch_id=br-1* project=acme* project_id=p-1* "
        "endpoint_id=ep-1* state=ready* host=ep-1.neon.tech sslmode=require group=p-1 sleeps=true");
    end(&s);
}

/* ---- trouble ---- */

static const pgm__neon_question of_uri = {.kind = PGM__NEON_ASK_URI,
                                          .project = "p-1",
                                          .branch = "main",
                                          .database = "app",
                                          .role = "o",
                                          .key = "napi_geheim"};

static void assert_trouble(pgm__neon_question_kind kind, const pgm__http_answer *answer,
                           pgm_status status, const char *message) {
    pgm__arena arena = {0};
    pgm_error err = {0};
    pgm__neon_question question = of_uri;
    question.kind = kind;
    assert_int_equal(pgm__neon_trouble(&arena, &question, answer, &err), status);
    assert_has(err.msg, message);
    assert_lacks(err.msg, "geheim");
    pgm__arena_clear(&arena);
}

static void assert_refused(pgm__neon_question_kind kind, int code, const char *body,
                           pgm_status status, const char *message) {
    char what[32];
    (void)snprintf(what, sizeof what, "it answered %d", code);
    const pgm__http_answer answer = {
        .status = PGM_ESQL, .code = code, .body = body, .len = strlen(body), .what = what};
    assert_trouble(kind, &answer, status, message);
}

static void each_refusal_says_what_to_do(void **state) {
    (void)state;
    assert_refused(PGM__NEON_ASK_PROJECTS, 401, "{\"message\":\"no\"}", PGM_EUSAGE,
                   "does not accept the key in NEON_API_KEY (the API says: no);");
    assert_refused(PGM__NEON_ASK_BRANCHES, 403, "", PGM_EUSAGE,
                   "may not see the branches of project \"p-1\"");
    assert_refused(PGM__NEON_ASK_PROJECT, 404, "{}", PGM_EUSAGE, "there is no project \"p-1\"");
    assert_refused(PGM__NEON_ASK_ENDPOINTS, 404, "{}", PGM_EUSAGE, "there is no project \"p-1\"");
    assert_refused(PGM__NEON_ASK_URI, 404, "{\"message\":\"role not found\"}", PGM_EUSAGE,
                   "branch \"main\" of project \"p-1\" has no database \"app\", or no role \"o\" "
                   "(the API says: role not found)");
    assert_refused(PGM__NEON_ASK_URI, 412, "{}", PGM_EUSAGE, "\"password = ${VARIABLE}\"");
    assert_refused(PGM__NEON_ASK_PROJECTS, 302, "", PGM_EUSAGE, "is \"api\" right?");
    assert_refused(PGM__NEON_ASK_PROJECTS, 400, "{\"message\":\"org_id is required\"}", PGM_EUSAGE,
                   "a personal key needs \"org = ...\"");
    assert_refused(PGM__NEON_ASK_PROJECTS, 404, "<html>", PGM_EUSAGE, "it answered 404");
    assert_refused(PGM__NEON_ASK_ENDPOINTS, 500, "", PGM_EIO,
                   "failed at the computes of project \"p-1\": it answered 500");
}

static void what_the_api_says_is_shown_on_one_line_and_without_the_key(void **state) {
    (void)state;
    assert_refused(PGM__NEON_ASK_PROJECTS, 418, "{\"message\":\"key napi_geheim\"}", PGM_EUSAGE,
                   "it answered 418;");
    assert_refused(PGM__NEON_ASK_BRANCHES, 418, "{\"message\":\"a\\nb\\u001b[31m\"}", PGM_EUSAGE,
                   "(the API says: a b [31m)");
    char body[1024];
    (void)snprintf(body, sizeof body, "{\"message\":\"%0*d\"}", 900, 0);
    assert_refused(PGM__NEON_ASK_BRANCHES, 418, body, PGM_EUSAGE, "0000)");
}

static void silence_is_told_from_a_lack_of_time(void **state) {
    (void)state;
    const pgm__http_answer silent = {
        .status = PGM_ECONNECT, .code = 0, .body = "", .what = "Couldn't connect to server"};
    const pgm__http_answer late = {
        .status = PGM_ETIMEOUT, .code = 503, .body = "", .what = "it answered 503 (6 times)"};
    const pgm__http_answer none = {
        .status = PGM_ENOMEM, .code = 0, .body = "", .what = "out of memory"};
    assert_trouble(PGM__NEON_ASK_PROJECTS, &silent, PGM_EIO,
                   "did not answer about the list of projects: Couldn't connect to server");
    assert_trouble(PGM__NEON_ASK_BRANCHES, &late, PGM_EIO,
                   "about the branches of project \"p-1\" in time: it answered 503 (6 times)");
    assert_trouble(PGM__NEON_ASK_URI, &none, PGM_ENOMEM, "out of memory");
}

/* ---- memory ---- */

static pgm_status everything(void *data) {
    (void)data;
    section s;
    pgm__source_row row = {0};
    const pgm__neon_place place = {&project, &chosen, false};
    begin(&s);
    say_default(&s, "dbname", "d");
    say_default(&s, "user", "u");
    s.source.words[PGM__SOURCE_WORD_PROJECT] = "a,b";
    s.source.words[PGM__SOURCE_WORD_BRANCHES] = "c";
    pgm_status status = read_options(&s, with_key);
    if (status == PGM_OK) {
        status = pgm__neon_row(&s.arena, &s.source, &place, &uri, &row, &s.err);
    }
    const pgm__http_answer silent = {.status = PGM_ECONNECT, .code = 0, .body = "", .what = "x"};
    if (status == PGM_OK && pgm__neon_trouble(&s.arena, &of_uri, &silent, &s.err) == PGM_ENOMEM) {
        status = PGM_ENOMEM;
    }
    end(&s);
    return status;
}

/* Texts are small, so that the arena seldom asks for more. */
static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_in_range(oom_survives(everything, NULL), 1, 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_project_is_asked_at_neon_for_all_but_archived_branches),
        cmocka_unit_test(words_choose_what_is_taken),
        cmocka_unit_test(the_environment_may_name_another_api),
        cmocka_unit_test(names_of_projects_are_asked_only_where_somebody_wants_them),
        cmocka_unit_test(a_database_that_hangs_on_the_branch_shares_no_login),
        cmocka_unit_test(defaults_may_say_database_and_role_and_their_braces_are_braces),
        cmocka_unit_test(a_password_of_the_section_is_noted_with_a_flaw_too),
        cmocka_unit_test(what_is_missing_or_wrong_is_said),
        cmocka_unit_test(a_key_must_be_there_and_be_one),
        cmocka_unit_test(a_row_leads_to_the_compute_of_its_branch_itself),
        cmocka_unit_test(of_several_projects_a_name_begins_with_the_project),
        cmocka_unit_test(the_section_may_be_stricter_than_the_uri_but_not_lead_elsewhere),
        cmocka_unit_test(with_a_password_of_the_section_the_host_is_enough_and_tls_is_needed),
        cmocka_unit_test(each_refusal_says_what_to_do),
        cmocka_unit_test(what_the_api_says_is_shown_on_one_line_and_without_the_key),
        cmocka_unit_test(silence_is_told_from_a_lack_of_time),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
