/* A server that costs next to nothing, so that the client alone is measured.
 *
 *     stub [--ports N] [--password TEXT] [--tls CERTIFICATE KEY] RECORDING
 *
 * Listens on N ports of 127.0.0.1, prints them on one line, and answers each string of a client
 * with what a real server answered to it (recording.h). A string that was not recorded, or anything
 * else that is not part of that talk, is printed and ends the stub: a benchmark of something else
 * must not look like one of this. With --password it asks for it by SCRAM-SHA-256.
 *
 * At SIGTERM it prints "SESSIONS STRINGS CPU_SECONDS" and ends. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "recording.h"
#include "scram.h"

enum {
    USAGE = 2,
    MAX_PORTS = 64,
    MAX_FILES = 1 << 16,
    MAX_EVENTS = 256,
    BACKLOG = 4096,
    ROOM = 1 << 14, /* of a message of the client */
    REPLY = 1 << 18,
    HEAD = 5, /* a message's letter and length */
    NAME = 64,
    PROTOCOL = 3 << 16,
    SSL_REQUEST = 80877103,
};

/* What the next message of a session is. */
typedef enum step { STARTUP, SCRAM_FIRST, SCRAM_LAST, STRINGS } step;

typedef struct session {
    channel wire;
    step step;
    size_t len;
    char buffer[ROOM];
    char database[NAME];
    char run[NAME];
    scram_talk scram;
} session;

typedef struct stub {
    recording recording;
    scram_secret secret;
    bool asks; /* for the password */
    channel_keys *keys;
    int epoll;
    int doors[MAX_PORTS];
    int door_count;
    session **sessions; /* by the number of their file */
    session *spare;
    uint64_t session_count;
    uint64_t string_count;
    char *reply;
} stub;

static volatile sig_atomic_t over;

static void on_signal(int number) {
    (void)number;
    over = 1;
}

static _Noreturn void fail(const char *what, const char *why) {
    (void)fprintf(stderr, "stub: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/* With the system's reason. */
static _Noreturn void fail_here(const char *what) {
    (void)fputs("stub: ", stderr);
    perror(what);
    exit(EXIT_FAILURE);
}

static _Noreturn void fail_bytes(const char *what, const char *bytes, size_t len) {
    (void)fprintf(stderr, "stub: %s: ", what);
    for (size_t i = 0; i < len; i++) {
        (void)fputc(bytes[i] < ' ' || bytes[i] > '~' ? '.' : bytes[i], stderr);
    }
    (void)fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

static uint32_t number_at(const char *bytes) {
    uint32_t raw;
    memcpy(&raw, bytes, sizeof raw);
    return ntohl(raw);
}

/* ---- what is said ---- */

static void say(session *to, const char *bytes, size_t len) {
    if (!channel_write(&to->wire, bytes, len)) {
        fail("a reply", "the client does not take it");
    }
}

/* An authentication message; returns its length. */
static size_t add_request(char *out, uint32_t kind, const char *body, size_t len) {
    uint32_t numbers[] = {htonl((uint32_t)(2 * sizeof kind + len)), htonl(kind)};
    out[0] = 'R';
    memcpy(out + 1, numbers, sizeof numbers);
    memcpy(out + 1 + sizeof numbers, body, len);
    return 1 + sizeof numbers + len;
}

static const char *const *own_words(const session *of, words own) {
    own[DATABASE] = of->database;
    own[SCHEMA] = NULL;
    own[RUN] = of->run;
    return own;
}

/* `before` bytes of the reply are there already. */
static void let_in(stub *s, session *to, size_t before) {
    words own;
    recording_fill(&s->recording, &s->recording.greeting, own_words(to, own), s->reply + before);
    say(to, s->reply, before + s->recording.greeting.len);
    to->step = STRINGS;
}

static void ask_for_password(stub *s, session *to) {
    static const char ways[] = "SCRAM-SHA-256\0";
    say(to, s->reply, add_request(s->reply, 10, ways, sizeof ways));
    to->step = SCRAM_FIRST;
}

/* ---- what is heard ---- */

static void keep(char *out, const char *what, const char *value, size_t len) {
    if (strlen(value) != len || len >= NAME) {
        fail_bytes(what, value, strlen(value));
    }
    memcpy(out, value, len + 1);
}

/* Names and values, each terminated. */
static void hear_parameters(stub *s, session *from, const char *at, const char *end) {
    static const char application[] = "application_name";
    while (at < end && *at != '\0') {
        const char *value = at + strlen(at) + 1;
        if (strcmp(at, "database") == 0) {
            keep(from->database, "the database's name has another length", value,
                 s->recording.lens[DATABASE]);
        } else if (strcmp(at, application) == 0) {
            const char *slash = strchr(value, '/');
            keep(from->run, "no application_name of a run", slash == NULL ? "" : slash + 1,
                 s->recording.lens[RUN]);
        }
        at = value + strlen(value) + 1;
    }
}

static void hear_startup(stub *s, session *from, const char *body, size_t len) {
    uint32_t wanted = number_at(body);
    if (wanted == SSL_REQUEST) {
        say(from, s->keys == NULL ? "N" : "S", 1);
        if (s->keys != NULL && !channel_secure(&from->wire, s->keys)) {
            fail("TLS", "it cannot begin");
        }
        return;
    }
    if (wanted != PROTOCOL) {
        fail_bytes("no start-up packet", body, len);
    }
    s->session_count++;
    hear_parameters(s, from, body + sizeof wanted, body + len);
    if (s->asks) {
        ask_for_password(s, from);
    } else {
        let_in(s, from, 0);
    }
}

static void hear_scram(stub *s, session *from, const char *body, size_t len) {
    char text[SCRAM_TEXT];
    char answer[SCRAM_TEXT];
    bool first = from->step == SCRAM_FIRST;
    /* The first message has the way's name and a length in front. */
    size_t skip = first ? strlen(body) + 1 + sizeof(uint32_t) : 0;
    if (skip > len || len - skip >= sizeof text) {
        fail_bytes("no SCRAM", body, len);
    }
    memcpy(text, body + skip, len - skip);
    text[len - skip] = '\0';
    if (!(first ? scram_begin(&from->scram, text, s->session_count, answer)
                : scram_end(&from->scram, &s->secret, text, answer))) {
        fail_bytes("this is not how to prove a password", text, strlen(text));
    }
    size_t size = add_request(s->reply, first ? 11 : 12, answer, strlen(answer));
    if (first) {
        say(from, s->reply, size);
        from->step = SCRAM_LAST;
    } else {
        let_in(s, from, size);
    }
}

static void hear_string(stub *s, session *from, const char *text, size_t len) {
    words own;
    (void)own_words(from, own);
    const exchange *found = recording_find(&s->recording, text, len, own);
    if (found == NULL || found->answered.len > REPLY) {
        fail_bytes("a string that was not recorded", text, len);
    }
    s->string_count++;
    recording_fill(&s->recording, &found->answered, own, s->reply);
    say(from, s->reply, found->answered.len);
}

static void drop(stub *s, int file) {
    channel_close(&s->sessions[file]->wire);
    free(s->spare);
    s->spare = s->sessions[file];
    s->sessions[file] = NULL;
}

/* Of a whole message. False: it was the last. */
static bool hear(stub *s, session *from, char letter, const char *body, size_t len) {
    if (letter == 'X') {
        return false;
    }
    if (from->step == STARTUP && len >= sizeof(uint32_t)) {
        hear_startup(s, from, body, len);
    } else if (from->step != STRINGS && letter == 'p') {
        hear_scram(s, from, body, len);
    } else if (from->step == STRINGS && letter == 'Q' && len > 0) {
        hear_string(s, from, body, len - 1);
    } else {
        fail_bytes("not part of the talk", body, len);
    }
    return true;
}

/* Takes the first message off the buffer, if it is whole. */
static bool hear_next(stub *s, session *from, bool *goes_on) {
    size_t letter = from->step == STARTUP ? 0 : 1;
    size_t head = letter + sizeof(uint32_t);
    size_t size = from->len < head ? SIZE_MAX : letter + number_at(from->buffer + letter);
    if (size > from->len || size < head) {
        return false;
    }
    *goes_on = hear(s, from, letter == 0 ? '\0' : from->buffer[0], from->buffer + head,
                    size - head);
    from->len -= size;
    memmove(from->buffer, from->buffer + size, from->len);
    return *goes_on;
}

/* False: the session is over. */
static bool read_some(stub *s, session *from) {
    ptrdiff_t got = channel_read(&from->wire, from->buffer + from->len, ROOM - 1 - from->len);
    bool goes_on = got != CHANNEL_OVER;
    if (got > 0) {
        from->len += (size_t)got;
        from->buffer[from->len] = '\0';
        while (hear_next(s, from, &goes_on)) {
        }
        if (from->len == ROOM - 1) {
            fail_bytes("too long a message", from->buffer, NAME);
        }
    }
    return goes_on;
}

static void on_bytes(stub *s, int file) {
    session *from = s->sessions[file];
    bool goes_on = true;
    do {
        goes_on = read_some(s, from);
    } while (goes_on && channel_holds_more(&from->wire));
    if (!goes_on) {
        drop(s, file);
    }
}

/* ---- who comes ---- */

static void watch(stub *s, int file) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, file, &event) != 0) {
        fail_here("epoll");
    }
}

/* The door is opened when the first bytes are there (TCP_DEFER_ACCEPT), so they are read at once.
 */
static void on_door(stub *s, int door) {
    int file = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (file < 0) {
        return;
    }
    session *made = s->spare == NULL ? malloc(sizeof *made) : s->spare;
    s->spare = NULL;
    if (made == NULL || file >= MAX_FILES) {
        fail("a session", "too many of them");
    }
    made->wire = (channel){.file = file};
    made->step = STARTUP;
    made->len = 0;
    s->sessions[file] = made;
    watch(s, file);
    on_bytes(s, file);
}

static int open_door(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int seconds = 1;
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (door < 0 || bind(door, (struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(door, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds) != 0 ||
        listen(door, BACKLOG) != 0) {
        fail_here("a port");
    }
    return door;
}

static void open_doors(stub *s) {
    for (int i = 0; i < s->door_count; i++) {
        struct sockaddr_in address = {0};
        socklen_t len = sizeof address;
        s->doors[i] = open_door();
        (void)getsockname(s->doors[i], (struct sockaddr *)&address, &len);
        watch(s, s->doors[i]);
        (void)printf("%s%d", i == 0 ? "" : " ", ntohs(address.sin_port));
    }
    (void)putchar('\n');
    (void)fflush(stdout);
}

static void serve(stub *s) {
    struct epoll_event events[MAX_EVENTS];
    while (over == 0) {
        int count = epoll_wait(s->epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int file = events[i].data.fd;
            if (s->sessions[file] == NULL) {
                on_door(s, file);
            } else {
                on_bytes(s, file);
            }
        }
    }
}

/* ---- the program ---- */

static int usage(void) {
    (void)fprintf(stderr,
                  "usage: stub [--ports N] [--password TEXT] [--tls CERTIFICATE KEY] RECORDING\n");
    return USAGE;
}

/* The path of the recording; NULL: that is no call. */
static const char *read_arguments(stub *s, int argc, char **argv) {
    int at = 1;
    s->door_count = 1;
    for (; at + 1 < argc; at += 2) {
        if (strcmp(argv[at], "--ports") == 0) {
            s->door_count = (int)strtoul(argv[at + 1], NULL, 10);
        } else if (strcmp(argv[at], "--password") == 0) {
            scram_make(&s->secret, argv[at + 1]);
            s->asks = true;
        } else if (strcmp(argv[at], "--tls") == 0 && at + 2 < argc) {
            s->keys = channel_load(argv[at + 1], argv[at + 2]);
            if (s->keys == NULL) {
                fail("TLS", "certificate and key cannot be used");
            }
            at++;
        } else {
            return NULL;
        }
    }
    return at + 1 == argc && s->door_count > 0 && s->door_count <= MAX_PORTS ? argv[at] : NULL;
}

static void allow_many_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void tell(const stub *s) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    (void)printf("%llu %llu %.6f\n", (unsigned long long)s->session_count,
                 (unsigned long long)s->string_count,
                 (double)now.tv_sec + (double)now.tv_nsec / 1e9);
}

int main(int argc, char **argv) {
    stub s = {0};
    const char *path = read_arguments(&s, argc, argv);
    if (path == NULL) {
        return usage();
    }
    const char *wrong = recording_load(&s.recording, path);
    if (wrong != NULL) {
        fail(path, wrong);
    }
    s.sessions = calloc(MAX_FILES, sizeof *s.sessions);
    s.reply = malloc(REPLY + SCRAM_TEXT);
    s.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s.sessions == NULL || s.reply == NULL || s.epoll < 0 || s.recording.greeting.len > REPLY) {
        fail(path, "out of memory");
    }
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    allow_many_files();
    open_doors(&s);
    serve(&s);
    tell(&s);
    return EXIT_SUCCESS;
}
