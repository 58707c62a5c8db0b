#include "support/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/shell.h"
#include "support/wire_link.h"

enum { READ_SIZE = 65536, QUEUE_LIMIT = 8 << 20 };

struct wire {
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    int listener;
    int wake[2]; /* a byte ends the poll: something changed */
    int port;
    int server_port;
    bool stop;
    bool accept;
    unsigned count;
    wire_settings settings;
    wire_link *links; /* newest first; kept when closed, for their figures */
    char buffer[READ_SIZE];
};

static struct sockaddr_in local_address(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void set_flags(int fd) {
    int one = 1;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* --- the thread ------------------------------------------------------------------------------ */

static void reset(int fd) {
    struct linger hard = {1, 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    (void)close(fd);
}

static void accept_one(wire *line) {
    int client = accept(line->listener, NULL, NULL);
    if (client < 0) {
        return;
    }
    /* At once: a server that the test starts meanwhile would have the socket as well, and the
     * client would never hear of its end. */
    set_flags(client);
    struct sockaddr_in address = local_address(line->server_port);
    int server = line->accept ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    wire_link *link = calloc(1, sizeof *link);
    if (server < 0 || link == NULL ||
        connect(server, (const struct sockaddr *)&address, sizeof address) != 0) {
        if (server >= 0) {
            (void)close(server);
        }
        free(link);
        reset(client);
        return;
    }
    set_flags(server);
    *link = (wire_link){.next = line->links,
                        .number = ++line->count,
                        .fd = {[WIRE_TO_SERVER] = server, [WIRE_TO_CLIENT] = client},
                        .last = WIRE_TO_CLIENT,
                        .owner = &line->settings};
    link->stream[WIRE_TO_SERVER].untyped = true;
    line->links = link;
}

static void read_side(wire *line, wire_link *link, wire_direction direction) {
    int *source = wire_source(link, direction);
    wire_stream *stream = &link->stream[direction];
    ssize_t got = recv(*source, line->buffer, sizeof line->buffer, 0);
    if (got > 0) {
        wire_link_feed(link, direction, line->buffer, (size_t)got);
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return;
    }
    stream->eof = true;
    if (stream->swallow) { /* after a cut nobody else is to hear of it */
        wire_link_shut(link, direction == WIRE_TO_SERVER ? WIRE_TO_CLIENT : WIRE_TO_SERVER, false);
    } else if (got < 0) {
        wire_link_shut(link, WIRE_TO_SERVER, true);
        wire_link_shut(link, WIRE_TO_CLIENT, true);
    }
}

/* What poll(2) has to watch on the socket that `side` writes to. */
static short wanted_events(const wire_link *link, wire_direction side, long long now) {
    const wire_stream *out = &link->stream[side];
    const wire_stream *in = &link->stream[side == WIRE_TO_SERVER ? WIRE_TO_CLIENT : WIRE_TO_SERVER];
    short events = 0;
    if (!in->eof && (in->swallow || in->queued < QUEUE_LIMIT)) {
        events |= POLLIN;
    }
    if (out->head != NULL && !out->head->held && out->head->due_ms <= now) {
        events |= POLLOUT;
    }
    return events;
}

static int until_due(const wire *line, long long now) {
    long long wait = 1000;
    for (const wire_link *link = line->links; link != NULL; link = link->next) {
        for (int side = 0; side < 2; side++) {
            const wire_chunk *head = link->stream[side].head;
            if (head != NULL && !head->held && head->due_ms > now && head->due_ms - now < wait) {
                wait = head->due_ms - now;
            }
        }
    }
    return (int)wait;
}

/* Two entries a link, then the listener and the wake pipe. The caller frees it. */
static struct pollfd *make_set(const wire *line, nfds_t *size, long long now) {
    struct pollfd *set = calloc((size_t)line->count * 2 + 2, sizeof *set);
    if (set == NULL) {
        abort();
    }
    nfds_t n = 0;
    set[n++] = (struct pollfd){line->listener, POLLIN, 0};
    set[n++] = (struct pollfd){line->wake[0], POLLIN, 0};
    for (const wire_link *link = line->links; link != NULL; link = link->next) {
        for (wire_direction side = WIRE_TO_SERVER; side <= WIRE_TO_CLIENT; side++) {
            short events = wanted_events(link, side, now);
            /* Nothing wanted: leave it out, or a hang-up would be reported again and again. */
            set[n++] = (struct pollfd){events == 0 ? -1 : link->fd[side], events, 0};
        }
    }
    *size = n;
    return set;
}

static void serve(wire *line, const struct pollfd *set) {
    const struct pollfd *entry = set + 2;
    long long now = now_ms();
    for (wire_link *link = line->links; link != NULL; link = link->next, entry += 2) {
        for (wire_direction side = WIRE_TO_SERVER; side <= WIRE_TO_CLIENT; side++) {
            bool readable = (entry[side].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
            if (readable && link->fd[side] >= 0) {
                read_side(line, link, side == WIRE_TO_SERVER ? WIRE_TO_CLIENT : WIRE_TO_SERVER);
            }
        }
        wire_link_flush(link, WIRE_TO_SERVER, now);
        wire_link_flush(link, WIRE_TO_CLIENT, now);
        if (link->stream[0].ended && link->stream[1].ended) {
            wire_link_shut(link, WIRE_TO_SERVER, false);
            wire_link_shut(link, WIRE_TO_CLIENT, false);
        }
    }
    if ((set[1].revents & POLLIN) != 0) {
        char discard[64];
        (void)!read(line->wake[0], discard, sizeof discard);
    }
    if ((set[0].revents & POLLIN) != 0) {
        accept_one(line); /* last: it changes the list that `set` was made from */
    }
}

static void *run(void *data) {
    wire *line = data;
    (void)pthread_mutex_lock(&line->lock);
    while (!line->stop) {
        long long now = now_ms();
        nfds_t size = 0;
        struct pollfd *set = make_set(line, &size, now);
        int wait = until_due(line, now);
        (void)pthread_mutex_unlock(&line->lock);
        int ready = poll(set, size, wait);
        (void)pthread_mutex_lock(&line->lock);
        if (ready >= 0) {
            serve(line, set);
        }
        free(set);
    }
    (void)pthread_mutex_unlock(&line->lock);
    return NULL;
}

/* --- the test's side ------------------------------------------------------------------------- */

static void listen_locally(wire *line) {
    struct sockaddr_in address = local_address(0);
    socklen_t size = sizeof address;
    line->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (line->listener < 0 ||
        bind(line->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(line->listener, 512) != 0 ||
        getsockname(line->listener, (struct sockaddr *)&address, &size) != 0) {
        fail_msg("the proxy cannot listen: %s", strerror(errno));
    }
    set_flags(line->listener);
    line->port = ntohs(address.sin_port);
}

wire *wire_open(int server_port, const wire_options *options) {
    wire *line = calloc(1, sizeof *line);
    assert_non_null(line);
    line->server_port = server_port;
    line->accept = true;
    if (options != NULL) {
        line->settings.options = *options;
    }
    listen_locally(line);
    assert_int_equal(pipe(line->wake), 0);
    for (int i = 0; i < 2; i++) {
        (void)fcntl(line->wake[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(line->wake[i], F_SETFL, O_NONBLOCK);
    }
    assert_int_equal(pthread_mutex_init(&line->lock, NULL), 0);
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals belong to the test's thread */
    int failed = pthread_create(&line->thread, NULL, run, line);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert_int_equal(failed, 0);
    return line;
}

static void wake(wire *line) {
    (void)!write(line->wake[1], "", 1); /* a full pipe has woken it already */
}

void wire_close(wire *line) {
    if (line == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&line->lock);
    line->stop = true;
    (void)pthread_mutex_unlock(&line->lock);
    wake(line);
    (void)pthread_join(line->thread, NULL);
    while (line->links != NULL) {
        wire_link *link = line->links;
        line->links = link->next;
        wire_link_fini(link);
        free(link);
    }
    (void)close(line->listener);
    (void)close(line->wake[0]);
    (void)close(line->wake[1]);
    (void)pthread_mutex_destroy(&line->lock);
    free(line);
}

int wire_port(const wire *line) {
    return line->port; /* never changes: needs no lock */
}

unsigned wire_add(wire *line, wire_rule rule) {
    (void)pthread_mutex_lock(&line->lock);
    unsigned number = line->settings.rule_count;
    if (number < WIRE_RULES) {
        line->settings.rules[number] = rule;
        line->settings.rule_count++;
    }
    (void)pthread_mutex_unlock(&line->lock);
    assert_true(number < WIRE_RULES);
    return number;
}

unsigned wire_hits(wire *line, unsigned rule) {
    assert_true(rule < WIRE_RULES);
    (void)pthread_mutex_lock(&line->lock);
    unsigned hits = line->settings.hits[rule];
    (void)pthread_mutex_unlock(&line->lock);
    return hits;
}

bool wire_wait(wire *line, unsigned rule, unsigned hits, int limit_ms) {
    long long deadline = now_ms() + limit_ms;
    while (wire_hits(line, rule) < hits) {
        if (now_ms() > deadline) {
            return false;
        }
        sleep_ms(2);
    }
    return true;
}

void wire_release(wire *line) {
    (void)pthread_mutex_lock(&line->lock);
    for (wire_link *link = line->links; link != NULL; link = link->next) {
        for (int side = 0; side < 2; side++) {
            for (wire_chunk *chunk = link->stream[side].head; chunk != NULL; chunk = chunk->next) {
                chunk->held = false;
            }
        }
    }
    (void)pthread_mutex_unlock(&line->lock);
    wake(line);
}

void wire_set_delay(wire *line, unsigned delay_ms) {
    (void)pthread_mutex_lock(&line->lock);
    line->settings.options.delay_ms = delay_ms;
    (void)pthread_mutex_unlock(&line->lock);
}

void wire_accept(wire *line, bool accept) {
    (void)pthread_mutex_lock(&line->lock);
    line->accept = accept;
    (void)pthread_mutex_unlock(&line->lock);
}

unsigned wire_connections(wire *line) {
    (void)pthread_mutex_lock(&line->lock);
    unsigned count = line->count;
    (void)pthread_mutex_unlock(&line->lock);
    return count;
}

wire_stats wire_connection(wire *line, unsigned number) {
    wire_stats stats = {0};
    bool found = false;
    (void)pthread_mutex_lock(&line->lock);
    for (const wire_link *link = line->links; link != NULL && !found; link = link->next) {
        if (link->number == number) {
            stats = link->stats;
            found = true;
        }
    }
    (void)pthread_mutex_unlock(&line->lock);
    if (!found) {
        fail_msg("the proxy has seen no connection number %u", number);
    }
    return stats;
}

wire_stats wire_total(wire *line) {
    wire_stats total = {.ready = true, .opaque = true, .closed = true};
    unsigned count = wire_connections(line);
    for (unsigned i = 1; i <= count; i++) {
        wire_stats one = wire_connection(line, i);
        if (one.cancel) {
            continue;
        }
        total.connect_round_trips += one.connect_round_trips;
        total.round_trips += one.round_trips;
        total.queries += one.queries;
        total.to_server += one.to_server;
        total.to_client += one.to_client;
        total.bytes_to_server += one.bytes_to_server;
        total.bytes_to_client += one.bytes_to_client;
        total.ready = total.ready && one.ready;
        total.opaque = total.opaque && one.opaque;
        total.closed = total.closed && one.closed;
    }
    return total;
}
