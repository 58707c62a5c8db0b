/* A server that means harm: it makes the login cost half an hour, or sends what never ends. The
 * others are marched all the same, and the program ends when it is told to. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

typedef enum evil { EVIL_ROUNDS, EVIL_FLOOD } evil;

typedef struct server {
    int listener;
    int port;
    evil does;
    pthread_t thread;
    atomic_bool done;
} server;

/* ---- the protocol's little pieces ---- */

static bool take(int fd, void *into, size_t len) {
    for (size_t got = 0; got < len;) {
        ssize_t n = recv(fd, (char *)into + got, len - got, 0);
        if (n <= 0) {
            return false;
        }
        got += (size_t)n;
    }
    return true;
}

/* A message of the client's: the startup packet has no type. */
static bool take_message(int fd, bool startup, char *body, size_t size) {
    char type;
    uint32_t len;
    if ((!startup && !take(fd, &type, 1)) || !take(fd, &len, 4)) {
        return false;
    }
    len = ntohl(len) - 4;
    bool whole = len < size && take(fd, body, len);
    body[whole ? len : 0] = '\0';
    return whole;
}

static void put(int fd, const void *data, size_t len) {
    (void)send(fd, data, len, MSG_NOSIGNAL);
}

static void put_message(int fd, char type, const void *body, uint32_t len) {
    uint32_t length = htonl(len + 4);
    put(fd, &type, 1);
    put(fd, &length, 4);
    put(fd, body, len);
}

/* ---- what it does ---- */

/* SCRAM (RFC 5802) with as many rounds as fit an int: half an hour of the client's time. */
static void demand_rounds(int fd) {
    static const char mechanisms[] = "\0\0\0\x0aSCRAM-SHA-256\0";
    char body[512];
    char answer[700] = "\0\0\0\x0b";
    put_message(fd, 'R', mechanisms, sizeof mechanisms);
    if (!take_message(fd, false, body, sizeof body)) {
        return;
    }
    /* "SCRAM-SHA-256", NUL, four bytes of length, "n,,n=,r=NONCE" */
    const char *nonce = strstr(body + strlen(body) + 5, "r=");
    int len = snprintf(answer + 4, sizeof answer - 4, "%sxyz,s=c2FsdHNhbHRzYWx0,i=2000000000",
                       nonce == NULL ? "r=" : nonce);
    put_message(fd, 'R', answer, (uint32_t)len + 4);
    (void)take_message(fd, false, body, sizeof body);
}

static void log_in(int fd) {
    put_message(fd, 'R', "\0\0\0\0", 4);
    put_message(fd, 'S',
                "server_version\0"
                "15.0",
                20);
    put_message(fd, 'S', "client_encoding\0UTF8", 21);
    put_message(fd, 'S', "standard_conforming_strings\0on", 31);
    put_message(fd, 'K', "\0\0\0\1\0\0\0\2", 8);
    put_message(fd, 'Z', "I", 1);
}

/* One message of a gigabyte. */
static void flood(int fd) {
    char body[8192];
    static const char zeros[65536];
    log_in(fd);
    if (!take_message(fd, false, body, sizeof body)) {
        return;
    }
    uint32_t length = htonl(1000000000);
    put(fd, "E", 1);
    put(fd, &length, 4);
    for (int i = 0; i < 15000; i++) {
        if (send(fd, zeros, sizeof zeros, MSG_NOSIGNAL) < 0) {
            return;
        }
        sleep_ms(1); /* as a network is, slower than libpq reads: it reads on while there is more */
    }
}

static void *serve(void *data) {
    server *self = data;
    char body[4096];
    for (;;) {
        int fd = accept(self->listener, NULL, NULL);
        if (fd < 0 || atomic_load(&self->done)) {
            (void)close(fd);
            return NULL;
        }
        if (take_message(fd, true, body, sizeof body)) {
            if (self->does == EVIL_ROUNDS) {
                demand_rounds(fd);
            } else {
                flood(fd);
            }
        }
        (void)close(fd);
    }
}

static void server_open(server *self, evil does) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    self->does = does;
    atomic_init(&self->done, false);
    self->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(self->listener >= 0);
    assert_int_equal(bind(self->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(self->listener, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(listen(self->listener, 16), 0);
    self->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&self->thread, NULL, serve, self), 0);
}

static void server_close(server *self) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)self->port)};
    atomic_store(&self->done, true);
    int wake = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(wake, (struct sockaddr *)&address, sizeof address);
    (void)pthread_join(self->thread, NULL);
    (void)close(wake);
    (void)close(self->listener);
}

static void write_targets(scene *s, const server *evil_one, const char *db) {
    folder_write(s->folder, "t.conf",
                 "[evil]\nhost = 127.0.0.1\nport = %d\nuser = x\npassword = y\ndbname = z\n"
                 "sslmode = disable\n[good]\nurl = %s\n",
                 evil_one->port, scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
}

/* ---- the tests ---- */

static void a_login_that_costs_half_an_hour_holds_nobody_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "evil_rounds");
    server evil_one;
    server_open(&evil_one, EVIL_ROUNDS);
    write_targets(s, &evil_one, db);
    long long before = now_ms();
    shell_result result = march(s, "up --jobs 2 --target-timeout 3s -t t.conf --format json");
    long long took = now_ms() - before;
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report_target(report, "good"), "outcome", "applied");
    assert_json(report_target(report, "evil"), "outcome", "failed");
    assert_json(report_target(report, "evil"), "error.phase", "time");
    json_decref(report);
    assert_in_range((unsigned long)took, 2900, 15000);
    server_close(&evil_one);
}

/* Many of them, and fewer threads: they are not held up either who need one themselves. */
enum { EVIL_ONES = 5, GOOD_ONES = 4 };

static void write_fleet(scene *s, const server *evil_ones) {
    char text[8192] = "";
    size_t len = 0;
    for (int i = 0; i < EVIL_ONES; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "[evil_%d]\nhost = 127.0.0.1\nport = %d\nuser = x\n"
                                "password = y\ndbname = z\nsslmode = disable\n",
                                i, evil_ones[i].port);
    }
    for (int i = 0; i < GOOD_ONES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "evil_many_%d", i);
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "[good_%d]\nhost = 127.0.0.1\nport = %d\nuser = pw_user\n"
                                "password = %s\ndbname = %s\nsslmode = require\n",
                                i, cluster_port(), env_need("PGMARCH_TEST_PW_PASSWORD"),
                                scene_database(s, name));
    }
    assert_true(len < sizeof text);
    folder_write(s->folder, "t.conf", "%s", text);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
}

static void more_of_them_than_threads_hold_nobody_up(void **state) {
    scene *s = *state;
    server evil_ones[EVIL_ONES];
    for (int i = 0; i < EVIL_ONES; i++) {
        server_open(&evil_ones[i], EVIL_ROUNDS);
    }
    write_fleet(s, evil_ones);
    shell_result result = march(s, "up --jobs 32 --login-threads 2 --target-timeout 15s "
                                   "-t t.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    for (int i = 0; i < GOOD_ONES; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "good_%d", i);
        assert_json(report_target(report, name), "outcome", "applied");
    }
    for (int i = 0; i < EVIL_ONES; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "evil_%d", i);
        assert_json(report_target(report, name), "outcome", "failed");
        server_close(&evil_ones[i]);
    }
    json_decref(report);
}

static void two_signals_end_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "evil_signals");
    server evil_one;
    server_open(&evil_one, EVIL_ROUNDS);
    write_targets(s, &evil_one, db);
    shell_process process;
    march_start(s, &process, "up --report report.json -t t.conf");
    psql_wait(db, "SELECT count(*) FROM pg_class WHERE relname = 'a'", "1", SHELL_WAIT_MS);
    shell_signal(&process, SIGINT);
    sleep_ms(200);
    shell_signal(&process, SIGINT);
    long long before = now_ms();
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
    assert_true(now_ms() - before < 10000);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "evil"), "outcome", "cancelled");
    json_decref(report);
    server_close(&evil_one);
}

/* Its login has begun while the folder was read, and cannot be ended. */
static void a_folder_that_is_wrong_waits_for_no_login(void **state) {
    enum { LONG = 12 * 1024 * 1024 };
    scene *s = *state;
    server evil_one;
    server_open(&evil_one, EVIL_ROUNDS);
    write_targets(s, &evil_one, scene_database(s, "evil_early"));
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, '-', LONG);
    text[LONG] = '\0';
    scene_migration(s, "2_b", "SELECT 'never closed", text);
    free(text);
    long long before = now_ms();
    shell_result result = march(s, "up -t t.conf");
    assert_status(&result, 2);
    assert_err(&result, "a quoted string is never closed");
    shell_free(&result);
    assert_true(now_ms() - before < 60000);
    server_close(&evil_one);
}

#ifndef __SANITIZE_THREAD__ /* which looks at each byte for minutes, and there is one thread */
static void a_message_without_end_is_not_listened_to(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "evil_flood");
    server evil_one;
    server_open(&evil_one, EVIL_FLOOD);
    write_targets(s, &evil_one, db);
    shell_result result = march(s, "up -t t.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report_target(report, "good"), "outcome", "applied");
    assert_part(json_text(report_target(report, "evil"), "error.message"), "more than 256 MiB");
    json_decref(report);
    assert_true(children_peak_kb() < 700 * 1024);
    server_close(&evil_one);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_login_that_costs_half_an_hour_holds_nobody_up),
        scene_test(more_of_them_than_threads_hold_nobody_up),
        scene_test(two_signals_end_it),
        scene_test(a_folder_that_is_wrong_waits_for_no_login),
#ifndef __SANITIZE_THREAD__
        scene_test(a_message_without_end_is_not_listened_to),
#endif
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
