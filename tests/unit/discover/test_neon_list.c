/* Answers of the Neon API → lists; pages; paths. */
#include "support/cmocka_all.h"

#include <string.h>

#include "discover/neon_list.h"
#include "discover/neon_pages.h"
#include "discover/neon_path.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

#define BRANCH(id, name, more)                                                                     \
    "{\"id\":\"" id "\",\"name\":\"" name                                                          \
    "\",\"current_state\":\"ready\",\"protected\":false,\"cpu_used_sec\":7" more "}"

static pgm__neon_body body_of(const char *text) {
    return (pgm__neon_body){text, strlen(text)};
}

typedef struct branches {
    pgm__arena arena;
    pgm__neon_branches list;
    const char *next;
    pgm_error err;
} branches;

static pgm_status read_branches(branches *b, const char *text) {
    const pgm__neon_body body = body_of(text);
    return pgm__neon_read_branches(&b->arena, &body, &b->list, &b->next, &b->err);
}

static void end_branches(branches *b) {
    pgm__neon_branches_fini(&b->list);
    pgm__arena_clear(&b->arena);
}

static void branches_grow_page_by_page(void **state) {
    (void)state;
    branches b = {0};
    assert_int_equal(read_branches(&b,
                                   "{\"branches\":[" BRANCH("br-1", "main", "") "," BRANCH(
                                       "br-2", "preview/Caf\\u00e9 1",
                                       ",\"parent_id\":\"br-1\"") "],"
                                                                  "\"pagination\":{\"next\":\"c1\","
                                                                  "\"sort_by\":\"created_at\"}}"),
                     PGM_OK);
    assert_string_equal(b.next, "c1");
    assert_int_equal(read_branches(&b, "{\"branches\":[{\"id\":\"br-3\",\"name\":\"x\","
                                       "\"current_state\":\"thawing\",\"protected\":true,"
                                       "\"init_source\":\"schema-only\"}],\"annotations\":{}}"),
                     PGM_OK);
    assert_null(b.next);
    assert_int_equal(b.list.count, 3);
    assert_null(b.list.items[0].parent_id);
    assert_false(b.list.items[0].has_own_roles);
    assert_string_equal(b.list.items[1].name, "preview/Caf\xc3\xa9 1");
    assert_string_equal(b.list.items[1].parent_id, "br-1");
    assert_false(b.list.items[1].is_protected);
    assert_string_equal(b.list.items[2].state, "thawing");
    assert_true(b.list.items[2].is_protected);
    assert_true(b.list.items[2].has_own_roles);
    end_branches(&b);
}

static void a_list_that_is_not_as_it_should_be_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "answer of \"API\" is cut off"},
        {"{\"branches\":[", "answer of \"API\" is cut off"},
        {"<html>Bad gateway</html>", "API:1:1: this is not JSON"},
        {"[]", "the API's answer is no JSON object"},
        {"{}", "the API's answer has no list \"branches\""},
        {"{\"branches\":null}", "the API's answer has no list \"branches\""},
        {"{\"branches\":{}}", "the API's answer has no list \"branches\""},
        {"{\"branches\":[],\"branches\":[]}", "the API's answer has no list \"branches\""},
        {"{\"branches\":[7]}", "the API's answer has no text \"id\""},
        {"{\"branches\":[{\"id\":7}]}", "the API's answer has no text \"id\""},
        {"{\"branches\":[{\"id\":\"a\",\"name\":\"\"}]}", "no text \"name\""},
        {"{\"branches\":[{\"id\":\"a\",\"name\":\"b\"}]}", "no text \"current_state\""},
        {"{\"branches\":[{\"id\":\"a\",\"name\":\"b\",\"current_state\":\"ready\"}]}",
         "no flag \"protected\""},
        {"{\"branches\":[" BRANCH("a", "b", ",\"parent_id\":[]") "]}", "no text \"parent_id\""},
        {"{\"branches\":[],\"pagination\":[]}", "no object \"pagination\""},
        {"{\"branches\":[],\"pagination\":{\"next\":3}}", "no text \"next\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        branches b = {0};
        assert_int_equal(read_branches(&b, cases[i].text), PGM_EPARSE);
        assert_has(b.err.msg, cases[i].message);
        end_branches(&b);
    }
}

static pgm_status read_projects(pgm__arena *arena, const char *text, pgm__neon_projects *list,
                                const char **next, pgm_error *err) {
    const pgm__neon_body body = body_of(text);
    return pgm__neon_read_projects(arena, &body, list, next, err);
}

static void projects_end_with_a_page_that_is_empty(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_projects list = {0};
    pgm_error err = {0};
    const char *next = NULL;
    assert_int_equal(read_projects(&arena,
                                   "{\"projects\":[{\"id\":\"p-1\",\"name\":\"acme\"}],"
                                   "\"pagination\":{\"cursor\":\"p-1\"},"
                                   "\"unavailable_project_ids\":[]}",
                                   &list, &next, &err),
                     PGM_OK);
    assert_string_equal(next, "p-1");
    assert_string_equal(list.items[0].id, "p-1");
    assert_string_equal(list.items[0].name, "acme");
    assert_int_equal(read_projects(&arena, "{\"projects\":[],\"pagination\":{\"cursor\":\"p-1\"}}",
                                   &list, &next, &err),
                     PGM_OK);
    assert_null(next);
    assert_int_equal(list.count, 1);
    pgm__neon_projects_fini(&list);
    pgm__arena_clear(&arena);
}

static void a_list_that_the_api_calls_incomplete_is_refused(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_projects list = {0};
    pgm_error err = {0};
    const char *next = NULL;
    assert_int_equal(read_projects(&arena,
                                   "{\"projects\":[{\"id\":\"p-1\",\"name\":\"acme\"}],"
                                   "\"unavailable_project_ids\":[\"p-2\",\"p-3\"]}",
                                   &list, &next, &err),
                     PGM_EPARSE);
    assert_has(err.msg, "not complete: it could not look at 2 of them, \"p-2\" is the first");
    pgm__neon_projects_fini(&list);
    pgm__arena_clear(&arena);
}

static void endpoints_uri_project_and_message_are_read(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_endpoints list = {0};
    pgm__neon_project project = {0};
    pgm_error err = {0};
    const char *uri = NULL;
    pgm__neon_body body = body_of(
        "{\"endpoints\":[{\"id\":\"ep-1\",\"branch_id\":\"br-1\",\"host\":\"h\",\"type\":"
        "\"read_write\",\"disabled\":false},{\"id\":\"ep-2\",\"branch_id\":\"br-1\",\"host\":"
        "\"i\",\"type\":\"read_only\",\"disabled\":true}]}");
    assert_int_equal(pgm__neon_read_endpoints(&arena, &body, &list, &err), PGM_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.items[0].writes && !list.items[0].disabled);
    assert_true(!list.items[1].writes && list.items[1].disabled);
    body = body_of("{\"uri\":\"postgresql://a:b@h/d\"}");
    assert_int_equal(pgm__neon_read_uri(&arena, &body, &uri, &err), PGM_OK);
    assert_string_equal(uri, "postgresql://a:b@h/d");
    body = body_of("{\"url\":\"postgresql://a:b@h/d\"}");
    assert_int_equal(pgm__neon_read_uri(&arena, &body, &uri, &err), PGM_EPARSE);
    assert_lacks(err.msg, "a:b");
    body = body_of("{\"project\":{\"id\":\"p\",\"name\":\"n\"}}");
    assert_int_equal(pgm__neon_read_project(&arena, &body, &project, &err), PGM_OK);
    assert_string_equal(project.name, "n");
    body = body_of("{\"message\":\"no such role\",\"code\":\"\"}");
    assert_string_equal(pgm__neon_read_message(&arena, &body), "no such role");
    body = body_of("no JSON");
    assert_null(pgm__neon_read_message(&arena, &body));
    pgm__neon_endpoints_fini(&list);
    pgm__arena_clear(&arena);
}

static void pages_turn_until_the_last_and_never_in_a_circle(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__neon_pages pages = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__neon_pages_turn(&pages, &arena, "a", &err), PGM_OK);
    assert_string_equal(pages.cursor, "a");
    assert_int_equal(pgm__neon_pages_turn(&pages, &arena, "b", &err), PGM_OK);
    assert_int_equal(pgm__neon_pages_turn(&pages, &arena, "a", &err), PGM_EPARSE);
    assert_has(err.msg, "a next page that was read already");
    assert_int_equal(pgm__neon_pages_turn(&pages, &arena, NULL, &err), PGM_OK);
    assert_null(pages.cursor);
    pgm__arena_clear(&arena);
}

static void paths_ask_for_whole_pages_and_encode_what_is_in_names(void **state) {
    (void)state;
    pgm__arena arena = {0};
    assert_string_equal(pgm__neon_path_projects(&arena, NULL, NULL), "/projects?limit=400");
    assert_string_equal(pgm__neon_path_projects(&arena, "org-1", "2022-12-07T00:45:05.26Z"),
                        "/projects?limit=400&org_id=org-1&cursor=2022-12-07T00%3A45%3A05.26Z");
    assert_string_equal(pgm__neon_path_project(&arena, "a/../b"), "/projects/a%2F..%2Fb");
    assert_string_equal(pgm__neon_path_branches(&arena, "p", NULL),
                        "/projects/p/branches?sort_by=created_at&sort_order=asc&limit=10000");
    assert_string_equal(
        pgm__neon_path_branches(&arena, "p", "eyJ=&"),
        "/projects/p/branches?sort_by=created_at&sort_order=asc&limit=10000&cursor=eyJ%3D%26");
    assert_string_equal(pgm__neon_path_endpoints(&arena, "p"), "/projects/p/endpoints");
    const pgm__neon_login login = {"p", "br-1", "ep-1", "my app", "caf\xc3\xa9"};
    assert_string_equal(pgm__neon_path_uri(&arena, &login),
                        "/projects/p/connection_uri?branch_id=br-1&endpoint_id=ep-1"
                        "&database_name=my%20app&role_name=caf%C3%A9");
    pgm__arena_clear(&arena);
}

static pgm_status everything(void *data) {
    (void)data;
    branches b = {0};
    pgm__neon_pages pages = {0};
    pgm_status status = read_branches(
        &b, "{\"branches\":[" BRANCH("br-1", "main", "") "],\"pagination\":{\"next\":\"c\"}}");
    if (status == PGM_OK) {
        status = pgm__neon_pages_turn(&pages, &b.arena, b.next, &b.err);
    }
    if (status == PGM_OK && pgm__neon_path_branches(&b.arena, "p", pages.cursor) == NULL) {
        status = PGM_ENOMEM;
    }
    end_branches(&b);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_in_range(oom_survives(everything, NULL), 4, 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branches_grow_page_by_page),
        cmocka_unit_test(a_list_that_is_not_as_it_should_be_is_refused),
        cmocka_unit_test(projects_end_with_a_page_that_is_empty),
        cmocka_unit_test(a_list_that_the_api_calls_incomplete_is_refused),
        cmocka_unit_test(endpoints_uri_project_and_message_are_read),
        cmocka_unit_test(pages_turn_until_the_last_and_never_in_a_circle),
        cmocka_unit_test(paths_ask_for_whole_pages_and_encode_what_is_in_names),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
