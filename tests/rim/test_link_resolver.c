/* Names: resolver.c, with look-ups that end when the test says so. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "pg/link/resolver.h"
#include "support/cmocka_all.h"
#include "support/oom.h"

/* ---- in place of libuv's thread pool ---- */

static uv_getaddrinfo_t *request; /* under way, or NULL */
static uv_getaddrinfo_cb request_fn;
static char request_host[64];
static unsigned requests;
static int refused; /* libuv's error, from now on */

int __wrap_uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *req, uv_getaddrinfo_cb fn,
                          const char *node, const char *service, const struct addrinfo *hints);
void __wrap_uv_freeaddrinfo(struct addrinfo *found);

int __wrap_uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *req, uv_getaddrinfo_cb fn,
                          const char *node, const char *service, const struct addrinfo *hints) {
    (void)loop;
    assert_null(service);
    assert_int_equal(hints->ai_socktype, SOCK_STREAM);
    assert_null(request); /* each name once */
    if (refused != 0) {
        return refused;
    }
    request = req;
    request_fn = fn;
    (void)strncpy(request_host, node, sizeof request_host - 1);
    requests++;
    return 0;
}

/* The test's own lie in its frame. */
void __wrap_uv_freeaddrinfo(struct addrinfo *found) {
    (void)found;
}

static void end_request(int status, struct addrinfo *found) {
    uv_getaddrinfo_t *ended = request;
    assert_non_null(ended);
    request = NULL;
    request_fn(ended, status, found);
}

/* 10.0.0.1 and ::1, and between them what is no address of the internet. */
static void end_with_addresses(void) {
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr other = {.sa_family = AF_UNIX};
    assert_int_equal(uv_ip4_addr("10.0.0.1", 0, &four), 0);
    assert_int_equal(uv_ip6_addr("::1", 0, &six), 0);
    struct addrinfo third = {.ai_addr = (struct sockaddr *)&six};
    struct addrinfo second = {.ai_addr = &other, .ai_next = &third};
    struct addrinfo first = {.ai_addr = (struct sockaddr *)&four, .ai_next = &second};
    end_request(0, &first);
}

/* ---- who asks ---- */

typedef struct asker {
    pgm__lookup *wait;
    unsigned told;
    int status;
    char addresses[128];
} asker;

static uv_loop_t loop;
static pgm__resolver *resolver;

static void on_answer(const pgm__answer *answer, void *data) {
    asker *self = data;
    self->told++;
    self->status = answer->status;
    self->addresses[0] = '\0';
    for (size_t i = 0; i < answer->addresses.count; i++) {
        (void)strncat(self->addresses, answer->addresses.items[i], 60);
        (void)strncat(self->addresses, " ", 2);
    }
}

static void ask(asker *self, const char *host) {
    assert_int_equal(pgm__resolver_lookup(resolver, &self->wait, host, on_answer, self, NULL),
                     PGM_OK);
}

static int setup(void **state) {
    (void)state;
    request = NULL;
    requests = 0;
    refused = 0;
    if (uv_loop_init(&loop) != 0) {
        return -1;
    }
    resolver = pgm__resolver_new(&loop);
    return resolver == NULL ? -1 : 0;
}

static int teardown(void **state) {
    (void)state;
    pgm__resolver_free(resolver);
    return uv_loop_close(&loop);
}

static void all_that_wait_for_a_name_are_told(void **state) {
    (void)state;
    asker first = {0};
    asker second = {0};
    ask(&first, "db.example");
    ask(&second, "db.example");
    assert_int_equal(requests, 1);
    assert_string_equal(request_host, "db.example");
    end_with_addresses();
    assert_string_equal(first.addresses, "10.0.0.1 ::1 ");
    assert_string_equal(second.addresses, "10.0.0.1 ::1 ");
    assert_int_equal(first.status, 0);
}

static void an_answer_is_remembered_and_comes_from_the_loop(void **state) {
    (void)state;
    asker first = {0};
    asker second = {0};
    ask(&first, "db.example");
    end_with_addresses();
    ask(&second, "db.example");
    assert_int_equal(second.told, 0);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(second.told, 1);
    assert_string_equal(second.addresses, "10.0.0.1 ::1 ");
    assert_int_equal(requests, 1);
}

static void a_name_that_failed_is_asked_again(void **state) {
    (void)state;
    asker self = {0};
    ask(&self, "db.example");
    end_request(UV_EAI_AGAIN, NULL);
    assert_int_equal(self.status, UV_EAI_AGAIN);
    ask(&self, "db.example");
    assert_int_equal(requests, 2);
    end_with_addresses();
    assert_int_equal(self.status, 0);
    assert_int_equal(self.told, 2);
}

static void a_name_that_does_not_exist(void **state) {
    (void)state;
    asker self = {0};
    ask(&self, "nowhere.example");
    end_request(UV_EAI_NONAME, NULL);
    assert_int_equal(self.told, 0);
    assert_int_equal(requests, 2);
    end_request(UV_EAI_NONAME, NULL);
    assert_int_equal(self.told, 1);
    assert_int_equal(self.status, UV_EAI_NONAME);
    assert_string_equal(self.addresses, "");
}

/* The descriptors that the look-up lacked are there again when its answer comes. */
static void r04_a_name_that_is_there_at_the_second_asking(void **state) {
    (void)state;
    asker self = {0};
    ask(&self, "db.example");
    end_request(UV_EAI_NONAME, NULL);
    end_with_addresses();
    assert_int_equal(self.told, 1);
    assert_int_equal(self.status, 0);
    assert_string_equal(self.addresses, "10.0.0.1 ::1 ");
}

static void a_name_that_cannot_be_asked_a_second_time(void **state) {
    (void)state;
    asker self = {0};
    ask(&self, "db.example");
    refused = UV_EAGAIN;
    end_request(UV_EAI_NONAME, NULL);
    assert_int_equal(self.told, 1);
    assert_int_equal(self.status, UV_EAI_NONAME);
}

static void a_name_without_an_address(void **state) {
    (void)state;
    asker self = {0};
    struct sockaddr other = {.sa_family = AF_UNIX};
    struct addrinfo only = {.ai_addr = &other};
    ask(&self, "db.example");
    end_request(0, &only);
    assert_int_equal(self.status, UV_EAI_NODATA);
}

static void who_waits_no_more_is_not_told(void **state) {
    (void)state;
    asker first = {0};
    asker second = {0};
    ask(&first, "db.example");
    ask(&second, "db.example");
    pgm__lookup_cancel(first.wait);
    end_with_addresses();
    assert_int_equal(first.told, 0);
    assert_int_equal(second.told, 1);
    pgm__lookup_cancel(NULL);
}

static void a_pool_that_refuses(void **state) {
    (void)state;
    asker self = {0};
    pgm_error err = {0};
    refused = UV_EAGAIN;
    assert_int_equal(
        pgm__resolver_lookup(resolver, &self.wait, "db.example", on_answer, &self, &err), PGM_EIO);
    assert_non_null(strstr(err.msg, "cannot look up \"db.example\""));
    assert_null(self.wait);
}

static void without_memory_to_ask_nobody_waits(void **state) {
    (void)state;
    bool struck = true;
    for (size_t nth = 1; struck; nth++) {
        asker self = {0};
        oom_arm(nth);
        pgm_status status = pgm__resolver_lookup(resolver, &self.wait, "db.example", on_answer,
                                                 &self, NULL);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
        if (request != NULL) {
            end_request(UV_EAI_AGAIN, NULL);
        }
        (void)uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(self.told, struck ? 0 : 1);
    }
}

static void without_memory_for_the_addresses_that_is_the_answer(void **state) {
    (void)state;
    for (size_t nth = 1; nth <= 2; nth++) {
        asker self = {0};
        ask(&self, nth == 1 ? "one.example" : "two.example");
        oom_arm(1);
        end_with_addresses();
        assert_true(oom_disarm());
        assert_int_equal(self.status, UV_ENOMEM);
        ask(&self, nth == 1 ? "one.example" : "two.example"); /* it is asked again */
        end_with_addresses();
        assert_int_equal(self.status, 0);
    }
}

static void without_memory_there_is_no_resolver(void **state) {
    (void)state;
    oom_arm(1);
    assert_null(pgm__resolver_new(&loop));
    assert_true(oom_disarm());
    pgm__resolver_free(NULL);
}

#define resolver_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        resolver_test(all_that_wait_for_a_name_are_told),
        resolver_test(an_answer_is_remembered_and_comes_from_the_loop),
        resolver_test(a_name_that_failed_is_asked_again),
        resolver_test(a_name_that_does_not_exist),
        resolver_test(r04_a_name_that_is_there_at_the_second_asking),
        resolver_test(a_name_that_cannot_be_asked_a_second_time),
        resolver_test(a_name_without_an_address),
        resolver_test(who_waits_no_more_is_not_told),
        resolver_test(a_pool_that_refuses),
        resolver_test(without_memory_to_ask_nobody_waits),
        resolver_test(without_memory_for_the_addresses_that_is_the_answer),
        resolver_test(without_memory_there_is_no_resolver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
