/* Requests by libcurl on the loop, against an API of the tests' own. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "discover/http.h"
#include "support/assert_text.h"
#include "support/neon_fixture.h"
#include "support/oom.h"
#include "support/scratch.h"

static const char WORLD[] = "{\"projects\": [{\"id\": \"p-1\"}]}";
static const char PATH[] = "/projects/p-1/endpoints";

/* ---- a client ---- */

typedef struct client {
    uv_loop_t loop;
    pgm__http *http;
    pgm__http_settings settings;
    unsigned wanted; /* so many answers, then it closes */
    unsigned answers;
    pgm_status status; /* of the last one */
    int code;
    char body[256];
    char what[256];
    bool closed;
} client;

static void on_closed(void *data) {
    client *c = data;
    c->closed = true;
}

static void close_client(client *c) {
    pgm__http_close(c->http, on_closed, c);
    c->http = NULL;
}

static void on_answer(const pgm__http_answer *answer, void *data) {
    client *c = data;
    c->answers++;
    c->status = answer->status;
    c->code = answer->code;
    assert_int_equal(strlen(answer->body), answer->len);
    (void)snprintf(c->body, sizeof c->body, "%s", answer->body);
    (void)snprintf(c->what, sizeof c->what, "%s", answer->what);
    if (c->answers == c->wanted) {
        close_client(c);
    }
}

static void open_client(client *c, int64_t limit_ms) {
    *c = (client){
        .settings = {.base = neon_base(), .key = "napi_test", .limit_ms = limit_ms, .random = 7},
        .wanted = 1};
    assert_int_equal(uv_loop_init(&c->loop), 0);
}

static void end_client(client *c) {
    assert_true(c->closed);
    assert_int_equal(uv_loop_close(&c->loop), 0);
}

/* Gets `path` so often as is wanted, and waits for all. */
static void get(client *c, const char *path) {
    assert_int_equal(pgm__http_open(&c->http, &c->loop, &c->settings, NULL), PGM_OK);
    for (unsigned i = 0; i < c->wanted; i++) {
        assert_int_equal(pgm__http_get(c->http, path, on_answer, c, NULL), PGM_OK);
    }
    assert_int_equal(c->answers, 0); /* never from inside the call */
    assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c->answers, c->wanted);
    end_client(c);
}

/* One GET within so many milliseconds. */
static void get_once(client *c, const char *path, int64_t limit_ms) {
    open_client(c, limit_ms);
    get(c, path);
}

static unsigned count_requests(void) {
    unsigned count = 0;
    for (const char *c = neon_wrote("requests"); *c != '\0'; c++) {
        count += *c == '\n';
    }
    return count;
}

/* ---- answers ---- */

static void an_answer_is_read(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    get_once(&c, PATH, 10000);
    assert_int_equal(c.status, PGM_OK);
    assert_int_equal(c.code, 200);
    assert_has(c.body, "{\"endpoints\": [{\"host\": ");
    assert_string_equal(neon_wrote("requests"), "200 /api/v2/projects/p-1/endpoints\n");
}

static void what_the_server_refuses_is_told_with_its_text_and_not_asked_again(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    get_once(&c, "/projects/p-2", 10000);
    assert_int_equal(c.status, PGM_ESQL);
    assert_int_equal(c.code, 404);
    assert_has(c.body, "project not found");
    assert_string_equal(c.what, "it answered 404");
    assert_int_equal(count_requests(), 1);
}

static void a_wrong_key_is_in_no_text(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    open_client(&c, 10000);
    c.settings.key = "napi_geheim";
    get(&c, PATH);
    assert_int_equal(c.code, 401);
    assert_lacks(c.what, "geheim");
    assert_lacks(c.body, "geheim");
}

static void four_are_under_way_at_once_and_never_more(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"delay\": 0.2}]");
    open_client(&c, 10000);
    c.wanted = 10;
    get(&c, PATH);
    assert_int_equal(c.status, PGM_OK);
    assert_string_equal(neon_wrote("busiest"), "4\n");
}

static void the_pace_is_eleven_a_second(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    open_client(&c, 10000);
    c.wanted = 22;
    uint64_t began = uv_hrtime();
    get(&c, PATH);
    assert_int_equal(c.status, PGM_OK);
    assert_true(uv_hrtime() - began >= 1000000000U); /* eleven at once, and 91 ms for each other */
}

/* ---- again ---- */

static void a_server_that_asks_for_patience_is_asked_again_as_late_as_it_says(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"status\": 429, \"body\": \"{}\","
                "  \"headers\": {\"Retry-After\": \"1\"}},"
                " {\"match\": \"endpoints\", \"status\": 423, \"body\": \"{}\"},"
                " {\"match\": \"endpoints\", \"status\": 503, \"body\": \"busy\"}]");
    uint64_t began = uv_hrtime();
    get_once(&c, PATH, 20000);
    assert_int_equal(c.status, PGM_OK);
    assert_true(uv_hrtime() - began >= 1000000000U);
    assert_string_equal(neon_wrote("requests"), "429 /api/v2/projects/p-1/endpoints\n"
                                                "423 /api/v2/projects/p-1/endpoints\n"
                                                "503 /api/v2/projects/p-1/endpoints\n"
                                                "200 /api/v2/projects/p-1/endpoints\n");
}

static void a_pause_beyond_the_limit_is_not_waited_for(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"status\": 503,"
                "  \"headers\": {\"Retry-After\": \"30\"}}]");
    uint64_t began = uv_hrtime();
    get_once(&c, PATH, 20000);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_string_equal(c.what, "it answered 503");
    assert_true(uv_hrtime() - began < 15000000000U);
}

static void a_busy_server_is_asked_until_the_limit(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"status\": 503, \"body\": \"{}\"}]");
    get_once(&c, PATH, 2500);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_int_equal(c.code, 503);
    assert_has(c.what, "it answered 503 (");
    assert_in_range(count_requests(), 2, 6);
}

static void an_answer_that_was_cut_off_is_none(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"cut\": 40}]");
    get_once(&c, PATH, 10000);
    assert_int_equal(c.status, PGM_OK);
    assert_int_equal(count_requests(), 2);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"cut\": 40}]");
    get_once(&c, PATH, 3000);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_int_equal(c.code, 0);
    assert_string_equal(c.body, "");
    assert_has(c.what, "the answer was cut off");
}

static void a_connection_that_ends_without_an_answer_is_tried_again(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": 2, \"close\": true}]");
    get_once(&c, PATH, 10000);
    assert_int_equal(c.status, PGM_OK);
}

/* ---- what is not taken ---- */

/* ---- what makes something, and what deletes ---- */

static const char MADE[] = "{\"branch\":{\"name\":\"x\"}}";

static void ask_once(client *c, pgm__http_method method, const char *path, const char *body) {
    const pgm__http_request request = {
        .method = method, .path = path, .body = body, .limit_ms = 5000};
    open_client(c, 0);
    assert_int_equal(pgm__http_open(&c->http, &c->loop, &c->settings, NULL), PGM_OK);
    assert_int_equal(pgm__http_ask(c->http, &request, on_answer, c, NULL), PGM_OK);
    assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c->answers, 1);
    end_client(c);
}

static void a_post_has_its_body_and_any_success_will_do(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    ask_once(&c, PGM__HTTP_POST, "/projects/p-1/branches", MADE);
    assert_int_equal(c.status, PGM_OK);
    assert_int_equal(c.code, 201);
    assert_string_equal(neon_wrote("branches"), "br-0-1 x of main expires None\n");
    ask_once(&c, PGM__HTTP_DELETE, "/projects/p-1/branches/br-0-1", NULL);
    assert_int_equal(c.status, PGM_OK);
    assert_string_equal(neon_wrote("branches"), "");
    assert_string_equal(neon_wrote("requests"),
                        "201 POST /api/v2/projects/p-1/branches\n"
                        "200 DELETE /api/v2/projects/p-1/branches/br-0-1\n");
}

/* Not on any answer that would have a GET asked again, and not by libcurl either. */
static void what_makes_something_is_sent_once(void **state) {
    (void)state;
    static const struct {
        const char *fault;
        pgm_status status;
    } cases[] = {
        {"\"status\": 503", PGM_ESQL},
        {"\"status\": 429, \"headers\": {\"Retry-After\": \"1\"}", PGM_ESQL},
        {"\"close\": true", PGM_ECONNECT},
        {"\"cut\": 20", PGM_ECONNECT},
    };
    neon_starts(WORLD, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        client c;
        char faults[256];
        (void)snprintf(faults, sizeof faults, "[{\"match\": \"POST\", \"times\": -1, %s}]",
                       cases[i].fault);
        neon_forgets("requests");
        neon_faults(faults);
        ask_once(&c, PGM__HTTP_POST, "/projects/p-1/branches", MADE);
        assert_int_equal(c.status, cases[i].status);
        assert_int_equal(count_requests(), 1);
    }
}

/* The second request of a client may go where the first one went, and that may have ended. */
static void on_first_answer(const pgm__http_answer *answer, void *data) {
    client *c = data;
    const pgm__http_request post = {
        .method = PGM__HTTP_POST, .path = "/projects/p-1/branches", .body = MADE, .limit_ms = 5000};
    assert_int_equal(answer->status, PGM_OK);
    assert_int_equal(pgm__http_ask(c->http, &post, on_answer, c, NULL), PGM_OK);
}

static void what_makes_something_is_sent_once_behind_an_answer_too(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"POST\", \"times\": -1, \"close\": true}]");
    open_client(&c, 0);
    assert_int_equal(pgm__http_open(&c.http, &c.loop, &c.settings, NULL), PGM_OK);
    assert_int_equal(pgm__http_get(c.http, PATH, on_first_answer, &c, NULL), PGM_OK);
    assert_int_equal(uv_run(&c.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c.status, PGM_ECONNECT);
    assert_int_equal(count_requests(), 2);
    end_client(&c);
}

static void what_deletes_is_asked_again(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    ask_once(&c, PGM__HTTP_POST, "/projects/p-1/branches", MADE);
    neon_faults("[{\"match\": \"DELETE\", \"undone\": true, \"status\": 423},"
                " {\"match\": \"DELETE\", \"undone\": true, \"close\": true}]");
    ask_once(&c, PGM__HTTP_DELETE, "/projects/p-1/branches/br-0-1", NULL);
    assert_int_equal(c.status, PGM_OK);
    assert_string_equal(neon_wrote("branches"), "");
}

static void a_request_has_a_limit_of_its_own(void **state) {
    (void)state;
    client c;
    const pgm__http_request request = {.method = PGM__HTTP_GET, .path = PATH, .limit_ms = 3000};
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"status\": 503}]");
    open_client(&c, 0);
    assert_int_equal(pgm__http_open(&c.http, &c.loop, &c.settings, NULL), PGM_OK);
    assert_int_equal(pgm__http_ask(c.http, &request, on_answer, &c, NULL), PGM_OK);
    assert_int_equal(uv_run(&c.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_int_equal(c.code, 503);
    end_client(&c);
}

static void a_redirect_is_not_followed(void **state) {
    (void)state;
    client c;
    char faults[512];
    neon_starts(WORLD, false);
    (void)snprintf(faults, sizeof faults,
                   "[{\"match\": \"endpoints\", \"status\": 302, \"body\": \"\","
                   "  \"headers\": {\"Location\": \"%s/projects/p-1\"}}]",
                   neon_base());
    neon_faults(faults);
    get_once(&c, PATH, 10000);
    assert_int_equal(c.status, PGM_ESQL);
    assert_int_equal(c.code, 302);
    assert_string_equal(neon_wrote("requests"), "302 /api/v2/projects/p-1/endpoints\n");
}

static void an_answer_without_an_end_is_given_up(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"body\": \"0123456789abcdef\","
                "  \"repeat\": 4194305}]"); /* 64 MiB and 16 bytes */
    get_once(&c, PATH, 30000);
    assert_int_equal(c.status, PGM_ECONNECT);
    assert_string_equal(c.what, "the answer is larger than 64 MiB");
    assert_in_range(count_requests(), 0, 1);
}

static void a_slow_server_meets_the_limit(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"delay\": 30}]");
    uint64_t began = uv_hrtime();
    get_once(&c, PATH, 500);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_string_equal(c.what, "Timeout was reached");
    assert_true(uv_hrtime() - began < 10000000000U);
}

static void a_try_that_the_limit_cuts_short_does_not_hide_what_was_said_before(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": 1, \"status\": 503},"
                " {\"match\": \"endpoints\", \"times\": -1, \"delay\": 60}]");
    get_once(&c, PATH, 10000);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_string_equal(c.what, "it answered 503");
}

static void a_server_that_is_not_there_is_said_so(void **state) {
    (void)state;
    client c;
    open_client(&c, 3000);
    c.settings.base = "http://127.0.0.1:1";
    get(&c, PATH);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_has(c.what, "Couldn't connect to server");
}

/* Both of its addresses are tried: ::1 refuses first. */
static void a_name_with_two_addresses_is_reached_by_the_second(void **state) {
    (void)state;
    client c;
    char base[128];
    neon_starts(WORLD, false);
    (void)snprintf(base, sizeof base, "http://localhost%s",
                   strchr(neon_base() + strlen("http://"), ':'));
    open_client(&c, 10000);
    c.settings.base = base;
    get(&c, PATH);
    assert_int_equal(c.status, PGM_OK);
}

static void a_server_without_tls_is_no_https(void **state) {
    (void)state;
    client c;
    char base[128];
    neon_starts(WORLD, false);
    (void)snprintf(base, sizeof base, "https%s", neon_base() + strlen("http"));
    open_client(&c, 3000);
    c.settings.base = base;
    get(&c, PATH);
    assert_int_equal(c.status, PGM_ETIMEOUT);
    assert_has(c.what, "SSL connect error");
    assert_string_equal(neon_wrote("requests"), "");
}

/* The API by https, as localhost; `host` in its place. */
static void open_tls_client(client *c, const char *host, bool vouched, char base[128],
                            char authority[SCRATCH_PATH]) {
    neon_starts("{\"tls\": true, \"projects\": [{\"id\": \"p-1\"}]}", false);
    const char *said = neon_wrote("tls-base");
    int len = (int)strcspn(said, "\n");
    assert_memory_equal(said, "https://localhost", 17);
    (void)snprintf(base, 128, "https://%s%.*s", host, len - 17, said + 17);
    (void)snprintf(authority, SCRATCH_PATH, "%s/authority.crt", neon_folder());
    open_client(c, 10000);
    c->settings.base = base;
    c->settings.authorities = vouched ? authority : NULL;
}

static void an_api_behind_tls_answers(void **state) {
    (void)state;
    client c;
    char base[128];
    char authority[SCRATCH_PATH];
    open_tls_client(&c, "localhost", true, base, authority);
    get(&c, PATH);
    assert_int_equal(c.status, PGM_OK);
    assert_has(c.body, "\"endpoints\"");
}

/* It is not asked twice, and never hears the key. */
static void a_server_that_nobody_vouches_for_gets_no_key(void **state) {
    (void)state;
    static const char stranger[] = "its certificate is not of whom this system trusts";
    static const struct {
        const char *host;
        bool vouched;
        const char *authorities; /* in place of the right ones; or NULL */
        const char *said;
    } cases[] = {{"localhost", false, NULL, stranger},
                 {"127.0.0.1", true, NULL, stranger},
                 {"localhost", true, "/nowhere/roots.crt", "cannot be read (install ca-certif"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        client c;
        char base[128];
        char authority[SCRATCH_PATH];
        open_tls_client(&c, cases[i].host, cases[i].vouched, base, authority);
        c.settings.authorities = cases[i].authorities != NULL ? cases[i].authorities
                                                              : c.settings.authorities;
        get(&c, PATH);
        assert_int_equal(c.status, PGM_ECONNECT);
        assert_has(c.what, cases[i].said);
        assert_string_equal(neon_wrote("requests"), "");
        neon_ends();
    }
}

/* A key to this machine is nobody else's. */
static void a_proxy_of_the_environment_is_not_used_for_this_machine(void **state) {
    (void)state;
    client c;
    neon_starts(WORLD, false);
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    get_once(&c, PATH, 10000);
    assert_int_equal(unsetenv("http_proxy"), 0);
    assert_int_equal(c.status, PGM_OK);
}

/* ---- the end ---- */

static void on_late(uv_timer_t *timer) {
    close_client(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static void what_is_under_way_and_what_waits_can_be_given_up(void **state) {
    (void)state;
    client c;
    uv_timer_t timer;
    neon_starts(WORLD, false);
    neon_faults("[{\"match\": \"endpoints\", \"times\": -1, \"delay\": 30}]");
    open_client(&c, 30000);
    assert_int_equal(pgm__http_open(&c.http, &c.loop, &c.settings, NULL), PGM_OK);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(pgm__http_get(c.http, PATH, on_answer, &c, NULL), PGM_OK);
    }
    assert_int_equal(uv_timer_init(&c.loop, &timer), 0);
    timer.data = &c;
    assert_int_equal(uv_timer_start(&timer, on_late, 300, 0), 0);
    uint64_t began = uv_hrtime();
    assert_int_equal(uv_run(&c.loop, UV_RUN_DEFAULT), 0);
    assert_true(uv_hrtime() - began < 10000000000U);
    assert_int_equal(c.answers, 0);
    end_client(&c);
}

static void a_client_that_asks_nothing_closes(void **state) {
    (void)state;
    client c;
    open_client(&c, 30000);
    c.settings.base = "http://127.0.0.1:1";
    assert_int_equal(pgm__http_open(&c.http, &c.loop, &c.settings, NULL), PGM_OK);
    close_client(&c);
    assert_int_equal(uv_run(&c.loop, UV_RUN_DEFAULT), 0);
    end_client(&c);
}

/* ---- memory ---- */

static pgm_status scenario(client *c) {
    open_client(c, 10000);
    c->closed = true;
    pgm_status status = pgm__http_open(&c->http, &c->loop, &c->settings, NULL);
    if (status == PGM_OK) {
        c->closed = false;
        status = pgm__http_get(c->http, PATH, on_answer, c, NULL);
        if (status != PGM_OK) {
            close_client(c);
        }
        assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
    }
    end_client(c);
    return status == PGM_OK ? c->status : status;
}

/* A socket that could not be watched is a transfer that failed, and is tried again. */
static void every_allocation_may_fail(void **state) {
    (void)state;
    client c;
    size_t nth = 0;
    neon_starts(WORLD, false);
    for (bool struck = true; struck;) {
        oom_arm(++nth);
        pgm_status status = scenario(&c);
        struck = oom_disarm();
        assert_true(status == PGM_OK || (struck && status == PGM_ENOMEM));
    }
    assert_in_range(nth, 8, 40);
}

#define api_test(test) cmocka_unit_test_setup_teardown(test, neon_setup, neon_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        api_test(an_answer_is_read),
        api_test(what_the_server_refuses_is_told_with_its_text_and_not_asked_again),
        api_test(a_wrong_key_is_in_no_text),
        api_test(four_are_under_way_at_once_and_never_more),
        api_test(the_pace_is_eleven_a_second),
        api_test(a_server_that_asks_for_patience_is_asked_again_as_late_as_it_says),
        api_test(a_pause_beyond_the_limit_is_not_waited_for),
        api_test(a_busy_server_is_asked_until_the_limit),
        api_test(an_answer_that_was_cut_off_is_none),
        api_test(a_connection_that_ends_without_an_answer_is_tried_again),
        api_test(a_post_has_its_body_and_any_success_will_do),
        api_test(what_makes_something_is_sent_once),
        api_test(what_makes_something_is_sent_once_behind_an_answer_too),
        api_test(what_deletes_is_asked_again),
        api_test(a_request_has_a_limit_of_its_own),
        api_test(a_redirect_is_not_followed),
        api_test(an_answer_without_an_end_is_given_up),
        api_test(a_slow_server_meets_the_limit),
        api_test(a_try_that_the_limit_cuts_short_does_not_hide_what_was_said_before),
        api_test(a_server_that_is_not_there_is_said_so),
        api_test(a_name_with_two_addresses_is_reached_by_the_second),
        api_test(a_server_without_tls_is_no_https),
        api_test(an_api_behind_tls_answers),
        api_test(a_server_that_nobody_vouches_for_gets_no_key),
        api_test(a_proxy_of_the_environment_is_not_used_for_this_machine),
        api_test(what_is_under_way_and_what_waits_can_be_given_up),
        api_test(a_client_that_asks_nothing_closes),
        api_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
